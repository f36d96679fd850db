from django.db import migrations

from parindex.immutability import forbid

RUN_FROZEN = "EXISTS (SELECT 1 FROM scoring_run r WHERE r.id = {run} AND r.frozen_at IS NOT NULL)"


class Migration(migrations.Migration):
    """Published runs, publications, transitions and revisions refuse change in the database."""

    dependencies = [("scoring", "0001_initial")]

    operations = [
        *forbid("scoring_run", when="OLD.frozen_at IS NOT NULL"),
        *forbid("scoring_unitresult", when=RUN_FROZEN.format(run="OLD.run_id")),
        *forbid(
            "scoring_noderesult",
            when="EXISTS (SELECT 1 FROM scoring_unitresult u JOIN scoring_run r ON r.id = u.run_id "
            "WHERE u.id = OLD.result_id AND r.frozen_at IS NOT NULL)",
        ),
        *forbid("scoring_publication"),
        *forbid("scoring_transition"),
        *forbid("scoring_scorerevision"),
    ]
