"""The locks are complete, without any address, and what is installed is what they say."""

import ast
import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
LOCKS = ["requirements.txt", "requirements-dev.txt"]
PRODUCT = ("parindex", "units", "criteria", "surveys", "scoring", "sanctions", "reports")


def pins(name):
    """The pinned requirements of a lock, each with its number of hashes."""
    text = (ROOT / name).read_text().replace("\\\n", " ")
    return [(Requirement(line.split(" --hash")[0]), line.count("--hash=sha256:")) for line in text.splitlines() if line.strip()]


def declared(group=None):
    """The direct requirements of pyproject.toml."""
    data = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [Requirement(line) for line in (data["dependency-groups"][group] if group else data["project"]["dependencies"])]


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_is_exact_and_hashed(name):
    assert pins(name)
    for requirement, hashes in pins(name):
        assert [s.operator for s in requirement.specifier] == ["=="], requirement
        assert hashes, requirement


@pytest.mark.parametrize("name", [*LOCKS, "pyproject.toml"])
def test_no_file_names_a_host(name):
    assert not re.search(r"://|--index|--find-links|--trusted|\bfile:|@\s", (ROOT / name).read_text())


@pytest.mark.parametrize(("name", "groups"), [("requirements.txt", [None]), ("requirements-dev.txt", [None, "dev"])])
def test_every_declared_requirement_is_locked_within_its_range(name, groups):
    locked = {}
    for requirement, _ in pins(name):
        locked.setdefault(canonicalize_name(requirement.name), []).append(next(iter(requirement.specifier)).version)
    for group in groups:
        for wanted in declared(group):
            versions = locked.get(canonicalize_name(wanted.name), [])
            assert versions, wanted
            assert all(wanted.specifier.contains(version) for version in versions), wanted


def test_development_holds_the_very_runtime():
    runtime, development = ({(str(r), n) for r, n in pins(name)} for name in LOCKS)
    assert runtime <= development


def test_what_is_installed_is_what_is_locked():
    for requirement, _ in pins("requirements-dev.txt"):
        if requirement.marker is None or requirement.marker.evaluate():
            assert requirement.specifier.contains(importlib.metadata.version(requirement.name)), requirement


def test_the_product_imports_only_what_it_declares():
    owners = importlib.metadata.packages_distributions()
    allowed = {canonicalize_name(requirement.name) for requirement in declared()}
    stray = set()
    files = sorted(path for app in PRODUCT for path in (ROOT / app).rglob("*.py"))
    assert len(files) > 50
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for module in modules:
                top = module.split(".")[0]
                beside = path.with_name(f"{top}.py").exists()
                if beside or top in sys.stdlib_module_names or top in PRODUCT:
                    continue
                if not {canonicalize_name(owner) for owner in owners.get(top, [])} & allowed:
                    stray.add((str(path), top))
    assert stray == set()
