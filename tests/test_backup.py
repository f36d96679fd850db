"""What an archive holds comes back byte for byte, on the same database and across, and never over existing data."""

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from parindex import audit, backup
from scoring.models import Evidence, EvidencePage, NodeResult, Publication, Run, UnitResult
from tests import build

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def province(tmp_path, monkeypatch):
    """A little of everything: people, a frozen framework, dossiers, a frozen run with children, audit, files."""
    monkeypatch.setattr(settings, "FILES_ROOT", tmp_path / "source-files")
    population = build.open_population(units=[build.unit("SNV"), build.unit("SYT", "Sở Y tế")])
    unit = build.unit("STC", "Sở Tài chính")
    build.clerk(unit)
    build.tenure(unit, "Nguyễn Thị Ánh", date(2020, 1, 1))
    build.assessment_at("submitted", population=population, unit=unit)
    audit.record("test.done", unit, data={"chữ": "Ường ỵ", "tiền": Decimal("1.50")})
    run = Run.objects.create(population=population, number=1, digest="a" * 64, computed_at=build.NOW)
    result = UnitResult.objects.create(
        run=run, unit=unit, unit_code="STC", unit_name=unit.name, points=Decimal("77.10"), max_points=Decimal(100)
    )
    leaf = population.framework.nodes.first()
    NodeResult.objects.create(result=result, node=leaf, state="scored", max_points=leaf.max_points, points=Decimal(0))
    Run.objects.filter(pk=run.pk).update(frozen_at=build.NOW)
    Publication.objects.create(
        population=population, version=1, run=run, decision_number="QĐ 1", decided_on=date(2024, 1, 5),
        published_at=build.NOW,
    )  # fmt: skip
    for name, content in {"ab/giấy tờ.pdf": b"%PDF-1.7\x00\xff", "empty.bin": b"", "large.bin": b"x" * 3_000_000}.items():
        path = settings.FILES_ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    library(unit, settings.FILES_ROOT)
    return settings.FILES_ROOT


def library(unit, root):
    """Documents of a unit: one replaced by a newer version with a page drawn, one withdrawn; rows whose key goes backwards."""
    rows = {}
    for name, content in {"old": b"%PDF old", "new": b"%PDF new", "withdrawn": b"%PDF gone"}.items():
        path = root / "evidence" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        rows[name] = Evidence.objects.create(
            unit=unit,
            original_name=f"{name}.pdf",
            stored_as=f"evidence/{name}",
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            content_type="application/pdf",
            uploaded_at=build.NOW,
        )
    # The older row points to the younger: restoring row by row meets the pointer before its target.
    Evidence.objects.filter(pk=rows["old"].pk).update(replaces=rows["new"])
    Evidence.objects.filter(pk=rows["withdrawn"].pk).update(withdrawn_at=build.NOW)
    (root / "pages").mkdir(exist_ok=True)
    (root / "pages" / "1.jpg").write_bytes(b"\xff\xd8\xff")
    EvidencePage.objects.create(evidence=rows["new"], number=1, stored_as="pages/1.jpg", width=1, height=1)


@pytest.fixture
def other_postgresql():
    """Makes empty databases beside the one under test."""
    made = []
    plain = connection.settings_dict

    def server(statement):
        line = psycopg2.connect(
            host=plain["HOST"], port=plain["PORT"] or 5432, user=plain["USER"], password=plain["PASSWORD"], dbname="postgres"
        )
        line.autocommit = True
        line.cursor().execute(statement)
        line.close()

    def make():
        name = f"{plain['NAME']}_r{len(made)}"
        server(f'DROP DATABASE IF EXISTS "{name}"')
        server(f'CREATE DATABASE "{name}"')
        made.append(name)
        password = f":{plain['PASSWORD']}" if plain["PASSWORD"] else ""
        return f"postgres://{plain['USER']}{password}@{plain['HOST']}:{plain['PORT'] or 5432}/{name}"

    yield make
    for name in made:
        server(f'DROP DATABASE "{name}"')


def elsewhere(folder, url, *command):
    """Run a command in another, independent installation."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PARINDEX_", "DATABASE_URL", "DJANGO_"))}
    env |= {"PARINDEX_ENV": "development", "PARINDEX_VAR": str(folder), "DATABASE_URL": url, "REDIS_URL": ""}
    done = subprocess.run(
        [sys.executable, "manage.py", *map(str, command)], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def content(archive):
    """Every member's bytes, and the manifest without the moment it was made."""
    with tarfile.open(archive) as file:
        members = {member.name: file.extractfile(member).read() for member in file.getmembers()}
    manifest = json.loads(members.pop("manifest.json"))
    manifest.pop("made_at")
    return manifest, members


def restored_and_made_again(archive, folder, url=""):
    """Restore into an empty installation and archive that one."""
    status, said = elsewhere(folder, url, "restore", archive)
    assert status == 0, said
    again = folder.parent / f"{folder.name}.tar"
    status, said = elsewhere(folder, url, "backup", again)
    assert status == 0, said
    return again


