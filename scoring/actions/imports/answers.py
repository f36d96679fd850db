"""import_answers: what units stated about their components, as answers; the points come from the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from criteria.queries.places import Place
from criteria.rules import APPRAISER, DERIVED, SURVEY, AnswerError, compute, normalise
from parindex import canonical
from parindex.command import Report
from parindex.tabular import CODE, LONG_TEXT, Column, Row, Table
from scoring.actions.imports.grants import Grants
from scoring.actions.imports.intake import Intake, Leaf, begin, each, open_touched, refuse_browser_scores
from scoring.actions.imports.writing import Book, Stored, move_dossiers, record_file, write_scores
from scoring.states import State
from units.authorization import Permission

ANSWER_COLUMNS = (
    Column("unit_code", kind=CODE, filled=True, most=20),
    Column("component_code", kind=CODE, filled=True, most=20),
    Column("answer", filled=True, most=10_000),
    Column("note", kind=LONG_TEXT, needed=False, most=5000),
)


class Answer(NamedTuple):
    """A checked row: the canonical answer and its points."""

    place: Place
    leaf: Leaf
    answer: str
    points: Decimal
    note: str


def import_answers(
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
    """Upsert answers by unit and component; the dossiers count as submitted, and their population is opened.

    An answer to a component that only the appraiser scores is the appraiser's. Points that ``import_scores`` has
    decided stand. Raises ``FileRefused`` with every faulty row, ``Refused`` over scores saved in the browser.
    """
    with transaction.atomic():
        intake = begin(
            table, year=year, level=level, by=by, now=now, origin=origin, permission=Permission.DATA_IMPORT
        )
        table.unique(["unit_code", "component_code"])
        answers = each(table, lambda row: _read(row, intake))
        populations = open_touched(intake, (answer.place for answer in answers))
        refuse_browser_scores(populations, replace=replace, reason=reason)
        book = Book(intake, populations)
        report = write_scores(intake, [_stored(book, answer, replace=replace) for answer in answers])
        _end_requests(intake, answers)
        units = {answer.place.unit_id for answer in answers}
        move_dossiers(
            intake, units, "import_answers", leave=frozenset({State.SUBMITTED, State.CLOSED}), reason=reason
        )
        record_file(intake, "answers.imported", populations, report, reason=reason)
        if dry_run:
            transaction.set_rollback(True)
        return report


def _read(row: Row, intake: Intake) -> Answer | None:
    place, leaf = intake.register.find(row), intake.leaf(row)
    if leaf is not None and leaf.rule.answered_by in (SURVEY, DERIVED):
        row.refuse("component_code", _not_asked(leaf))
        return None
    given = _json(row)
    if place is None or leaf is None or given is None:
        return None
    try:
        answer = normalise(leaf.rule, given)
        computed = compute(leaf.rule, answer, digits=intake.population(place).digits)
    except AnswerError as error:
        row.refuse("answer", error.sentence)
        return None
    return Answer(place, leaf, canonical.dumps(answer), computed.points, row["note"])


def _not_asked(leaf: Leaf) -> str:
    if leaf.rule.answered_by == SURVEY:
        return _("Tiêu chí %(code)s chấm bằng điều tra xã hội học: nhập bằng import_survey.") % {
            "code": leaf.node.code
        }
    return _("Tiêu chí %(code)s do hệ thống tự tính, không nhập câu trả lời.") % {"code": leaf.node.code}


def _json(row: Row) -> Mapping[str, Any] | None:
    if not row["answer"]:
        return None
    try:
        value = canonical.loads(row["answer"])
    except canonical.CanonicalError:
        value = None
    if not isinstance(value, Mapping):
        row.refuse(
            "answer",
            _(
                'Câu trả lời phải viết dạng JSON, ví dụ {"option": "…"} hoặc {"numerator": 18, "denominator": 20}.'
            ),
        )
        return None
    return value


def _end_requests(intake: Intake, answers: Sequence[Answer]) -> None:
    """An answer says that the component applies: a granted request of the unit ends."""
    grants = Grants(intake)
    for answer in answers:
        grants.no_request(answer.place.unit_id, answer.leaf.node)
    grants.write()


def _stored(book: Book, row: Answer, *, replace: bool) -> Stored:
    score = book.score(row.place.unit_id, row.leaf.node.pk, row.leaf.node.code)
    note = {"explanation": row.note} if row.note else {}
    if row.leaf.rule.answered_by == APPRAISER:
        score.take(decides=True, appraised_answer=row.answer, appraised_points=row.points, **note)
        return score
    score.take(
        # A decision of import_scores stands on the answer; one made in the browser must be looked at again.
        decides=score.decided and not replace and not score.before["na_requested"],
        answer=row.answer,
        self_points=row.points,
        na_requested=False,
        na_reason="",
        not_self_assessed=False,
        **note,
    )
    return score
