"""How the rows of a year's criteria continue those of the year before. Pure.

A link is data of this year's row: ``continued`` (the same criterion), ``changed`` (the same matter, asked, placed or
worded otherwise) or ``new``; for the first two ``previous_code`` names the row of last year, "" being the row's own
code. A file leaves both cells empty for a row that merely goes on under its code and name. What the file says counts;
where it says nothing, ``propose`` does, by code and name. A row of last year that no row of this year names is
*removed*. That is not stored anywhere: it follows from two frameworks and their links, which are frozen when a year
opens, and a second record of the same fact could only contradict the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from criteria.tree import code_key
from parindex.text import search_key

CONTINUED = "continued"
CHANGED = "changed"
NEW = "new"
KINDS = (CONTINUED, CHANGED, NEW)

#: Shared words in percent from which two names speak of the same matter: under one code, and anywhere in the tree.
SAME_PLACE = 50
OTHER_PLACE = 80


class Item(NamedTuple):
    """One row of a framework as far as links care."""

    code: str
    level: str
    name: str


class Link(NamedTuple):
    """How a row continues last year: ``previous_code`` is "" for a new one."""

    kind: str
    previous_code: str = ""


NOTHING = Link("")


def whole(kind: str, previous_code: str, code: str) -> Link:
    """A stored link with the code it means: a row that continues its own code stores none."""
    return Link(kind, previous_code or code) if kind in (CONTINUED, CHANGED) else Link(kind)


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same but for case, accents and spaces."""
    return search_key(one) == search_key(other)


def likeness(one: str, other: str) -> int:
    """Share of words two names have in common in whole percent (Dice coefficient over words, order aside)."""
    first, second = _words(one), _words(other)
    total = sum(first.values()) + sum(second.values())
    return 200 * sum((first & second).values()) // total if total else 0


def _words(name: str) -> Counter[str]:
    return Counter("".join(letter if letter.isalnum() else " " for letter in search_key(name)).split())


def read(kind: str, previous_code: str, item: Item, previous: Mapping[str, Item]) -> Link:
    """What a row of a file says, made whole; ``NOTHING`` where it says nothing.

    A link without a code means the same code; a code without a link is continued when code and name are
    those of last year, else changed. ``previous`` are last year's rows by code.
    """
    if kind == NEW:
        return Link(NEW)
    if not kind and not previous_code:
        return NOTHING
    code = previous_code or item.code
    return Link(kind or _kind(item, code, previous.get(code)), code)


def _kind(item: Item, code: str, before: Item | None) -> str:
    return (
        CONTINUED
        if before is not None and code == item.code and same_name(item.name, before.name)
        else CHANGED
    )


def propose(
    items: Iterable[Item], previous: Iterable[Item], stated: Mapping[str, Link] | None = None
) -> dict[str, Link]:
    """The links of all rows by code: as ``stated``, else by code and name.

    Every row of last year is continued at most once, by a row of its own level. The surest evidence counts
    first: same code and name; same name elsewhere, when it is the only one; same code and a similar name;
    a very similar name elsewhere, the most similar pair first. What is left is new.
    """
    found = dict(stated or {})
    taken = {link.previous_code for link in found.values()}
    left = [item for item in items if item.code not in found]
    free = {item.code: item for item in previous if item.code not in taken}
    for step in (_same_code_and_name, _same_name_elsewhere, _similar_under_code, _similar_elsewhere):
        pairs = step(left, free)
        for item, before in pairs:
            kind = CONTINUED if step is _same_code_and_name else CHANGED
            found[item.code] = Link(kind, before.code)
            del free[before.code]
        done = {item.code for item, _before in pairs}
        left = [item for item in left if item.code not in done]
    return found | {item.code: Link(NEW) for item in left}


Pairs = list[tuple[Item, Item]]


def _same_code_and_name(left: Sequence[Item], free: Mapping[str, Item]) -> Pairs:
    return [(item, before) for item, before in _under_code(left, free) if same_name(item.name, before.name)]


def _under_code(left: Sequence[Item], free: Mapping[str, Item]) -> Pairs:
    pairs = ((item, free.get(item.code)) for item in left)
    return [(item, before) for item, before in pairs if before is not None and before.level == item.level]


def _same_name_elsewhere(left: Sequence[Item], free: Mapping[str, Item]) -> Pairs:
    ours, theirs = _by_name(left), _by_name(free.values())
    return [
        (items[0], theirs[key][0])
        for key, items in ours.items()
        if len(items) == 1 and len(theirs.get(key, ())) == 1
    ]


def _by_name(items: Iterable[Item]) -> dict[tuple[str, str], list[Item]]:
    found: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        found.setdefault((item.level, search_key(item.name)), []).append(item)
    return found


def _similar_under_code(left: Sequence[Item], free: Mapping[str, Item]) -> Pairs:
    return [
        (item, before)
        for item, before in _under_code(left, free)
        if likeness(item.name, before.name) >= SAME_PLACE
    ]


def _similar_elsewhere(left: Sequence[Item], free: Mapping[str, Item]) -> Pairs:
    scored = [
        (-rate, code_key(item.code), code_key(before.code), item, before)
        for item in left
        for before in free.values()
        if before.level == item.level and (rate := likeness(item.name, before.name)) >= OTHER_PLACE
    ]
    pairs: Pairs = []
    used: set[str] = set()
    for *_order, item, before in sorted(scored, key=lambda row: row[:3]):
        if item.code not in used and before.code not in {other.code for _item, other in pairs}:
            used.add(item.code)
            pairs.append((item, before))
    return pairs


def effective(item: Item, link: Link, before: Item | None) -> Link:
    """The link of a row as it counts: as stored, else (a tree stored before there were links) by its code.

    ``before`` is last year's row of the code that the link, or else the row, names.
    """
    if link.kind:
        return whole(link.kind, link.previous_code, item.code)
    return Link(_kind(item, item.code, before), item.code) if before is not None else Link(NEW)


@dataclass(frozen=True)
class Outcome:
    """How many rows are continued, changed and new, and which rows of last year are removed."""

    continued: int = 0
    changed: int = 0
    new: int = 0
    removed: tuple[str, ...] = field(default=())


def outcome(links: Mapping[str, Link], previous: Iterable[Item]) -> Outcome:
    """Count the links of a year against the rows of the year before."""
    kinds = Counter(link.kind for link in links.values())
    named = {link.previous_code for link in links.values()}
    removed = tuple(item.code for item in previous if item.code not in named)
    return Outcome(kinds[CONTINUED], kinds[CHANGED], kinds[NEW], removed)
