"""What every official paper says of itself: who issues it, under which decisions, how it can be checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings

from parindex import canonical
from parindex.models import Installation
from reports.content.levels import BY_LEVEL, Kind
from scoring.queries.runs import Shown, doubts_of
from units.models import Unit

#: The regulation behind every index of the province, where a framework names no other basis.
REGULATION = "Quyết định số 884/QĐ-UBND ngày 10/4/2019 của UBND tỉnh Sơn La"
DECISION_WORDS = ("Quyết định số ", "Quyết định ", "QĐ số ", "QĐ ")


@dataclass(frozen=True)
class Letterhead:
    """Who issues a paper (NĐ 30/2020): lines above, the body, its name inside a sentence, its abbreviation, who signs."""

    authority: str
    body: str
    name: str
    abbreviation: str
    signer: str


@dataclass(frozen=True)
class Decree:
    """The decision under which a population was published. ``district`` is empty outside communes of a district."""

    number: str
    decided_on: date
    version: int
    district: str
    issuer: str
    doubted: bool


@dataclass(frozen=True)
class Paper:
    """What a paper says beside its figures.

    ``published`` is False for a provisional paper; ``digests`` are those of the runs the figures come
    from; ``reference_date`` is the day at which a unit had to exist to take part.
    """

    year: int
    level: str
    province: str
    demonstration: bool
    published: bool
    reference_date: date
    letterhead: Letterhead
    decrees: tuple[Decree, ...]
    digests: tuple[str, ...]

    @property
    def kind(self) -> Kind:
        """The level in words."""
        return BY_LEVEL[self.level]

    @property
    def code(self) -> str:
        """The verification code: the first 16 digits of the run's digest in groups of four.

        A paper from several runs (communes of several districts) carries the digest of their digests.
        """
        digest = self.digests[0] if len(self.digests) == 1 else canonical.digest(list(self.digests))
        return " ".join(digest[at : at + 4] for at in range(0, 16, 4))

    @property
    def corrected(self) -> bool:
        """Whether a figure comes from a corrected publication."""
        return any(decree.version > 1 for decree in self.decrees)

    @property
    def doubted(self) -> bool:
        """Whether a publication rests on a figure that was published anew later."""
        return any(decree.doubted for decree in self.decrees)

    @property
    def day(self) -> date | None:
        """The day of the paper: that of its only decision; empty, to be filled in, otherwise."""
        return self.decrees[0].decided_on if len(self.decrees) == 1 and self.published else None


def paper_of(year: int, level: str, shown: Sequence[Shown], *, district: Unit | None = None) -> Paper:
    """The paper of figures from these populations, each with its run: two queries."""
    installation = Installation.objects.first() or Installation()
    publications = [found.publication for found in shown if found.publication is not None]
    doubted = doubts_of(publications)
    return Paper(
        year=year,
        level=level,
        province=installation.province,
        demonstration=installation.demonstration,
        published=len(publications) == len(shown),
        reference_date=max(found.population.reference_date for found in shown),
        letterhead=letterhead_of(installation.province, district),
        decrees=tuple(
            _decree(found, installation.province, doubted=found.publication.pk in doubted)
            for found in shown
            if found.publication is not None
        ),
        digests=tuple(found.run.digest for found in shown if found.run is not None),
    )


def letterhead_of(province: str, district: Unit | None) -> Letterhead:
    """Sở Nội vụ for the province; a district for its own communes (QĐ 884 Điều 24.2)."""
    if district is None:
        return Letterhead(
            authority=f"ỦY BAN NHÂN DÂN\nTỈNH {province.upper()}",
            body=settings.STANDING_BODY_NAME.upper(),
            name=settings.STANDING_BODY_NAME,
            abbreviation="SNV",
            signer="GIÁM ĐỐC",
        )
    return Letterhead(
        authority="",
        body=f"ỦY BAN NHÂN DÂN\n{district.name.upper()}",
        name=f"Ủy ban nhân dân {inside(district.name)}",
        abbreviation="UBND",
        signer="TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
    )


def inside(name: str) -> str:
    """The name of a district inside a sentence: Huyện Mộc Châu is huyện Mộc Châu."""
    return name[:1].lower() + name[1:]


def _decree(found: Shown, province: str, *, doubted: bool) -> Decree:
    publication, parent = found.publication, found.population.parent
    assert publication is not None
    return Decree(
        number=_bare(publication.decision_number),
        decided_on=publication.decided_on,
        version=publication.version,
        district=parent.name if parent else "",
        issuer=f"Ủy ban nhân dân {inside(parent.name)}" if parent else f"Ủy ban nhân dân tỉnh {province}",
        doubted=doubted,
    )


def _bare(number: str) -> str:
    """The number without the words before it: "QĐ 36/QĐ-UBND" is 36/QĐ-UBND."""
    for words in DECISION_WORDS:
        if number.startswith(words):
            return number.removeprefix(words).strip()
    return number


def content_key(form: str, content: Any) -> str:
    """The digest of a whole content in one form: equal content gives an equal document, so it is made once."""
    return canonical.digest({"form": form, "content": _plain(asdict(content))})


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, str | int | Decimal) or value is None:
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Iterable):
        return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} is no content")
