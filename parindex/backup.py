"""One archive with everything an installation holds, and the way back.

The archive is a tar: ``manifest.json`` first, then ``tables/<table>.jsonl`` (one row per line as a JSON list in
the order of the manifest's columns, by primary key) and ``files/<path>``. The manifest names every member with its
size and SHA-256, the migrations the tables stand at, and the number of rows. Rows are written as values, not as
SQL of one database, so an archive made on SQLite goes into PostgreSQL and back. Two archives of the same content
differ only in ``made_at``. Secrets (the secret key, passwords in the environment) are not in it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from parindex import clock

FORMAT = 1
BATCH = 500
# Filled by every migrate; alone they do not make an installation.
OF_DJANGO = {"django_content_type", "auth_permission", "parindex_installation"}


class ArchiveError(Exception):
    """The archive cannot be made or taken; the text is a sentence for the operator."""


# --- Making --------------------------------------------------------------------------------------


def make(target: Path) -> dict[str, Any]:
    """Write the archive and return its manifest. The target appears only when it is complete."""
    if target.exists():
        raise ArchiveError(f"{target} exists already; name a new file.")
    if MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes()):
        raise ArchiveError("The tables are not those of this version. Run `./run manage migrate` first.")
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        tables = write_tables(Path(folder))
        members = {f"tables/{name}.jsonl": Path(folder, name) for name in tables}
        members |= {f"files/{path.relative_to(settings.FILES_ROOT).as_posix()}": path for path in stored_files()}
        manifest = {
            "format": FORMAT,
            "made_at": clock.now().isoformat(timespec="seconds"),
            "migrations": sorted(applied_migrations()),
            "tables": tables,
            "members": {name: fingerprint(path) for name, path in sorted(members.items())},
        }
        partial = Path(folder, "archive")
        with tarfile.open(partial, "w", format=tarfile.PAX_FORMAT) as archive:
            head = Path(folder, "manifest")
            head.write_text(json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
            for name, path in [("manifest.json", head), *sorted(members.items())]:
                add(archive, name, path)
        partial.chmod(0o600)
        partial.replace(target)
    return manifest


def write_tables(folder: Path) -> dict[str, Any]:
    """Write every table as seen at one moment; return columns and number of rows by table name."""
    tables = {}
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for model in stored_models(apps):
            fields = columns(model)
            names = [field.attname for field in fields]
            rows = model._base_manager.order_by("pk").values_list(*names)
            count = 0
            with Path(folder, model._meta.db_table).open("w", encoding="utf-8", newline="\n") as file:
                for row in rows.iterator(chunk_size=2000):
                    file.write(json.dumps([plain(f, v) for f, v in zip(fields, row, strict=True)], ensure_ascii=False))
                    file.write("\n")
                    count += 1
            tables[model._meta.db_table] = {"columns": [field.column for field in fields], "rows": count}
    return tables


def plain(field: models.Field[Any, Any], value: Any) -> Any:
    """A value as JSON: whole numbers, truth values, texts and nothing; all else as the field's own text."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(field, models.JSONField):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, cls=field.encoder)
    if isinstance(field, models.BinaryField):
        return bytes(value).hex()
    if isinstance(value, str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def lively(field: models.Field[Any, Any], value: Any) -> Any:
    """The value a field stores, from what ``plain`` wrote."""
    if value is None:
        return None
    if isinstance(field, models.JSONField):
        return json.loads(value, cls=field.decoder)
    if isinstance(field, models.BinaryField):
        return bytes.fromhex(value)
    return field.target_field.to_python(value) if isinstance(field, models.ForeignKey) else field.to_python(value)


def add(archive: tarfile.TarFile, name: str, path: Path) -> None:
    """Add a member whose bytes depend on nothing but its content."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = path.stat().st_size, 0o600
    with path.open("rb") as file:
        archive.addfile(member, file)


# --- Taking back ---------------------------------------------------------------------------------


def take(source: Path) -> dict[str, Any]:
    """Put an archive into this empty installation and return its manifest.

    Everything is checked before anything is written; rows and files appear together or not at all.
    """
    manifest = checked_manifest(source)
    refuse_unless_empty(manifest)
    at_archive = tables_of_archive(manifest)
    staging = settings.FILES_ROOT.with_name(settings.FILES_ROOT.name + ".restoring")
    shutil.rmtree(staging, ignore_errors=True)
    with tarfile.open(source) as archive:
        unpack_files(archive, manifest, staging)
        with transaction.atomic():
            fill_tables(archive, manifest, at_archive)
            connection.check_constraints()
            if settings.FILES_ROOT.exists():
                settings.FILES_ROOT.rmdir()
            staging.rename(settings.FILES_ROOT)
    call_command("migrate", verbosity=0, interactive=False)
    return manifest


def checked_manifest(source: Path) -> dict[str, Any]:
    """The manifest of an archive all of whose bytes are as they were."""
    try:
        with tarfile.open(source) as archive:
            head = archive.next()
            if head is None or head.name != "manifest.json":
                raise ArchiveError(f"{source} is not an archive of this product (no manifest).")
            manifest: dict[str, Any] = json.load(opened(archive, head))
            if manifest.get("format") != FORMAT:
                raise ArchiveError(f"{source} has format {manifest.get('format')}; this version reads {FORMAT}.")
            found = {}
            while (member := archive.next()) is not None:
                if member.name in found or not member.isfile():
                    raise ArchiveError(f"{source} is damaged: {member.name} does not belong there.")
                found[member.name] = digest(opened(archive, member))
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:
        raise ArchiveError(f"{source} cannot be read as an archive of this product: {error}.") from error
    for name in sorted(manifest["members"].keys() | found.keys()):
        if found.get(name) != manifest["members"].get(name):
            raise ArchiveError(f"{source} is damaged: {name} is not what the manifest says. Nothing was restored.")
        if ".." in Path(name).parts or name.startswith("/"):
            raise ArchiveError(f"{source} is damaged: {name} points outside. Nothing was restored.")
    return manifest


def refuse_unless_empty(manifest: dict[str, Any]) -> None:
    """Restoring never overwrites."""
    if holds_rows():
        raise ArchiveError("The database already holds data. Restore into an empty database; nothing was changed.")
    if next(stored_files(), None):
        raise ArchiveError(f"{settings.FILES_ROOT} already holds files. Restore into an empty folder; nothing was changed.")
    known = {f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.disk_migrations}
    if unknown := sorted(set(manifest["migrations"]) - known):
        raise ArchiveError(f"The archive comes from a newer version (it knows {unknown[-1]}). Install that version first.")
    if further := sorted(applied_migrations() - set(manifest["migrations"])):
        raise ArchiveError(
            f"The empty database is already ahead of the archive ({further[0]}). Drop it, make it anew without migrating "
            "and restore again: the tables are then brought to the archive's version and forward from there."
        )


def tables_of_archive(manifest: dict[str, Any]) -> Any:
    """Bring the tables to where the archive was made, and return the models of that moment."""
    wanted = {tuple(name.split(".", 1)) for name in manifest["migrations"]}
    executor = MigrationExecutor(connection)
    nodes = executor.loader.graph.node_map
    last = sorted(
        key for key in wanted if not any(child.key in wanted and child.key[0] == key[0] for child in nodes[key].children)
    )
    executor.migrate(last)
    return executor.loader.project_state(last).apps


def fill_tables(archive: tarfile.TarFile, manifest: dict[str, Any], at_archive: Any) -> None:
    """Replace what migrations left in the tables by the rows of the archive, children before their parents.

    Foreign keys are checked at the end of the transaction. Children come first because the database lets
    nothing be added below a parent that is final.
    """
    ordered = children_first(stored_models(at_archive))
    for model in ordered:
        if model._meta.db_table in OF_DJANGO:
            model._base_manager.all().delete()
    for model in ordered:
        if model._meta.db_table not in manifest["tables"]:
            raise ArchiveError(f"The archive lacks the table {model._meta.db_table}; nothing was restored.")
        here = {field.column: field for field in columns(model)}
        there = manifest["tables"][model._meta.db_table]["columns"]
        if set(here) != set(there):
            raise ArchiveError(f"The columns of {model._meta.db_table} differ from the archive; nothing was restored.")
        fields = [here[column] for column in there]
        for batch in rows_of(archive, model, fields):
            model._base_manager.all()._insert(batch, fields=fields, raw=True, using="default")
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), ordered):
            cursor.execute(statement)


def rows_of(
    archive: tarfile.TarFile, model: type[models.Model], fields: list[models.Field[Any, Any]]
) -> Iterator[list[models.Model]]:
    """The rows of one table as instances, in batches the database accepts."""
    size = min(BATCH, connection.ops.bulk_batch_size(fields, [None] * BATCH) or 1)
    batch: list[models.Model] = []
    for line in opened(archive, archive.getmember(f"tables/{model._meta.db_table}.jsonl")):
        values = json.loads(line)
        batch.append(model(**{f.attname: lively(f, v) for f, v in zip(fields, values, strict=True)}))
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def unpack_files(archive: tarfile.TarFile, manifest: dict[str, Any], folder: Path) -> None:
    """Write the files beside their place, readable by the owner alone."""
    folder.mkdir(parents=True, mode=0o700)
    for name in manifest["members"]:
        if not name.startswith("files/"):
            continue
        path = folder / name.removeprefix("files/")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            shutil.copyfileobj(opened(archive, archive.getmember(name)), file)


# --- Both ways -----------------------------------------------------------------------------------


def stored_models(registry: Any) -> list[type[models.Model]]:
    """Every table of ours and of Django, once, by name."""
    found = {
        model._meta.db_table: model
        for model in registry.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    return [found[name] for name in sorted(found)]


def children_first(all_models: list[type[models.Model]]) -> list[type[models.Model]]:
    """The models so ordered that whoever points comes before whom it points to (circles: by name)."""
    targets = {
        model: {f.related_model._meta.db_table for f in model._meta.local_concrete_fields if f.is_relation}
        - {model._meta.db_table}
        for model in all_models
    }
    ordered: list[type[models.Model]] = []
    while targets:
        pointed_at = set().union(*targets.values())
        free = [model for model in targets if model._meta.db_table not in pointed_at] or [next(iter(targets))]
        for model in free:
            ordered.append(model)
            del targets[model]
    return ordered


def columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The stored columns, without those the database computes."""
    return [field for field in model._meta.local_concrete_fields if not getattr(field, "generated", False)]


def holds_rows() -> bool:
    """Whether the database holds anything beyond what ``migrate`` puts there."""
    existing = set(connection.introspection.table_names())
    return any(
        model._meta.db_table in existing and model._base_manager.exists()
        for model in stored_models(apps)
        if model._meta.db_table not in OF_DJANGO
    )


def stored_files() -> Iterator[Path]:
    """Every evidence and document file."""
    return (path for path in settings.FILES_ROOT.rglob("*") if path.is_file() and not path.is_symlink())


def applied_migrations() -> set[str]:
    """``app.name`` of every migration the tables stand at."""
    return {f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()}


def opened(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    """The content of a regular member."""
    file = archive.extractfile(member)
    if file is None:
        raise ArchiveError(f"The archive is damaged: {member.name} is no file.")
    return file


def fingerprint(path: Path) -> dict[str, Any]:
    """Size and SHA-256 of a file."""
    with path.open("rb") as file:
        return digest(file)


def digest(file: IO[bytes]) -> dict[str, Any]:
    """Size and SHA-256 of what is read from here on."""
    sha256, size = hashlib.sha256(), 0
    while block := file.read(1 << 20):
        sha256.update(block)
        size += len(block)
    return {"sha256": sha256.hexdigest(), "size": size}
