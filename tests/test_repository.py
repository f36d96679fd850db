"""The tree as a whole: what it must not hold, what must agree with what, and how large things may grow."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command, get_commands, load_command_class
from django.db import models

from parindex.admin import site

ROOT = Path(__file__).resolve().parent.parent
APPS = ("parindex", "units", "criteria", "surveys", "scoring", "sanctions", "reports")
BINARY = {".png", ".jpg", ".woff2", ".ttf", ".xlsx", ".pdf", ".gz", ".ico", ".mo", ".db"}

pytestmark = pytest.mark.once


def tracked() -> list[Path]:
    """Every file of the tree, ignored ones aside; without git, every file that is not a leftover."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [name for name in listed.stdout.decode().split("\0") if name]
        return [path for name in names if (path := ROOT / name).is_file()]
    leftovers = {".venv", "var", ".git", "__pycache__"}
    return [path for path in ROOT.rglob("*") if path.is_file() and not leftovers & set(path.parts)]


FILES = tracked()


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# --- What must not be there ------------------------------------------------------------------------


#: A home folder, or the folder of one checkout; containers have paths of their own.
MACHINE_PATH = re.compile(r"(?<![\w./])/(?:work|home|root|Users)/[\w.]")


def test_no_file_names_a_folder_of_one_machine():
    wrong = []
    for path in FILES:
        if (
            path.suffix in BINARY
            or path == Path(__file__)
            or "vendor" in path.parts
            or path.name == "Dockerfile"
        ):
            continue
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        ):
            if MACHINE_PATH.search(line):
                wrong.append(f"{relative(path)}:{number}: {line.strip()[:100]}")
    assert wrong == []


def test_no_secret_and_no_data_of_an_installation_is_in_the_tree():
    wrong = [
        relative(path)
        for path in FILES
        if path.suffix in {".sqlite3", ".pem", ".key"}
        or path.name in {"secret_key", "production.env", "accounts"}
    ]
    assert wrong == []


# --- What must agree -------------------------------------------------------------------------------


def test_the_name_of_a_decision_record_is_its_heading():
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [path.name[:4] for path in records]
    wrong = [path.name for path in records if not text_of(path).startswith(f"# {path.name[:4]}. ")]

    assert numbers == [f"{place:04d}" for place in range(1, len(records) + 1)]
    assert wrong == []
    assert [
        path.name for path in records if not re.search(r"^Status: \w+", text_of(path), re.MULTILINE)
    ] == []


