"""Single components named when a dossier goes back: one field each, folded by area, no script needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from scoring.forms.receipts import POINT
from scoring.queries.dossiers import Dossier, Leaf

#: A list of components worth a look is open from the start up to this length.
MOST_OPEN = 12

@dataclass(frozen=True)
class PointField:
    """The field of one component: what was typed, and why it is offered first."""

    code: str
    name: str
    typed: str = ""
    why: str = ""

    @property
    def field(self) -> str:
        """The name posted."""
        return POINT + self.code

    @property
    def anchor(self) -> str:
        """The id of the field."""
        return self.field.replace(".", "-")


@dataclass(frozen=True)
class PointGroup:
    """Some fields under a title; ``first`` are those worth a look."""

    title: str
    fields: tuple[PointField, ...]
    first: bool = False

    @property
    def opened(self) -> bool:
        """Whether something is typed in it, or it is a short list of what is worth a look."""
        return any(each.typed for each in self.fields) or (self.first and len(self.fields) <= MOST_OPEN)


def groups_of(
    dossier: Dossier,
    typed: Mapping[str, str],
    flagged: Iterable[tuple[Leaf, str]] = (),
    remarks: Mapping[str, str] | None = None,
) -> list[PointGroup]:
    """The components worth a look first, then all others under their areas; each component once."""
    first = [
        PointField(leaf.node.code, leaf.node.name, typed.get(leaf.node.code, ""), why) for leaf, why in flagged
    ]
    named = {field.code for field in first}
    found = [PointGroup(_("Nên xem lại"), tuple(first), first=True)] if first else []
    said = remarks or {}
    for area in dossier.areas:
        rest = tuple(
            PointField(leaf.node.code, leaf.node.name, typed.get(leaf.node.code, ""), said.get(leaf.node.code, ""))
            for leaf in dossier.in_area(area)
            if leaf.asked and leaf.node.code not in named
        )
        if rest:
            found.append(PointGroup(f"{area.code}. {area.name}", rest))
    return found
