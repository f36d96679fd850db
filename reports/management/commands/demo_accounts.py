"""Show the accounts of the demonstration with their passwords."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from parindex.command import VietnameseCommand
from parindex.decisions import refuse
from parindex.models import Installation
from reports.demo import accounts
from units.authorization import Role
from units.models import Unit


class Command(VietnameseCommand):
    """``demo_accounts [--json]``."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of the contract."""
        parser.add_argument("--json", action="store_true", help="username, password, role, unit_code")

    def run(self, *, json: bool, **options: Any) -> str:
        """The accounts, made where one is missing."""
        if not Installation.objects.filter(demonstration=True).exists():
            refuse("Cơ sở dữ liệu này không phải bản minh họa nên không có tài khoản dùng thử.")
        keys = accounts.ensure()
        return as_json(keys) if json else as_table(keys)


def as_json(keys: Sequence[accounts.Key]) -> str:
    """A list of objects."""
    return json.dumps([asdict(key) for key in keys], ensure_ascii=False, indent=1)


def as_table(keys: Sequence[accounts.Key]) -> str:
    """Aligned columns with the roles and units in words."""
    codes = {key.unit_code for key in keys if key.unit_code}
    names = {unit.code: unit.name for unit in Unit.objects.filter(code__in=codes).order_by("valid_from")}
    rows = [("Tài khoản", "Mật khẩu", "Vai trò", "Đơn vị")]
    rows += [(key.username, key.password, str(Role(key.role).label), names.get(key.unit_code, "")) for key in keys]
    widths = [max(len(row[place]) for row in rows) for place in range(3)]
    lines = ["  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]) for row in rows]
    return "\n".join(f"  {line.rstrip()}" for line in lines)