def test_the_changelog_has_the_version():
    version = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]["version"]
    headings = re.findall(r"^## (\S+)", text_of(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == version


def test_links_between_documents_lead_somewhere():
    wrong = []
    for path in FILES:
        if path.suffix != ".md":
            continue
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text_of(path)):
            if "://" not in target and not (path.parent / target).exists() and not (ROOT / target).exists():
                wrong.append(f"{relative(path)}: {target}")
    assert wrong == []


#: The commands of the contract, with the options it names. ``FILE`` is the file of an import.
IMPORT = {"FILE", "--dry-run", "--by"}
LEVEL = {"--year", "--level"}
COMMANDS = {
    "import_units": IMPORT,
    "import_heads": IMPORT,
    "import_framework": IMPORT | LEVEL | {"--draft"},
    "import_exemptions": IMPORT | LEVEL,
    "import_answers": IMPORT | LEVEL | {"--replace", "--reason"},
    "import_scores": IMPORT | LEVEL | {"--replace", "--reason"},
    "export_scores": LEVEL | {"--output"},
    "import_survey": IMPORT | LEVEL,
    "import_results": IMPORT | LEVEL,
    "compute_index": LEVEL,
    "publish_index": LEVEL | {"--parent", "--decision", "--decided-on", "--reason"},
    "export_index": LEVEL | {"--format", "--output"},
    "export_outcomes": LEVEL | {"--format", "--output"},
    "export_person": {"--username", "--output"},
    "demo_accounts": {"--json"},
}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_of_the_contract_is_there_with_its_options(name):
    command = load_command_class(get_commands()[name], name)
    parser = command.create_parser("manage.py", name)
    known = {option for action in parser._actions for option in action.option_strings}
    if any(not action.option_strings for action in parser._actions):
        known.add("FILE")
    assert COMMANDS[name] - known == set()
    assert command.help, "a command says what it is for"


@pytest.mark.django_db
def test_the_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# --- Tables ----------------------------------------------------------------------------------------

TABLES = [model for app in APPS for model in apps.get_app_config(app).get_models()]
#: Tables that the read-only window leaves out, each with its reason.
NOT_SHOWN: dict[str, str] = {}
#: Moments without a person beside them, each with its reason.
NOBODYS = {
    "AuditEvent.at": "the row names its actor as text",
    "Job.heartbeat_at": "said by the worker",
    "Job.expires_at": "set by the program",
    "Job.started_at": "said by the worker",
    "Job.finished_at": "said by the worker",
    "Installation.created_at": "made by the program",
    "Notice.created_at": "made by the program",
    "Notice.read_at": "by the person it is for",
    "Notice.mailed_at": "sent by a job",
    "Evidence.scanned_at": "said by the antivirus daemon",
    "Outage.began_at": "when the portal went down, told by the person who records it",
    "Outage.ended_at": "when the portal came back, told by the person who records it",
    "WorkbookUpload.taken_at": "said by the workbook",
    "WorkbookUpload.dropped_at": "by somebody of the unit, whom the audit log names",
    "Framework.imported_at": "the audit log names the person",
    "Framework.frozen_at": "follows from the opening, which the audit log names",
    "Population.opens_at": "a date of the calendar",
    "Population.self_assessment_ends_at": "a date of the calendar",
    "Population.appraisal_ends_at": "a date of the calendar",
    "Population.explanation_ends_at": "a date of the calendar",
    "Population.second_appraisal_ends_at": "a date of the calendar",
    "Population.council_ends_at": "a date of the calendar",
    "Population.publishes_at": "a date of the calendar",
    "Population.opened_at": "a move; the audit log names the person",
    "Population.settled_at": "a move; the audit log names the person",
    "Assessment.closed_unsubmitted_at": "a move; its transition names the person",
    "Run.frozen_at": "follows from the publication, which names the person",
}


def test_every_table_is_in_the_read_only_window_or_has_a_reason():
    missing = {model.__name__ for model in TABLES if model not in site._registry}
    assert missing == set(NOT_SHOWN)


def test_a_moment_has_its_person_and_a_person_the_moment():
    alone, undated = set(), set()
    for model in TABLES:
        names = {field.name.removesuffix("_id") for field in model._meta.concrete_fields}
        for field in model._meta.concrete_fields:
            stem, _underscore, end = field.name.removesuffix("_id").rpartition("_")
            person = f"{stem}_by" if stem else "by"
            if end == "at" and isinstance(field, models.DateTimeField) and person not in names:
                alone.add(f"{model.__name__}.{field.name}")
            if end == "by" and stem and f"{stem}_at" not in names:
                undated.add(f"{model.__name__}.{field.name}")
    known = set(NOBODYS)
    assert (sorted(alone - known), sorted(known - alone), undated) == ([], [], set())


# --- Size and language -----------------------------------------------------------------------------

MOST_LINES = 400
#: Modules that may be longer, each with its reason; none may pass the second number.
LONG = {
    "parindex/settings.py": ("one file of settings, read from top to bottom", 540),
}


def test_modules_stay_short():
    sizes = {
        relative(path): len(text_of(path).splitlines())
        for path in FILES
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in APPS and "migrations" not in path.parts
    }
    too_long = {name: size for name, size in sizes.items() if size > LONG.get(name, ("", MOST_LINES))[1]}
    assert too_long == {}
    assert [name for name in LONG if sizes.get(name, 0) <= MOST_LINES] == []


def templates() -> list[Path]:
    return [
        path
        for path in FILES
        if path.relative_to(ROOT).parts[0] == "templates" and path.suffix in {".html", ".xml", ".txt"}
    ]


VIETNAMESE = re.compile(r"[À-ỹ]")
MARKED_BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)
COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment\b.*?\{%\s*endcomment\s*%\}|<!--.*?-->", re.DOTALL)
MARKED_WORDS = re.compile(r"\{%\s*trans(?:late)?\b.*?%\}|_\(\s*(\"[^\"]*\"|'[^']*')\s*\)", re.DOTALL)


#: Templates whose words stay in Vietnamese, each with its reason.
VIETNAMESE_ONLY = {
    "templates/500.html": "shown when nothing works, translations included",
    "templates/components/gallery": "samples of the components, for developers",
    "templates/components/paper_": "official papers are Vietnamese by law",
    "templates/reports/paper/": "official papers are Vietnamese by law",
}
MARKED = [path for path in templates() if not relative(path).startswith(tuple(VIETNAMESE_ONLY))]


def test_every_exception_has_its_template():
    names = [relative(path) for path in templates()]
    assert [name for name in VIETNAMESE_ONLY if not any(each.startswith(name) for each in names)] == []


@pytest.mark.parametrize("path", MARKED, ids=relative)
def test_words_of_templates_are_marked_for_translation(path):
    rest = text_of(path)
    for marked in (COMMENT, MARKED_BLOCK, MARKED_WORDS):
        rest = marked.sub("", rest)
    wrong = [line.strip()[:120] for line in rest.splitlines() if VIETNAMESE.search(line)]
    assert wrong == []
