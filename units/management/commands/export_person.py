"""Write everything held about one person to a JSON file."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from parindex import text
from parindex.command import VietnameseCommand
from units.models import User
from units.queries.person import everything_about


class Command(VietnameseCommand):
    """``export_person --username U --output FILE``."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username", required=True)
        parser.add_argument("--output", required=True, metavar="FILE")

    def run(self, *, username: str, output: str, **options: Any) -> str:
        user = User.objects.filter(username=text.nfc(username).strip()).first()
        if user is None:
            raise CommandError(_("Không có tài khoản tên «%(name)s».") % {"name": username[:150]})
        content = json.dumps(everything_about(user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        try:
            _write_private(Path(output), content + "\n")
        except OSError as error:
            said = {"file": output, "reason": error.strerror}
            raise CommandError(_("Không ghi được tệp %(file)s: %(reason)s.") % said) from error
        return _("Đã ghi %(file)s.") % {"file": output}


def _write_private(path: Path, content: str) -> None:
    """The file holds personal data: only its owner may read it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
