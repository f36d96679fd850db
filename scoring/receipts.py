"""What a head signs: the sheet as stated at one moment, its canonical text and its digest. Pure.

The text stands in the receipt (``Submission.contents``); whoever holds it can compute the digest
again with a script of the standard library. Equal statements give equal digests, and any other
digit, word or document gives another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from parindex import canonical

#: How the text is laid out; a reader of another form must not guess.
FORM = 1
ZERO = Decimal(0)


class ReceiptError(ValueError):
    """A stored text that this product did not write."""


@dataclass(frozen=True)
class SignedDocument:
    """A document given for a component. ``issued_on`` is an ISO date or ""; ``sha256`` that of the file."""

    number: str
    issued_on: str
    title: str
    sha256: str
    pages: str

    @property
    def name(self) -> str:
        """Its number, else its title."""
        return self.number or self.title


@dataclass(frozen=True)
class SignedComponent:
    """What the unit states about one component it is asked about.

    ``answer`` is the canonical answer (docs/scoring.md §3), None without one; ``points`` those of the
    rule, None where nothing is claimed (also where "not applicable" is asked for). ``carried_from``
    is the year of a copy that nobody has confirmed; such a sheet cannot be submitted, so no receipt has it.
    """

    code: str
    max_points: Decimal
    answer: Mapping[str, Any] | None
    points: Decimal | None
    explanation: str
    na_requested: bool
    na_reason: str
    documents: tuple[SignedDocument, ...] = ()
    carried_from: int | None = None

    @property
    def answered(self) -> bool:
        """Answered, entered as points, or asked to be not applicable."""
        return self.answer is not None or self.points is not None or self.na_requested


@dataclass(frozen=True)
class Signed:
    """A whole sheet. ``framework`` is the digest of the tree; ``exempt`` the leaves a grant takes out."""

    unit_code: str
    unit_name: str
    year: int
    level: str
    framework: str
    components: tuple[SignedComponent, ...]
    exempt: tuple[str, ...] = ()
    difficulties: str = ""
    proposals: str = ""

    @property
    def points(self) -> Decimal:
        """Points claimed, an exact sum."""
        return sum((each.points or ZERO for each in self.components), ZERO)

    @property
    def max_points(self) -> Decimal:
        """Maximum of what was asked."""
        return sum((each.max_points for each in self.components), ZERO)

    @property
    def answered(self) -> int:
        """How many components are answered."""
        return sum(each.answered for each in self.components)

    @property
    def documents(self) -> int:
        """How many different files prove the sheet."""
        return len({document.sha256 for each in self.components for document in each.documents})

    @cached_property
    def by_code(self) -> dict[str, SignedComponent]:
        """The components by their codes."""
        return {each.code: each for each in self.components}

    @cached_property
    def contents(self) -> str:
        """The canonical text that is kept."""
        return canonical.dumps(_plain(self))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the text, in hexadecimal."""
        return canonical.digest(self.contents)


def _plain(signed: Signed) -> dict[str, Any]:
    return {
        "form": FORM,
        "unit": {"code": signed.unit_code, "name": signed.unit_name},
        "year": signed.year,
        "level": signed.level,
        "framework": signed.framework,
        "components": [_component(each) for each in signed.components],
        "exempt": list(signed.exempt),
        "difficulties": signed.difficulties,
        "proposals": signed.proposals,
    }


def _component(stated: SignedComponent) -> dict[str, Any]:
    return {
        "code": stated.code,
        "max_points": stated.max_points,
        "answer": stated.answer,
        "points": stated.points,
        "explanation": stated.explanation,
        "na_requested": stated.na_requested,
        "na_reason": stated.na_reason,
        **({"carried_from": stated.carried_from} if stated.carried_from is not None else {}),
        "documents": [
            {
                "number": document.number,
                "issued_on": document.issued_on,
                "title": document.title,
                "sha256": document.sha256,
                "pages": document.pages,
            }
            for document in stated.documents
        ],
    }


def read(contents: str) -> Signed:
    """The sheet of a kept text. Raises ``ReceiptError`` for a text of another form."""
    try:
        plain = canonical.loads(contents)
        if plain["form"] != FORM:
            raise ReceiptError(f"form {plain['form']} is not {FORM}")
        return Signed(
            unit_code=plain["unit"]["code"],
            unit_name=plain["unit"]["name"],
            year=plain["year"],
            level=plain["level"],
            framework=plain["framework"],
            components=tuple(_read_component(each) for each in plain["components"]),
            exempt=tuple(plain["exempt"]),
            difficulties=plain["difficulties"],
            proposals=plain["proposals"],
        )
    except (KeyError, TypeError, canonical.CanonicalError) as error:
        raise ReceiptError(f"not the text of a receipt: {error}") from error


def _read_component(plain: Mapping[str, Any]) -> SignedComponent:
    points = plain["points"]
    return SignedComponent(
        code=plain["code"],
        max_points=Decimal(plain["max_points"]),
        answer=plain["answer"],
        points=Decimal(points) if points is not None else None,
        explanation=plain["explanation"],
        na_requested=plain["na_requested"],
        na_reason=plain["na_reason"],
        documents=tuple(SignedDocument(**document) for document in plain["documents"]),
    )


def grouped(digest: str, size: int = 4) -> str:
    """A digest as people compare it: groups of four digits."""
    return " ".join(digest[at : at + size] for at in range(0, len(digest), size))


# --- What changed --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One component that two sheets state differently; ``kinds`` as in ``KINDS``, in that order."""

    code: str
    kinds: tuple[str, ...]
    before: SignedComponent | None
    after: SignedComponent | None

    @property
    def difference(self) -> Decimal:
        """Points claimed more (or fewer) than before."""
        now = (self.after.points or ZERO) if self.after else ZERO
        then = (self.before.points or ZERO) if self.before else ZERO
        return now - then


@dataclass(frozen=True)
class Changes:
    """What a sheet changed since an earlier one: components by code, and which texts of the report."""

    components: tuple[Change, ...] = ()
    texts: tuple[str, ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.components or self.texts)


#: What may differ in a component, by field.
KINDS = ("added", "removed", "answer", "points", "na", "explanation", "documents")


def changes(before: Signed, after: Signed) -> Changes:
    """What ``after`` states differently from ``before``, in the order of the sheet, what left it last."""
    codes = [each.code for each in after.components]
    codes += [each.code for each in before.components if each.code not in after.by_code]
    found = []
    for code in codes:
        old, new = before.by_code.get(code), after.by_code.get(code)
        kinds = _kinds(old, new)
        if kinds:
            found.append(Change(code, kinds, old, new))
    texts = tuple(name for name in ("difficulties", "proposals") if getattr(before, name) != getattr(after, name))
    return Changes(tuple(found), texts)


def _kinds(old: SignedComponent | None, new: SignedComponent | None) -> tuple[str, ...]:
    if old is None:
        return ("added",)
    if new is None:
        return ("removed",)
    differs = {
        "answer": old.answer != new.answer,
        "points": (old.points, old.max_points) != (new.points, new.max_points),
        "na": (old.na_requested, old.na_reason) != (new.na_requested, new.na_reason),
        "explanation": old.explanation != new.explanation,
        "documents": old.documents != new.documents,
    }
    return tuple(kind for kind in KINDS if differs.get(kind))
