from django.db import migrations

from parindex.immutability import forbid


class Migration(migrations.Migration):
    """Receipts, points of a return, signed scans and outages refuse change; a document is never deleted."""

    dependencies = [("scoring", "0005_workspace")]

    operations = [
        *forbid("scoring_submission"),
        *forbid("scoring_returnpoint"),
        *forbid("scoring_signedscan"),
        *forbid("scoring_outage"),
        *forbid("scoring_outageextension"),
        *forbid("scoring_evidence", events=("DELETE",)),
    ]
