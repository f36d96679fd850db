"""import_scores: a year kept elsewhere, as points; its dossiers count as submitted, appraised and closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from criteria.queries.places import Place
from criteria.rules import SURVEY
from parindex.command import Report
from parindex.numbers import half_up, shown_short
from parindex.tabular import CODE, LONG_TEXT, NUMBER, Column, Row, Table
from scoring.actions.imports.grants import Grants
from scoring.actions.imports.intake import Intake, Leaf, begin, each, open_touched, refuse_browser_scores
from scoring.actions.imports.writing import Book, Stored, move_dossiers, record_file, write_scores
from scoring.states import State
from units.authorization import Permission

SCORE_COLUMNS = (
    Column("unit_code", kind=CODE, filled=True, most=20),
    Column("component_code", kind=CODE, filled=True, most=20),
    Column("self_points", kind=NUMBER, most=20),
    Column("appraised_points", kind=NUMBER, most=20),
    Column("not_applicable", most=10),
    Column("note", kind=LONG_TEXT, needed=False, most=1000),
)


class Entry(NamedTuple):
    """A checked row. ``not_applicable`` stands without points."""

    place: Place
    leaf: Leaf
    self_points: Decimal | None
    appraised_points: Decimal | None
    not_applicable: bool
    note: str


def import_scores(
    table: Table,
    *,
    year: int,
    level: str,
    by: Any,
    replace: bool = False,
    reason: str = "",
    origin: str = "import",
    dry_run: bool = False,
    now: datetime | None = None,
) -> Report:
    """Upsert points by unit and component; opens the population, closes the dossiers.

    Empty ``appraised_points`` means accepted as self-scored; empty ``self_points`` leaves what the unit has stated.
    Raises ``FileRefused`` with every faulty row, ``Refused`` over scores saved in the browser.
    """
    with transaction.atomic():
        intake = begin(
            table, year=year, level=level, by=by, now=now, origin=origin, permission=Permission.DATA_IMPORT
        )
        table.unique(["unit_code", "component_code"])
        entries = each(table, lambda row: _read(row, intake))
        populations = open_touched(intake, (entry.place for entry in entries))
        refuse_browser_scores(populations, replace=replace, reason=reason)
        book = Book(intake, populations)
        report = write_scores(intake, [_stored(book, entry, table) for entry in entries])
        _keep_grants(intake, entries)
        units = {entry.place.unit_id for entry in entries}
        move_dossiers(intake, units, "import_scores", leave=frozenset({State.CLOSED}), reason=reason)
        record_file(intake, "scores.imported", populations, report, reason=reason)
        if dry_run:
            transaction.set_rollback(True)
        return report


def _read(row: Row, intake: Intake) -> Entry | None:
    place, leaf = intake.register.find(row), intake.leaf(row)
    if leaf is not None and leaf.rule.answered_by == SURVEY:
        sentence = _("Tiêu chí %(code)s chấm bằng điều tra xã hội học: nhập bằng import_survey.")
        row.refuse("component_code", sentence % {"code": leaf.node.code})
        return None
    if row.yes_no("not_applicable"):
        return _not_applicable(row, place, leaf)
    own, appraised = _points(row, "self_points", leaf), _points(row, "appraised_points", leaf)
    if not row["self_points"] and not row["appraised_points"]:
        row.refuse("self_points", _("Chưa có điểm: ghi điểm, hoặc ghi not_applicable là yes."))
    if place is None or leaf is None or (own is None and appraised is None):
        return None
    return Entry(place, leaf, own, appraised, False, row["note"])


def _points(row: Row, column: str, leaf: Leaf | None) -> Decimal | None:
    points = row.points(column)
    if points is None or leaf is None:
        return None
    if points > leaf.node.max_points:
        row.refuse(
            column,
            _("%(points)s lớn hơn điểm tối đa %(max)s của tiêu chí %(code)s.")
            % {
                "points": shown_short(points),
                "max": shown_short(leaf.node.max_points),
                "code": leaf.node.code,
            },
        )
        return None
    return half_up(points)


def _not_applicable(row: Row, place: Place | None, leaf: Leaf | None) -> Entry | None:
    for column in ("self_points", "appraised_points"):
        if row[column]:
            row.refuse(column, _("Đã ghi không áp dụng thì để trống điểm."))
    if leaf is not None and not leaf.node.na_allowed:
        sentence = _(
            "Tiêu chí %(code)s luôn áp dụng. Nếu được miễn theo quy định, nhập bằng import_exemptions."
        )
        row.refuse("not_applicable", sentence % {"code": leaf.node.code})
    if place is None or leaf is None:
        return None
    return Entry(place, leaf, None, None, True, row["note"])


def _stored(book: Book, entry: Entry, table: Table) -> Stored:
    score = book.score(entry.place.unit_id, entry.leaf.node.pk, entry.leaf.node.code)
    if entry.not_applicable:
        score.take(
            decides=True,
            answer="",
            self_points=None,
            na_requested=True,
            na_reason=na_reason(entry, table, score.before["na_reason"]),
            not_self_assessed=False,
            appraised_answer="",
            appraised_points=None,
        )
        return score
    own = entry.self_points if entry.self_points is not None else score.before["self_points"]
    counted = entry.appraised_points if entry.appraised_points is not None else own
    kept = score.before["answer"] if own == score.before["self_points"] else ""
    corrected = score.before["appraised_answer"] if counted == score.before["appraised_points"] else ""
    note = {"explanation": entry.note} if entry.note else {}
    score.take(
        decides=True, answer=kept, self_points=own, na_requested=False, na_reason="", not_self_assessed=False,
        appraised_points=counted, appraised_answer=corrected, **note,
    )  # fmt: skip
    return score


def na_reason(entry: Entry, table: Table, before: str = "") -> str:
    """The reason of a "not applicable" row: its note, else the one stored, else the file it came from."""
    return (entry.note or before or _("Theo tệp «%(name)s»") % {"name": table.name})[:1000]


def _keep_grants(intake: Intake, entries: Sequence[Entry]) -> None:
    """A row that says not applicable is a granted request of the unit; points take such a grant away again."""
    grants = Grants(intake)
    for entry in entries:
        unit_id, node = entry.place.unit_id, entry.leaf.node
        if entry.not_applicable:
            grants.request(unit_id, node, na_reason(entry, intake.table, grants.reason(unit_id, node)))
        else:
            grants.no_request(unit_id, node)
    grants.write()
