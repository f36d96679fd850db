from django.db import migrations

from parindex.immutability import forbid


class Migration(migrations.Migration):
    """Audit rows refuse change in the database."""

    dependencies = [("parindex", "0001_initial")]

    operations = [*forbid("parindex_auditevent")]
