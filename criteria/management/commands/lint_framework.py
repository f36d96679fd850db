"""lint_framework FILE: what the linter says about a framework file, without touching the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from criteria.files import FRAMEWORK_COLUMNS
from criteria.linter import ERROR, lint, summary
from parindex import tabular
from parindex.command import VietnameseCommand
from parindex.numbers import shown_short


class Command(VietnameseCommand):
    help = "Check a framework file: counts, points, and every error and warning."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Only the file."""
        parser.add_argument("file", metavar="FILE", help="CSV (UTF-8) or XLSX")

    def run(self, **options: Any) -> str:
        """Warnings to standard error; errors refuse."""
        table = tabular.read(Path(options["file"]), columns=FRAMEWORK_COLUMNS)
        assert table is not None
        raw = [{column.name: row[column.name] for column in table.columns} for row in table.rows]
        for problem in lint(raw, numbers=[row.number for row in table.rows]):
            if problem.severity == ERROR:
                table.problems.add(problem.row, problem.column, f"{problem.code}: {problem.sentence}")
            else:
                self.stderr.write(_("Lưu ý: %(notice)s") % {"notice": problem})
        table.refuse_if_faulty()
        found = summary(raw)
        return _(
            "%(areas)d lĩnh vực, %(criteria)d tiêu chí, %(components)d tiêu chí thành phần;"
            " %(self)s điểm tự đánh giá + %(survey)s điểm điều tra = %(total)s. Không có lỗi."
        ) % {
            "areas": found.areas,
            "criteria": found.criteria,
            "components": found.components,
            "self": shown_short(found.self_points),
            "survey": shown_short(found.survey_points),
            "total": shown_short(found.total),
        }
