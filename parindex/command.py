"""The shape every import command has: one file in, all or nothing, one sentence per faulty place, exit status 1.

Whoever may run commands on the server may already do everything, so ``--by`` asks for no role: it names the person
in whose name the rows and the audit log are written. Without it they carry no name.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from parindex import tabular, text
from parindex.decisions import Refused

LEVELS = ("department", "district", "commune")
LOWEST_YEAR, HIGHEST_YEAR = 2000, 2200


@dataclass
class Report:
    """What an import did (or would do): rows of the file by what became of them, and remarks for the reader.

    ``addition`` is a further sentence of the outcome.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    notices: list[str] = field(default_factory=list)
    facts: Mapping[str, Any] = field(default_factory=dict)
    addition: str = ""

    @property
    def rows(self) -> int:
        """All rows of the file."""
        return self.new + self.changed + self.same

    def sentence(self) -> str:
        """The outcome in one sentence, and what the contract adds to it."""
        counted = _("%(rows)d dòng: %(new)d mới, %(changed)d sửa, %(same)d không đổi.") % {
            "rows": self.rows,
            "new": self.new,
            "changed": self.changed,
            "same": self.same,
        }
        return f"{counted} {self.addition}".rstrip()


class VietnameseCommand(BaseCommand):
    """A command that speaks Vietnamese and turns refusals into exit status 1."""

    def run(self, **options: Any) -> str | None:
        """The work; returns what to print."""
        raise NotImplementedError

    def handle(self, *_args: Any, **options: Any) -> str | None:
        """Run, and print a refusal as its sentence and its details."""
        with translation.override("vi"):
            try:
                return self.run(**options)
            except Refused as refused:
                lines = [refused.reason, *(f"  {detail}" for detail in refused.details)]
                raise CommandError("\n".join(lines)) from None


def add_year_and_level(parser: ArgumentParser) -> None:
    """``--year`` and ``--level``, both required."""
    parser.add_argument("--year", type=int, required=True, help="year of the cycle")
    parser.add_argument("--level", choices=LEVELS, required=True)


def person(username: str | None) -> Any:
    """The account named by ``--by``, None without it. Raises ``CommandError`` for an unknown or closed account."""
    if not username:
        return None
    found = get_user_model().objects.filter(username=text.nfc(username).strip()).first()
    if found is None or not found.is_active:
        raise CommandError(
            _("Không có tài khoản đang dùng tên «%(name)s» (--by).") % {"name": username[:150]}
        )
    return found


def check_year(year: int | None) -> None:
    """Raise ``CommandError`` for a year no cycle can have."""
    if year is not None and not LOWEST_YEAR <= year <= HIGHEST_YEAR:
        raise CommandError(_("Năm %(year)d không hợp lệ (--year).") % {"year": year})


class ImportCommand(VietnameseCommand):
    """FILE, ``--dry-run``, ``--by`` and what the contract adds; a command gives ``columns`` and ``import_table``."""

    columns: ClassVar[Sequence[tabular.Column]] = ()
    further_sheets: ClassVar[Sequence[str]] = ()
    of_a_level: ClassVar[bool] = True
    may_replace: ClassVar[bool] = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of the contract."""
        parser.add_argument("file", metavar="FILE", help="CSV (UTF-8) or XLSX")
        if self.of_a_level:
            add_year_and_level(parser)
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--by", metavar="USERNAME", help="in whose name")
        if self.may_replace:
            parser.add_argument(
                "--replace", action="store_true", help="also over scores saved in the browser"
            )
            parser.add_argument("--reason", default="", help="why they are replaced")

    def import_table(self, table: tabular.Table, *, by: Any, dry_run: bool, **options: Any) -> Report:
        """Call the one action of the command."""
        raise NotImplementedError

    def run(self, **options: Any) -> str:
        """Read the file, import it, say what became of it."""
        check_year(options.get("year"))
        by = person(options["by"])
        path = Path(options["file"])
        table = tabular.read(path, columns=self.columns, further=self.further_sheets)
        assert table is not None
        chosen = {name: options[name] for name in self.passed() if name in options}
        report = self.import_table(table, by=by, dry_run=options["dry_run"], **chosen)
        for notice in [*table.notices, *report.notices]:
            self.stderr.write(_("Lưu ý: %(notice)s") % {"notice": notice})
        if options["dry_run"]:
            return _("Chạy thử, chưa ghi gì. %(outcome)s") % {"outcome": report.sentence()}
        return _("Đã nhập %(outcome)s") % {"outcome": report.sentence()}

    def passed(self) -> tuple[str, ...]:
        """Names of the options handed to ``import_table``."""
        return ("year", "level") * self.of_a_level + ("replace", "reason") * self.may_replace


class ExportCommand(VietnameseCommand):
    """``--year --level --output FILE``; the name of the file says the format."""

    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".xlsx")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of the contract."""
        add_year_and_level(parser)
        parser.add_argument("--output", required=True, metavar="FILE", help=" or ".join(self.suffixes))

    def target(self, output: str) -> Path:
        """The path to write. Raises ``CommandError`` for another suffix or a folder that is not there."""
        path = Path(output)
        if path.suffix.lower() not in self.suffixes:
            raise CommandError(_("Tệp ra phải có đuôi %(list)s.") % {"list": ", ".join(self.suffixes)})
        if not path.parent.is_dir():
            raise CommandError(_("Không có thư mục %(folder)s.") % {"folder": path.parent})
        return path
