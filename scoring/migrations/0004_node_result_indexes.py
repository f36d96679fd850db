from django.db import migrations, models

from parindex.immutability import forbid

# SQLite changes a column by building the table anew, which loses its triggers: they are taken down and put back.
(GUARD,) = forbid(
    "scoring_noderesult",
    when="EXISTS (SELECT 1 FROM scoring_unitresult u JOIN scoring_run r ON r.id = u.run_id "
    "WHERE u.id = OLD.result_id AND r.frozen_at IS NOT NULL)",
)


class Migration(migrations.Migration):
    """Drop the indexes of the two foreign keys: the unique constraint and the named index begin with the same columns."""

    dependencies = [("scoring", "0003_aftereffect")]

    operations = [
        migrations.RunPython(GUARD.reverse_code, GUARD.code),
        migrations.AlterField(
            model_name="noderesult",
            name="node",
            field=models.ForeignKey(
                db_index=False, on_delete=models.PROTECT, related_name="+", to="criteria.node"
            ),
        ),
        migrations.AlterField(
            model_name="noderesult",
            name="result",
            field=models.ForeignKey(
                db_index=False, on_delete=models.CASCADE, related_name="nodes", to="scoring.unitresult"
            ),
        ),
        migrations.RunPython(GUARD.code, GUARD.reverse_code),
    ]
