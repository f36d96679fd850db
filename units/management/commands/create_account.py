"""Make an account with a role and print its one-time password: the way to the first administrator."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from parindex import clock
from parindex.command import VietnameseCommand
from units.actions import create_account, grant_role
from units.authorization import UNIT_ROLES, Role
from units.models import Unit


class Command(VietnameseCommand):
    """``create_account USERNAME --role R [--unit CODE] [--full-name N]``."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--role", choices=Role.values, required=True)
        parser.add_argument("--unit", default="", help="code of the unit today, for roles bound to a unit")
        parser.add_argument("--full-name", default="")

    @transaction.atomic
    def run(self, *, username: str, role: str, unit: str, full_name: str, **options: Any) -> str:
        today = clock.today()
        body = Unit.objects.valid_on(today).filter(code=unit).first() if unit else None
        if body is None and (unit or role in UNIT_ROLES):
            raise CommandError(_("Hôm nay không có đơn vị nào mang mã «%(code)s» (--unit).") % {"code": unit})
        user, password = create_account(username=username, full_name=full_name, by=None, origin="command")
        unit_id = body.pk if body else None
        grant_role(user_id=user.pk, role=role, unit_id=unit_id, valid_from=today, by=None, origin="command")
        said = {"name": user.username, "password": password}
        return _("Tài khoản %(name)s, mật khẩu dùng một lần: %(password)s") % said
