"""What QĐ 884 proposes after a result: commendation, criticism, discipline review. Pure.

Điều 19: from 90 points a commendation is considered for the unit and for its head.
Điều 20.6: below 50 the head is criticised. Điều 20.7: below 50 in two consecutive
years *of the same head*, discipline is considered; then only 20.7 is proposed, and it
cites the first criticism. All are proposals with facts; people decide (design §3.9).

The number compared is the rounded index. The sentences inside the facts are stored
with the proposal and printed into its file, so they stay in Vietnamese whatever
language a page is read in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

COMMENDATION = "commendation"
CRITICISM = "criticism"
DISCIPLINE_REVIEW = "discipline_review"
UNIT, HEAD = "unit", "head"

ARTICLE_19, ARTICLE_20_6, ARTICLE_20_7 = "Điều 19", "Điều 20.6", "Điều 20.7"
BASIS = "Quyết định số 884/QĐ-UBND ngày 10/4/2019"
ARTICLE_TEXTS = {
    ARTICLE_19: "Đạt từ 90 điểm trở lên được xét khen thưởng cho tập thể và người đứng đầu.",
    ARTICLE_20_6: "Dưới 50 điểm tại năm đánh giá: Chủ tịch UBND tỉnh phê bình lần thứ nhất đối với người đứng đầu.",
    ARTICLE_20_7: "Hai năm liên tiếp dưới 50 điểm: tùy mức độ, Chủ tịch UBND tỉnh xem xét áp dụng hình thức kỷ luật.",
}

UNKNOWN_HEAD = "người đứng đầu (chưa có dữ liệu)"
#: Fewer days at the head of the unit in the year than this are flagged (design §3.9).
DAYS_FLAGGED_BELOW = 183

MET, NOT_MET, UNDETERMINED = "met", "not_met", "undetermined"


@dataclass(frozen=True)
class Thresholds:
    """The bounds of the decision, in percent of the index."""

    commendation: Decimal = Decimal(90)  # from here on, Điều 19
    criticism: Decimal = Decimal(50)  # below, Điều 20.6 and 20.7


@dataclass(frozen=True)
class Tenure:
    """A person at the head of a unit, from–to (last day included), within the unit's own validity.

    ``person`` is the identity: acting first and appointed later is the same person.
    """

    person: str
    name: str
    title: str
    acting: bool
    from_date: date
    to_date: date | None
    unit_code: str


@dataclass(frozen=True)
class PastYear:
    """The result of the same unit, or of the one it was renamed from, in an earlier year.

    ``tenures``: of that unit and its renamings in that year. ``decision``: number of
    the decision that criticised or reviewed its head, "" when none is recorded.
    """

    year: int
    unit_code: str
    index_percent: Decimal | None
    reference_date: date
    tenures: tuple[Tenure, ...] = ()
    decision: str = ""


@dataclass(frozen=True)
class OtherResult:
    """A result of another unit, shown for information only. ``person`` headed it ("" where that is not the point)."""

    year: int
    unit_code: str
    unit_name: str
    index_percent: Decimal | None
    person: str = ""


@dataclass(frozen=True)
class UnitFacts:
    """Everything the proposals for one unit and year rest on.

    ``history``: newest first; years that do not continue this unit (after a merger or
    split) are left out by the caller and stand in ``predecessors`` instead.
    ``elsewhere``: results of other units in the year before, under whoever headed them.
    """

    year: int
    unit_code: str
    unit_name: str
    index_percent: Decimal | None
    points: Decimal
    max_points: Decimal
    reference_date: date
    complete: bool = True
    tenures: tuple[Tenure, ...] = ()
    history: tuple[PastYear, ...] = ()
    predecessors: tuple[OtherResult, ...] = ()
    elsewhere: tuple[OtherResult, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """One proposal. ``head`` is the person's identity, None for a unit or when nobody is known.

    ``facts`` holds text, whole numbers, ``Decimal``, booleans, None, lists and dicts only.
    """

    kind: str
    article: str
    subject: str
    head: str | None
    facts: dict[str, Any]


def head_on(tenures: Iterable[Tenure], day: date) -> Tenure | None:
    """The tenure that covers a day; where a renaming left two, the later one."""
    covering = [t for t in tenures if t.from_date <= day and (t.to_date is None or day <= t.to_date)]
    return max(covering, key=lambda t: (t.from_date, not t.acting, t.unit_code, t.person), default=None)


def days_at_head(tenures: Iterable[Tenure], year: int) -> dict[str, int]:
    """Days of a calendar year that each person was at the head, a day counted once."""
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    days: dict[str, set[int]] = {}
    for tenure in tenures:
        start = max(first, tenure.from_date.toordinal())
        end = last if tenure.to_date is None else min(last, tenure.to_date.toordinal())
        if start <= end:
            days.setdefault(tenure.person, set()).update(range(start, end + 1))
    return {person: len(counted) for person, counted in days.items()}


def propose(facts: UnitFacts, thresholds: Thresholds = Thresholds()) -> tuple[Outcome, ...]:
    """Return what is proposed for a unit and its head after a year; nothing between the bounds or without an index."""
    index = facts.index_percent
    if index is None:
        return ()
    if index >= thresholds.commendation:
        return _commendations(facts, thresholds)
    if index < thresholds.criticism:
        return (_responsibility(facts, thresholds),)
    return ()


def _commendations(facts: UnitFacts, thresholds: Thresholds) -> tuple[Outcome, Outcome]:
    """Điều 19, once for the unit (without any person's name in the facts) and once for its head."""
    common = _figures(facts, ARTICLE_19, thresholds.commendation)
    head = head_on(facts.tenures, facts.reference_date)
    return (
        Outcome(COMMENDATION, ARTICLE_19, UNIT, None, common),
        Outcome(
            COMMENDATION, ARTICLE_19, HEAD, head.person if head else None, {**common, **_people(facts, head)}
        ),
    )


def _responsibility(facts: UnitFacts, thresholds: Thresholds) -> Outcome:
    """Điều 20.7 when the same head was below the bound the year before as well, else Điều 20.6."""
    head = head_on(facts.tenures, facts.reference_date)
    run = _same_head_run(facts, head, thresholds.criticism)
    status, reason = _article_20_7(facts, head, thresholds.criticism)
    kind, article = (DISCIPLINE_REVIEW, ARTICLE_20_7) if status == MET else (CRITICISM, ARTICLE_20_6)
    details: dict[str, Any] = {
        **_figures(facts, article, thresholds.criticism),
        **_people(facts, head),
        **_information(facts, head, thresholds.criticism),
        "article_20_7": {"status": status, "text": reason},
    }
    if status == MET:
        details["years"] = [_year(facts.year, facts.unit_code, facts.index_percent)] + [
            _year(past.year, past.unit_code, past.index_percent) for past in run
        ]
        first = run[-1]
        details["first_criticism"] = {
            **_year(first.year, first.unit_code, first.index_percent),
            "article": ARTICLE_20_6,
            "decision": first.decision,
        }
    return Outcome(kind, article, HEAD, head.person if head else None, details)


def _before(facts: UnitFacts) -> PastYear | None:
    """The result of the year before, if this unit or the one it was renamed from has one."""
    return next((past for past in facts.history if past.year == facts.year - 1), None)


def _below(index: Decimal | None, bound: Decimal) -> bool:
    return index is not None and index < bound


def _same_head_run(facts: UnitFacts, head: Tenure | None, bound: Decimal) -> list[PastYear]:
    """The unbroken years before this one below the bound under the same head, newest first."""
    years = {past.year: past for past in facts.history}
    run: list[PastYear] = []
    year = facts.year - 1
    while head is not None and year in years and _below(years[year].index_percent, bound):
        past_head = head_on(years[year].tenures, years[year].reference_date)
        if past_head is None or past_head.person != head.person:
            break
        run.append(years[year])
        year -= 1
    return run


def _article_20_7(facts: UnitFacts, head: Tenure | None, bound: Decimal) -> tuple[str, str]:
    """Whether Điều 20.7 applies, and the sentence that says why (not)."""
    before = _before(facts)
    if head is None:
        return UNDETERMINED, (
            f"không xét được: chưa có dữ liệu người đứng đầu ngày {_day(facts.reference_date)}"
        )
    if before is None or before.index_percent is None:
        return NOT_MET, f"không đủ điều kiện: năm {facts.year - 1} không có kết quả của cùng đơn vị"
    if before.index_percent >= bound:
        return NOT_MET, f"không đủ điều kiện: năm {before.year} không dưới {bound.normalize():f} điểm"
    past_head = head_on(before.tenures, before.reference_date)
    if past_head is None:
        return UNDETERMINED, (
            f"không xét được: chưa có dữ liệu người đứng đầu ngày {_day(before.reference_date)}"
        )
    if past_head.person != head.person:
        return NOT_MET, f"không đủ điều kiện: năm {before.year} do người khác đứng đầu"
    return MET, f"đủ điều kiện: cùng người đứng đầu, dưới {bound.normalize():f} điểm hai năm liên tiếp"


def _figures(facts: UnitFacts, article: str, bound: Decimal) -> dict[str, Any]:
    """The figures and the article, without any person."""
    return {
        "year": facts.year,
        "unit_code": facts.unit_code,
        "unit_name": facts.unit_name,
        "index_percent": facts.index_percent,
        "points": facts.points,
        "max_points": facts.max_points,
        "bound": bound,
        "complete": facts.complete,
        "basis": BASIS,
        "article": article,
        "article_text": ARTICLE_TEXTS[article],
    }


def _people(facts: UnitFacts, head: Tenure | None) -> dict[str, Any]:
    """The head on the reference date and all heads of the year with their days."""
    days = days_at_head(facts.tenures, facts.year)
    last: dict[str, Tenure] = {}
    for tenure in sorted(facts.tenures, key=lambda t: (t.from_date, t.unit_code)):
        if tenure.person in days:
            last[tenure.person] = tenure
    heads = [
        {
            "person": person,
            "name": tenure.name,
            "title": tenure.title,
            "acting": tenure.acting,
            "days": days[person],
            "under_183_days": days[person] < DAYS_FLAGGED_BELOW,
        }
        for person, tenure in last.items()
    ]
    at_head = 0 if head is None else days.get(head.person, 0)
    return {
        "reference_date": facts.reference_date.isoformat(),
        "head": UNKNOWN_HEAD if head is None else head.name,
        "head_known": head is not None,
        "head_acting": head is not None and head.acting,
        "head_days": at_head,
        "head_under_183_days": head is not None and at_head < DAYS_FLAGGED_BELOW,
        "heads": heads,
    }


def _information(facts: UnitFacts, head: Tenure | None, bound: Decimal) -> dict[str, Any]:
    """What is shown beside the proposal and does not decide it."""
    before = _before(facts)
    elsewhere = [other for other in facts.elsewhere if head is not None and other.person == head.person]
    return {
        "previous": None if before is None else _year(before.year, before.unit_code, before.index_percent),
        "unit_two_year_run": before is not None and _below(before.index_percent, bound),
        "same_person_elsewhere": [_other(other) for other in elsewhere],
        "predecessors": [_other(other) for other in facts.predecessors],
    }


def _year(year: int, unit_code: str, index: Decimal | None) -> dict[str, Any]:
    return {"year": year, "unit_code": unit_code, "index_percent": index}


def _other(other: OtherResult) -> dict[str, Any]:
    return {**_year(other.year, other.unit_code, other.index_percent), "unit_name": other.unit_name}


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
