from django.db import migrations

from parindex.immutability import forbid

FROZEN = "EXISTS (SELECT 1 FROM criteria_framework f WHERE f.id = OLD.framework_id AND f.frozen_at IS NOT NULL)"


class Migration(migrations.Migration):
    """A framework in use refuses change in the database: the framework row and every node of it."""

    dependencies = [("criteria", "0001_initial")]

    operations = [
        *forbid("criteria_framework", when="OLD.frozen_at IS NOT NULL"),
        *forbid("criteria_node", when=FROZEN),
    ]
