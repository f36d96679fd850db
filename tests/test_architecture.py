"""The rooms and arrows of docs/architecture.md, enforced by walking the code."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("units", "criteria", "surveys", "scoring", "sanctions", "reports")

#: An app may import only apps to its left; the kernel imports none.
MAY_IMPORT = {app: set(APPS[:place]) for place, app in enumerate(APPS)}
KERNEL_DOORS = {"settings", "urls", "celery", "wsgi"}

#: Modules (or packages) whose functions are values in, values out.
PURE = {
    "parindex/numbers.py",
    "parindex/text.py",
    "parindex/canonical.py",
    "parindex/decisions.py",
    "parindex/charts.py",
    "units/authorization.py",
    "criteria/rules.py",
    "criteria/rules",
    "criteria/tree.py",
    "criteria/linter.py",
    "criteria/linter",
    "criteria/linking.py",
    "criteria/stages.py",
    "surveys/merging.py",
    "scoring/index.py",
    "scoring/ranking.py",
    "scoring/receipts.py",
    "scoring/states.py",
    "scoring/policies.py",
    "scoring/evidence_policies.py",
    "scoring/evidence_warnings.py",
    "scoring/population_policies.py",
    "scoring/appraising.py",
    "scoring/workbook/merging.py",
    "scoring/reminding.py",
    "scoring/particulars_case.py",
    "scoring/particulars_reading.py",
    "scoring/page_names.py",
    "sanctions/outcomes.py",
}
PURE_MAY_IMPORT_DJANGO = {"django.db.models": {"TextChoices"}, "django.utils.translation": None}
STDLIB_NOT_PURE = {"os", "io", "pathlib", "random", "socket", "subprocess", "time", "sqlite3", "urllib"}

#: Views, forms and tasks go through actions. (file, what) pairs that may write, each with a reason.
MAY_WRITE: dict[tuple[str, str], str] = {}
WRITES = {"save", "create", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "delete"}

#: Slow imports stay inside functions of these modules' rooms.
SLOW = {"weasyprint", "openpyxl", "pypdfium2"}


def python_files(*tops: str) -> list[Path]:
    found = []
    for top in tops:
        path = ROOT / top
        found += [path] if path.is_file() else sorted(path.rglob("*.py"))
    return [path for path in found if "migrations" not in path.parts]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(tree: ast.AST, package: tuple[str, ...]) -> list[tuple[int, str, str | None]]:
    """(line, module, imported name) of every import, relative ones made absolute."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name, None) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*package[: len(package) - node.level + 1], base]).strip(".")
            found += [(node.lineno, base, alias.name) for alias in node.names]
    return found


def parsed(path: Path) -> tuple[ast.Module, list[tuple[int, str, str | None]]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return tree, imports(tree, path.relative_to(ROOT).with_suffix("").parts[:-1])


@pytest.mark.parametrize("app", APPS)
def test_an_app_imports_only_apps_to_its_left(app):
    wrong = [
        f"{relative(path)}:{line} imports {module}"
        for path in python_files(app)
        for line, module, _name in parsed(path)[1]
        if (top := module.split(".")[0]) in APPS and top != app and top not in MAY_IMPORT[app]
    ]
    assert wrong == []


def test_the_kernel_knows_no_app():
    wrong = [
        f"{relative(path)}:{line} imports {module}"
        for path in python_files("parindex")
        if path.stem not in KERNEL_DOORS
        for line, module, _name in parsed(path)[1]
        if module.split(".")[0] in APPS
    ]
    assert wrong == []


def test_no_import_inside_a_function_dodges_an_arrow():
    wrong = []
    for path in python_files("parindex", *APPS):
        tree, _ = parsed(path)
        top_level = {id(node) for node in tree.body}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in top_level:
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                if any(name.split(".")[0] in (*APPS, "parindex") for name in names) and not _is_type_checking(tree, node):
                    wrong.append(f"{relative(path)}:{node.lineno}")
    assert wrong == []


def _is_type_checking(tree: ast.Module, wanted: ast.AST) -> bool:
    return any(
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
        and wanted in node.body
        for node in tree.body
    )


def pure_files() -> list[Path]:
    return [path for entry in sorted(PURE) if (ROOT / entry).exists() for path in python_files(entry)]


def test_pure_modules_exist():
    missing = {
        entry
        for entry in PURE
        if not (ROOT / entry).exists() and not (ROOT / (entry[:-3] if entry.endswith(".py") else entry + ".py")).exists()
    }
    assert missing == set()


@pytest.mark.parametrize("path", pure_files(), ids=relative)
def test_pure_modules_import_only_values(path):
    pure_modules = {relative(p)[:-3].replace("/", ".").removesuffix(".__init__") for p in pure_files()}
    wrong = []
    for line, module, name in parsed(path)[1]:
        top = module.split(".")[0]
        if top == "django":
            allowed = PURE_MAY_IMPORT_DJANGO.get(module, set())
            if allowed is not None and name not in allowed:
                wrong.append(f"{line}: {module}.{name}")
        elif top in (*APPS, "parindex"):
            if module not in pure_modules and f"{module}.{name}" not in pure_modules:
                wrong.append(f"{line}: {module}.{name}")
        elif top in STDLIB_NOT_PURE:
            wrong.append(f"{line}: {module}")
    assert wrong == []


@pytest.mark.parametrize("path", pure_files(), ids=relative)
def test_pure_modules_use_no_binary_floats(path):
    tree, _ = parsed(path)
    wrong = [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"float", "round"})
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
    ]
    assert wrong == []


def edge_files() -> list[Path]:
    files = []
    for app in APPS:
        for path in python_files(app):
            parts = path.relative_to(ROOT).parts
            if parts[1] in {"views.py", "forms.py", "tasks.py"} or parts[1] in {"views", "forms"}:
                files.append(path)
    return files


@pytest.mark.parametrize("path", edge_files(), ids=relative)
def test_views_forms_and_tasks_do_not_write(path):
    tree, _ = parsed(path)
    wrong = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        name = node.func.attr
        on_manager = isinstance(node.func.value, ast.Attribute) and node.func.value.attr == "objects"
        if (name in WRITES - {"save", "delete", "create"} or (name in {"create", "update"} and on_manager)) and (
            relative(path),
            name,
        ) not in MAY_WRITE:
            wrong.append(f"{node.lineno}: .{name}(")
        if name in {"save", "delete"} and not node.args and (relative(path), name) not in MAY_WRITE:
            wrong.append(f"{node.lineno}: .{name}(")
    assert wrong == []


def test_slow_libraries_are_imported_where_they_are_used():
    wrong = []
    for path in python_files("parindex", *APPS):
        tree, _ = parsed(path)
        for node in tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                if any(name.split(".")[0] in SLOW for name in names) and not path.stem.endswith("_child"):
                    wrong.append(f"{relative(path)}:{node.lineno}")
    assert wrong == []


def test_there_are_no_signals_of_our_own():
    wrong = [
        f"{relative(path)}:{line} imports {module}"
        for path in python_files("parindex", *APPS)
        for line, module, _name in parsed(path)[1]
        if module.startswith(("django.dispatch", "django.db.models.signals", "django.core.signals"))
    ]
    assert wrong == []


def test_no_app_is_fetched_by_name():
    wrong = [relative(path) for path in python_files(*APPS) if "apps.get_model(" in path.read_text(encoding="utf-8")]
    assert wrong == []