def test_every_row_and_file_comes_back_byte_for_byte(province, tmp_path, other_postgresql):
    first = tmp_path / "first.tar"
    manifest = backup.make(first)
    assert manifest["tables"]["scoring_noderesult"]["rows"] == 1
    assert manifest["tables"]["criteria_node"]["rows"] > 5

    through_sqlite = restored_and_made_again(first, tmp_path / "sqlite")

    assert content(through_sqlite) == content(first)
    for path in province.rglob("*.*"):
        assert (tmp_path / "sqlite" / "files" / path.relative_to(province)).read_bytes() == path.read_bytes()
    if connection.vendor == "postgresql":
        assert content(restored_and_made_again(first, tmp_path / "same", other_postgresql())) == content(first)
        across = restored_and_made_again(through_sqlite, tmp_path / "across", other_postgresql())
        assert content(across) == content(first)


def test_every_document_comes_back_hash_for_hash(province, tmp_path):
    archive = tmp_path / "first.tar"
    backup.make(archive)
    assert elsewhere(tmp_path / "there", "", "restore", archive)[0] == 0

    rows = Evidence.objects.values_list("stored_as", "sha256")
    assert len(rows) == 3
    for name, digest in rows:
        assert hashlib.sha256((tmp_path / "there" / "files" / name).read_bytes()).hexdigest() == digest
    assert (tmp_path / "there" / "files" / "pages" / "1.jpg").read_bytes() == b"\xff\xd8\xff"
    code = "from scoring.models import Evidence; print(Evidence.objects.get(replaces__isnull=False).replaces.original_name)"
    assert elsewhere(tmp_path / "there", "", "shell", "-v0", "-c", code)[1].split()[-1] == "new.pdf"


def test_new_rows_can_be_added_after_a_restore(province, tmp_path, other_postgresql):
    archive = tmp_path / "first.tar"
    backup.make(archive)
    url = other_postgresql() if connection.vendor == "postgresql" else ""
    assert elsewhere(tmp_path / "there", url, "restore", archive)[0] == 0

    code = "from units.models import User; User.objects.create_user('after', 'x'); print(User.objects.count())"
    status, said = elsewhere(tmp_path / "there", url, "shell", "-v0", "-c", code)

    assert (status, said.split()[-1]) == (0, "2")


def test_restore_refuses_a_database_with_data_and_a_folder_with_files(province, tmp_path):
    archive = tmp_path / "first.tar"
    backup.make(archive)

    with pytest.raises(backup.ArchiveError, match="database already holds data"):
        backup.take(archive)

    there = tmp_path / "there"
    (there / "files").mkdir(parents=True)
    (there / "files" / "old.pdf").write_bytes(b"old")
    status, said = elsewhere(there, "", "restore", archive)
    assert status == 1
    assert "already holds files" in said
    assert (there / "files" / "old.pdf").read_bytes() == b"old"


def altered(archive, target, change):
    """A copy of the archive with its members changed by a function of name and bytes; None leaves one out."""
    with tarfile.open(archive) as source, tarfile.open(target, "w") as copy:
        for member in source.getmembers():
            data = change(member.name, source.extractfile(member).read())
            if data is not None:
                member.size = len(data)
                copy.addfile(member, io.BytesIO(data))
    return target


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda name, data: data + b"\n" if name.endswith("auditevent.jsonl") else data, "damaged"),
        (lambda name, data: b"other" if name == "files/empty.bin" else data, "files/empty.bin is not what the manifest"),
        (lambda name, data: None if name == "files/large.bin" else data, "files/large.bin is not what the manifest"),
        (lambda name, data: None if name == "manifest.json" else data, "no manifest"),
        (lambda name, data: data.replace(b'"format": 1', b'"format": 9') if name == "manifest.json" else data, "format 9"),
        (lambda name, data: data[:100] if name == "manifest.json" else data, "cannot be read"),
    ],
)
def test_a_damaged_archive_is_refused_before_anything_is_written(province, tmp_path, change, sentence):
    archive = tmp_path / "first.tar"
    backup.make(archive)

    with pytest.raises(backup.ArchiveError, match=sentence):
        backup.checked_manifest(altered(archive, tmp_path / "changed.tar", change))


def test_an_archive_of_a_newer_version_is_refused(province, tmp_path):
    archive = tmp_path / "first.tar"
    backup.make(archive)

    def newer(name, data):
        return data.replace(b'"units.0001_initial"', b'"units.9999_later"') if name == "manifest.json" else data

    status, said = elsewhere(tmp_path / "there", "", "restore", altered(archive, tmp_path / "newer.tar", newer))

    assert status == 1
    assert "newer version (it knows units.9999_later)" in said


def test_an_archive_never_replaces_a_file(province, tmp_path):
    archive = tmp_path / "first.tar"
    archive.write_bytes(b"something else")

    with pytest.raises(backup.ArchiveError, match="exists already"):
        backup.make(archive)

    assert archive.read_bytes() == b"something else"


def test_an_archive_is_readable_by_its_owner_alone(province, tmp_path):
    backup.make(tmp_path / "first.tar")
    assert (tmp_path / "first.tar").stat().st_mode & 0o777 == 0o600


def test_children_come_before_their_parents():
    order = [model._meta.db_table for model in backup.children_first(backup.stored_models(backup.apps))]
    for child, parent in [
        ("scoring_noderesult", "scoring_unitresult"),
        ("scoring_unitresult", "scoring_run"),
        ("criteria_node", "criteria_framework"),
        ("units_roleassignment", "units_user"),
    ]:
        assert order.index(child) < order.index(parent)
