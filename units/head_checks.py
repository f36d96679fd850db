"""Who the people of a file of heads are, and whether their tenures fit. Values in, values out.

A person is known by ``person_code``; without one, the same name in the same unit, or in the unit it was
renamed from or to, is the same person (first acting, then appointed).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from parindex import text
from units.intake import HeadRow, Problem, Span, overlaps, repeated, span_words, to_blame

#: A person: the id of a stored one, or a key of a new one.
Person = Hashable


@dataclass(frozen=True)
class Someone:
    """A stored person with the units they headed."""

    pk: int
    full_name: str
    person_code: str
    units: frozenset[int]


@dataclass
class Persons:
    """For every row of the file its person; stored persons that get a code; what is wrong."""

    of_row: dict[int, Person] = field(default_factory=dict)
    given_codes: dict[int, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def renamings(
    successors: Mapping[int, list[int]], predecessors: Mapping[int, list[int]], unit: int
) -> frozenset[int]:
    """The unit with those it was only renamed from or to: one predecessor, and that one with one successor."""
    found, open_ends = {unit}, [unit]
    while open_ends:
        here = open_ends.pop()
        for onward, back in ((successors, predecessors), (predecessors, successors)):
            beside = onward.get(here, [])
            if len(beside) == 1 and back.get(beside[0], []) == [here] and beside[0] not in found:
                found.add(beside[0])
                open_ends.append(beside[0])
    return frozenset(found)


def name_key(full_name: str) -> str:
    """Names are the same person's when they read the same, whatever their capitals and spaces."""
    return text.clean_line(full_name).casefold()


def identify(rows: Iterable[tuple[HeadRow, frozenset[int]]], stored: Iterable[Someone]) -> Persons:
    """Find the person of every row; each row comes with its unit and the units of its renaming.

    Rows with a code first, so that a row without one finds them by name.
    """
    given, known = list(rows), list(stored)
    persons = Persons()
    by_code: dict[str, Person] = {one.person_code: one.pk for one in known if one.person_code}
    names: dict[Person, str] = {one.pk: one.full_name for one in known}
    places: dict[Person, set[int]] = defaultdict(set)
    for one in known:
        places[one.pk] |= one.units
    for row, units in sorted(given, key=lambda pair: not pair[0].person_code):
        person = _coded(row, units, known, by_code, persons) if row.person_code else None
        if person is None:
            person = _named(row, units, names, places, persons)
        if name_key(names.setdefault(person, row.full_name)) != name_key(row.full_name):
            words = _("Mã người %(code)s đang là của %(name)s. Sửa mã hoặc họ tên.")
            said = {"code": row.person_code, "name": names[person]}
            persons.problems.append(Problem(row.row, "full_name", words % said))
        places[person] |= units
        persons.of_row[row.row] = person
    return persons


def _coded(
    row: HeadRow, units: frozenset[int], known: list[Someone], by_code: dict[str, Person], persons: Persons
) -> Person:
    """The person of a code; a stored one of the same name and unit without a code is given it."""
    if row.person_code not in by_code:
        same = [
            one.pk
            for one in known
            if not one.person_code
            and one.pk not in persons.given_codes
            and one.units & units
            and name_key(one.full_name) == name_key(row.full_name)
        ]
        if len(same) == 1:
            persons.given_codes[same[0]] = row.person_code
        by_code[row.person_code] = same[0] if len(same) == 1 else ("code", row.person_code)
    return by_code[row.person_code]


def _named(
    row: HeadRow,
    units: frozenset[int],
    names: dict[Person, str],
    places: Mapping[Person, set[int]],
    persons: Persons,
) -> Person:
    same = [
        person
        for person, name in names.items()
        if name_key(name) == name_key(row.full_name) and places[person] & units
    ]
    if len(same) > 1:
        words = _("Đơn vị này có %(count)d người cùng tên. Ghi mã người vào cột person_code.")
        persons.problems.append(Problem(row.row, "full_name", words % {"count": len(same)}))
    return same[0] if same else ("name", name_key(row.full_name), min(units))


@dataclass(frozen=True)
class Held:
    """A stored tenure: unit, person, days, and the name to say."""

    unit: int
    person: int
    span: Span


def check_tenures(rows: Iterable[tuple[HeadRow, int, Person]], held: Iterable[Held]) -> list[Problem]:
    """Repeated rows, and tenures of one unit that share a day; each row comes with its unit and person.

    A stored tenure with the natural key of a row (unit, person, first day) is replaced by it.
    """
    given = list(rows)
    keys = {(unit, person, row.from_date) for row, unit, person in given}
    problems = [
        Problem(row, "from_date", _("Cùng đơn vị, người và ngày với dòng %(first)d.") % {"first": first})
        for row, first in repeated((row.row, (unit, person, row.from_date)) for row, unit, person in given)
    ]
    repeats = {problem.row for problem in problems}
    spans: dict[int, list[Span]] = defaultdict(list)
    for row, unit, _person in given:
        if row.row not in repeats:
            spans[unit].append(Span(row.from_date, row.to_date, row.row, row.full_name))
    for tenure in held:
        if (tenure.unit, tenure.person, tenure.span.start) not in keys:
            spans[tenure.unit].append(tenure.span)
    for of_unit in spans.values():
        problems += [
            _overlap(*to_blame(*pair))
            for pair in overlaps(of_unit)
            if pair[0].row is not None or pair[1].row is not None
        ]
    return problems


def _overlap(culprit: Span, other: Span) -> Problem:
    words = _("Trùng thời gian với %(name)s (%(span)s%(place)s). Ghi ngày kết thúc của người trước.")
    place = _(", dòng %(row)d") % {"row": other.row} if other.row else ""
    said = {"name": other.name, "span": span_words(other.start, other.end), "place": place}
    return Problem(culprit.row or 0, "from_date", words % said)
