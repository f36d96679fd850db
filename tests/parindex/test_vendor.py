"""Files of other people: unchanged, complete, licensed; fonts that hold every Vietnamese letter; no address of elsewhere."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings
from fontTools.ttLib import TTFont

STATIC = Path(settings.BASE_DIR) / "static"
MANIFEST = STATIC / "vendor" / "MANIFEST.sha256"
FOLDERS = (STATIC / "vendor", STATIC / "fonts", Path(settings.BASE_DIR) / "tests" / "vendor")
NOT_LISTED = {"MANIFEST.sha256", "README.md"}

LETTERS = "aăâeêioôơuưy"
TONES = "\u0300\u0301\u0303\u0309\u0323"
VIETNAMESE = {
    form
    for letter in LETTERS
    for tone in ("", *TONES)
    for form in (
        unicodedata.normalize("NFC", letter + tone),
        unicodedata.normalize("NFC", letter.upper() + tone),
    )
} | set("đĐ")


def listed() -> dict[Path, str]:
    """The manifest: file → SHA-256."""
    lines = MANIFEST.read_text(encoding="utf-8").splitlines()
    return {(STATIC / name).resolve(): digest for digest, name in (line.split(maxsplit=1) for line in lines)}


def test_every_file_is_the_one_that_was_taken():
    wrong = [str(path) for path, digest in listed().items() if hashlib.sha256(path.read_bytes()).hexdigest() != digest]
    assert wrong == []


def test_every_file_is_listed():
    present = {path.resolve() for folder in FOLDERS for path in folder.rglob("*") if path.is_file()}
    assert {path for path in present if path.name not in NOT_LISTED} == set(listed())


@pytest.mark.parametrize("name", ["Regular", "Bold", "Italic", "BoldItalic"])
def test_paper_fonts_hold_every_letter(name):
    font = TTFont(STATIC / "fonts" / f"LiberationSerif-{name}.ttf")
    held = set(font.getBestCmap())
    font.close()
    assert len(VIETNAMESE) == 146
    assert {ord(letter) for letter in (*VIETNAMESE, *"₫“”–…−+0123456789%·")} - held == set()


@pytest.mark.parametrize("weight", [400, 600])
def test_screen_fonts_hold_every_letter_together(weight):
    held: set[int] = set()
    for part in ("latin", "vietnamese"):
        font = TTFont(STATIC / "fonts" / f"be-vietnam-pro-{part}-{weight}.woff2")
        held |= set(font.getBestCmap())
        font.close()
    assert {ord(letter) for letter in VIETNAMESE} - held == set()


def test_figures_have_one_width():
    for weight in (400, 600):
        font = TTFont(STATIC / "fonts" / f"vietnam-figures-{weight}.woff2")
        names = font.getBestCmap()
        widths = {font["hmtx"][names[ord(figure)]][0] for figure in "0123456789+\N{MINUS SIGN}"}
        font.close()
        assert len(widths) == 1


def test_style_and_script_load_nothing_from_elsewhere():
    own = [*(STATIC / "css").glob("*.css"), *(STATIC / "js").glob("*.js")]
    assert len(own) == 7
    for path in own:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://|@import|data:", text), path.name
        assert not re.search(r"\beval\(|new Function|innerHTML|document\.write", text), path.name


def test_every_file_named_in_a_sheet_exists_under_its_hashed_name(tmp_path):
    with override_settings(
        STATIC_ROOT=tmp_path,
        STORAGES={
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
        },
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
        sheet = staticfiles_storage.url("css/parindex.css").removeprefix(settings.STATIC_URL)
        assert re.fullmatch(r"css/parindex\.[0-9a-f]{12}\.css", sheet)
        names = re.findall(r'url\("?(\.\./fonts/[^")]+)', (tmp_path / sheet).read_text(encoding="utf-8"))
        assert len(names) == 6
        assert all(((tmp_path / sheet).parent / name).resolve().is_file() for name in names)
