"""Whether a file of units fits together with itself and with what is stored. Values in, values out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

from units.intake import Problem, Span, UnitRow, day_words, overlaps, repeated, span_words, to_blame

#: (code, valid_from): the natural key of a unit.
Key = tuple[str, date]


@dataclass(frozen=True)
class Known:
    """A unit as it will stand: from the file (``row``) or as stored (``row`` None)."""

    key: Key
    level: str
    name: str
    valid_to: date | None
    row: int | None = None

    def valid_on(self, day: date) -> bool:
        """Whether the unit exists on the day."""
        return self.key[1] <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass
class Links:
    """Where the rows of a file point: parent and predecessors by natural key, and what is wrong."""

    parents: dict[Key, Key | None] = field(default_factory=dict)
    predecessors: dict[Key, list[Key]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def link(rows: Iterable[UnitRow], stored: Iterable[Known], arrows: Iterable[tuple[Key, Key]] = ()) -> Links:
    """Resolve every code of the file to a unit, stored or of the same file.

    ``arrows`` are the stored (predecessor, successor) pairs: a new end of a predecessor must not tear
    them. Problems cover repeated keys, codes that stand for two units on one day, unknown or unfitting
    parents and predecessors, and a changed level.
    """
    given = list(rows)
    before = {known.key: known for known in stored}
    after = before | {
        row.key: Known(row.key, row.level, row.name, row.valid_to, row.row) for row in reversed(given)
    }
    by_code: dict[str, list[Known]] = defaultdict(list)
    for known in after.values():
        by_code[known.key[0]].append(known)
    links = Links()
    links.problems += _repeated(given)
    links.problems += _overlapping(by_code)
    for row in given:
        _check_level(row, before, links)
        links.parents[row.key] = _parent(row, by_code, links)
        links.predecessors[row.key] = _predecessors(row, by_code, links)
    links.problems += _torn(arrows, after, {row.key for row in given})
    links.problems.sort(key=lambda problem: problem.row)
    return links


def _repeated(rows: Iterable[UnitRow]) -> list[Problem]:
    return [
        Problem(row, "code", _("Cùng mã và ngày bắt đầu với dòng %(first)d. Bỏ một dòng.") % {"first": first})
        for row, first in repeated((row.row, row.key) for row in rows)
    ]


def _overlapping(by_code: Mapping[str, list[Known]]) -> list[Problem]:
    found = []
    for code, units in by_code.items():
        for pair in overlaps(Span(unit.key[1], unit.valid_to, unit.row, unit.name) for unit in units):
            culprit, other = to_blame(*pair)
            if culprit.row is None:
                continue
            words = _("Mã %(code)s đã là của %(name)s %(span)s. Sửa ngày để mỗi ngày một mã chỉ một đơn vị.")
            said = {"code": code, "name": other.name, "span": span_words(other.start, other.end)}
            found.append(Problem(culprit.row, "valid_from", words % said))
    return found


def _check_level(row: UnitRow, before: Mapping[Key, Known], links: Links) -> None:
    stored = before.get(row.key)
    if stored is not None and stored.level != row.level:
        words = _("Đơn vị này đã có với cấp %(level)s; cấp không đổi được. Dùng mã hoặc ngày bắt đầu khác.")
        links.problems.append(Problem(row.row, "level", words % {"level": stored.level}))


def _found(by_code: Mapping[str, list[Known]], code: str, day: date) -> Known | None:
    return next((unit for unit in by_code.get(code, ()) if unit.valid_on(day)), None)


def _parent(row: UnitRow, by_code: Mapping[str, list[Known]], links: Links) -> Key | None:
    if not row.parent_code:
        return None
    if row.level != "commune":
        words = _("Chỉ xã, phường, thị trấn mới trực thuộc một huyện. Để trống ô này.")
        links.problems.append(Problem(row.row, "parent_code", words))
        return None
    parent = _found(by_code, row.parent_code, row.valid_from)
    if parent is None or parent.level != "district":
        words = _("Không có huyện, thành phố nào mang mã %(code)s ngày %(day)s.")
        said = {"code": row.parent_code, "day": day_words(row.valid_from)}
        links.problems.append(Problem(row.row, "parent_code", words % said))
        return None
    return parent.key


def _predecessors(row: UnitRow, by_code: Mapping[str, list[Known]], links: Links) -> list[Key]:
    day = row.valid_from - timedelta(days=1)
    keys = []
    for code in row.predecessor_codes:
        unit = _found(by_code, code, day)
        if unit is None:
            words = _("Không có đơn vị nào mang mã %(code)s ngày %(day)s, ngày trước khi đơn vị này bắt đầu.")
        elif unit.key in keys:
            words = _("Mã %(code)s ghi hai lần.")
        else:
            keys.append(unit.key)
            continue
        links.problems.append(
            Problem(row.row, "predecessor_codes", words % {"code": code, "day": day_words(day)})
        )
    return keys


def _torn(arrows: Iterable[tuple[Key, Key]], after: Mapping[Key, Known], rows: set[Key]) -> list[Problem]:
    """Stored arrows whose predecessor the file ends too early, while the successor is not in the file."""
    found = []
    for predecessor, successor in arrows:
        unit = after[predecessor]
        day = successor[1] - timedelta(days=1)
        if unit.row is not None and successor not in rows and not unit.valid_on(day):
            words = _("%(name)s kế tục đơn vị này từ %(day)s, nên ngày cuối không thể trước đó.")
            said = {"name": after[successor].name, "day": day_words(successor[1])}
            found.append(Problem(unit.row, "valid_to", words % said))
    return found
