"""export_framework --year Y --level L --output FILE.xlsx|csv"""

from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from criteria.linter import COLUMNS
from criteria.queries import framework_of, framework_rows, framework_sheets
from parindex.command import ExportCommand, check_year
from parindex.spreadsheet import write_csv, write_xlsx


class Command(ExportCommand):
    help = "Write a framework as a file that import_framework takes back without loss."

    def run(self, **options: Any) -> str:
        """The suffix chooses the format; only a workbook also holds name, legal basis and note."""
        check_year(options["year"])
        path = self.target(options["output"])
        framework = framework_of(options["year"], options["level"])
        if framework is None:
            raise CommandError(_("Năm này chưa có bộ tiêu chí của cấp này."))
        rows = framework_rows(framework)
        with path.open("wb") as file:
            if path.suffix.lower() == ".xlsx":
                write_xlsx(file, framework_sheets(framework))
            else:
                texts = ("name", "rule_text", "evidence", "lead_appraiser", "lead_appraiser_2025")
                write_csv(file, COLUMNS, ([row[name] for name in COLUMNS] for row in rows), guard=texts)
        return _("Đã ghi %(rows)d dòng vào %(file)s.") % {"rows": len(rows), "file": path.name}
