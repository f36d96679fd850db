"""Rows that the database itself refuses to change, on both databases.

``forbid(table)`` gives the migration operations for a table whose rows are never
changed or deleted; ``forbid(table, when=...)`` only for rows that meet a
condition on the old row (column names of ``OLD``), for example a run that is
frozen. ``through=`` guards child rows by a condition on their parent.

The triggers guard against code and hand-written SQL alike. They are dropped
with the migration; nothing else lifts them.
"""

from __future__ import annotations

from django.db import migrations

MESSAGE = "parindex: rows of %s are final"


def _postgresql(table: str, when: str, events: tuple[str, ...]) -> tuple[str, str]:
    name = f"{table}_final"
    create = [
        f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$
        BEGIN
          IF TG_OP = 'TRUNCATE' THEN
            RAISE EXCEPTION '{MESSAGE % table}' USING ERRCODE = 'integrity_constraint_violation';
          END IF;
          IF {when} THEN
            RAISE EXCEPTION '{MESSAGE % table}' USING ERRCODE = 'integrity_constraint_violation';
          END IF;
          IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
          RETURN NEW;
        END $$ LANGUAGE plpgsql;"""
    ]
    drop = []
    for event in events:
        create.append(
            f"CREATE TRIGGER {name}_{event.lower()} BEFORE {event} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}();"
        )
        drop.append(f"DROP TRIGGER IF EXISTS {name}_{event.lower()} ON {table};")
    drop.append(f"DROP FUNCTION IF EXISTS {name}();")
    return "\n".join(create), "\n".join(drop)


def _sqlite(table: str, when: str, events: tuple[str, ...]) -> tuple[list[str], list[str]]:
    name = f"{table}_final"
    create = [
        f"CREATE TRIGGER {name}_{event.lower()} BEFORE {event} ON {table} "
        f"FOR EACH ROW WHEN {when} BEGIN SELECT RAISE(ABORT, '{MESSAGE % table}'); END"
        for event in events
    ]
    drop = [f"DROP TRIGGER IF EXISTS {name}_{event.lower()}" for event in events]
    return create, drop


def forbid(
    table: str,
    *,
    when: str = "1 = 1",
    when_new: str | None = None,
    events: tuple[str, ...] = ("UPDATE", "DELETE"),
) -> list[migrations.operations.base.Operation]:
    """Operations that make the database refuse ``events`` on rows where ``when`` holds.

    ``when`` is SQL over ``OLD``. ``when_new`` guards INSERT as well, as SQL over
    ``NEW`` (children of a frozen parent must not grow either).
    """

    def forwards(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(_postgresql(table, when, events)[0])
            if when_new:
                name = f"{table}_closed"
                schema_editor.execute(
                    f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$
                    BEGIN
                      IF {when_new} THEN
                        RAISE EXCEPTION '{MESSAGE % table}'
                          USING ERRCODE = 'integrity_constraint_violation';
                      END IF;
                      RETURN NEW;
                    END $$ LANGUAGE plpgsql;
                    CREATE TRIGGER {name}_insert BEFORE INSERT ON {table}
                    FOR EACH ROW EXECUTE FUNCTION {name}();"""
                )
        else:
            for statement in _sqlite(table, when, events)[0]:
                schema_editor.execute(statement)
            if when_new:
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_closed_insert BEFORE INSERT ON {table} "
                    f"FOR EACH ROW WHEN {when_new} "
                    f"BEGIN SELECT RAISE(ABORT, '{MESSAGE % table}'); END"
                )

    def backwards(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(_postgresql(table, when, events)[1])
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_closed_insert ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {table}_closed()")
        else:
            for statement in _sqlite(table, when, events)[1]:
                schema_editor.execute(statement)
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_closed_insert")

    return [migrations.RunPython(forwards, backwards, elidable=False)]
