from django.db import migrations

from parindex.immutability import forbid


class Migration(migrations.Migration):
    """Outcomes of a published run refuse change in the database."""

    dependencies = [("sanctions", "0001_initial"), ("scoring", "0002_final_rows")]

    operations = [
        *forbid(
            "sanctions_outcome",
            when="EXISTS (SELECT 1 FROM scoring_run r WHERE r.id = OLD.run_id AND r.frozen_at IS NOT NULL)",
        )
    ]
