"""export_scores --year Y --level L --output FILE.csv|xlsx"""

from typing import Any

from django.utils.translation import gettext as _

from parindex.command import ExportCommand, check_year
from parindex.spreadsheet import Sheet, write_csv, write_xlsx
from scoring.queries.exports import SCORE_HEADER, exported_scores


class Command(ExportCommand):
    help = "Write the scores of a year and level in the columns of import_scores."

    def run(self, **options: Any) -> str:
        """The suffix chooses the format."""
        check_year(options["year"])
        path = self.target(options["output"])
        rows = exported_scores(options["year"], options["level"])
        with path.open("wb") as file:
            if path.suffix.lower() == ".xlsx":
                write_xlsx(file, [Sheet(_("Điểm"), SCORE_HEADER, rows, (12, 16, 12, 18, 15, 60))])
            else:
                write_csv(file, SCORE_HEADER, rows, guard=("note",))
        return _("Đã ghi %(rows)d dòng vào %(file)s.") % {"rows": len(rows), "file": path.name}
