"""A unit's library of documents: what is in it, where each is used, and who else has the same file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from criteria.stages import Stage
from parindex import clock, text
from scoring.evidence_policies import Standing
from scoring.evidence_warnings import Facts, Warning, warnings_of
from scoring.models import Assessment, Evidence, EvidenceLink, Scan
from scoring.queries.workspace import with_context


def standing_of(evidence: Evidence) -> Standing:
    """Whether a document is withdrawn, and what replaced it (a query, unless read with ``replaced_by``)."""
    newer = replacement_of(evidence)
    return Standing(
        withdrawn=evidence.withdrawn_at is not None,
        newer=str(newer) if newer is not None else "",
        infected=evidence.scan == Scan.REFUSED,
    )


def replacement_of(evidence: Evidence) -> Evidence | None:
    """The version that took a document's place."""
    try:
        return evidence.replaced_by
    except Evidence.DoesNotExist:
        return None


@dataclass(frozen=True)
class Use:
    """One component that a document proves."""

    assessment_id: int
    code: str
    area: str
    pages: str
    year: int

    @property
    def anchor(self) -> str:
        """The id of the component's card on its sheet."""
        return "c" + self.code.replace(".", "-")


@dataclass(frozen=True)
class Row:
    """A document of the library with its uses, oldest first, and what is odd about it."""

    evidence: Evidence
    uses: tuple[Use, ...]
    newer: Evidence | None
    warnings: tuple[Warning, ...]

    @property
    def years(self) -> str:
        """The years it is used in, as words."""
        return ", ".join(str(year) for year in sorted({use.year for use in self.uses}, reverse=True))

    def has(self, code: str) -> bool:
        """Whether this is among its warnings."""
        return any(warning.code == code for warning in self.warnings)


def library_of(unit_id: int, year: int) -> list[Row]:
    """All documents of a unit, newest first (two queries).

    ``year``: the year that a document not used yet is meant for; one that is used is held against the years
    it is used in.
    """
    uses = _uses_of(unit_id)
    rows = Evidence.objects.filter(unit_id=unit_id).select_related("uploaded_by", "replaced_by").order_by("-id")
    return [_row(evidence, uses.get(evidence.pk, ()), year) for evidence in rows]


def _row(evidence: Evidence, uses: Iterable[Use], year: int) -> Row:
    used = tuple(uses)
    years = {use.year for use in used} or {year}
    return Row(evidence, used, replacement_of(evidence), warnings_of(Facts.of(evidence), years))


def row_of(evidence: Evidence, year: int) -> Row:
    """One document as the library shows it."""
    return _row(evidence, _uses_of(evidence.unit_id, evidence.pk).get(evidence.pk, ()), year)


def _uses_of(unit_id: int, evidence_id: int | None = None) -> dict[int, list[Use]]:
    links = EvidenceLink.objects.filter(evidence__unit_id=unit_id)
    if evidence_id is not None:
        links = links.filter(evidence_id=evidence_id)
    found: dict[int, list[Use]] = {}
    for link in links.order_by("id").values_list(
        "evidence_id",
        "score__assessment_id",
        "score__node__code",
        "pages",
        "score__assessment__population__cycle__year",
        "score__node__parent__parent__code",
        "score__node__parent__code",
    ):
        document, assessment, code, pages, year, grand, parent = link
        found.setdefault(document, []).append(Use(assessment, code, grand or parent or code, pages, year))
    return found


def usable_of(unit_id: int, query: str = "") -> QuerySet[Evidence]:
    """The documents that may be given for a component, newest first; found without accents."""
    rows = Evidence.objects.filter(unit_id=unit_id, withdrawn_at=None, replaced_by=None).order_by("-id")
    wanted = text.search_key(query)
    if wanted:
        said = rows.values_list("pk", "number", "title", "original_name", "issuer")
        rows = rows.filter(pk__in=[pk for pk, *words in said if wanted in text.search_key(" ".join(words))])
    return rows


def versions_of(evidence: Evidence) -> list[Evidence]:
    """Every version of a document, the oldest first; the document alone when it was never replaced."""
    chain = [evidence]
    while chain[0].replaces_id is not None:
        chain.insert(0, Evidence.objects.get(pk=chain[0].replaces_id))
    while (newer := Evidence.objects.filter(replaces_id=chain[-1].pk).first()) is not None:
        chain.append(newer)
    return chain


def twins_of(evidence: Evidence, limit: int = 20) -> list[Evidence]:
    """The same file among the documents of other units. For appraisers only; each asks its own permission."""
    rows = Evidence.objects.filter(sha256=evidence.sha256).exclude(unit_id=evidence.unit_id)
    return list(rows.select_related("unit").order_by("unit__sort_key", "pk")[:limit])


def running_of(unit_id: int) -> list[Assessment]:
    """The dossiers of a unit that are not settled, newest year first."""
    rows = with_context(Assessment.objects.filter(unit_id=unit_id, population__totals_only=False))
    running = rows.exclude(population__stage__in=[Stage.PREPARING, Stage.SETTLED, Stage.PUBLISHED])
    return list(running.order_by("-population__cycle__year", "pk"))


def working_year(unit_id: int) -> int:
    """The year a unit's new documents are meant for: of its running dossier, else the present one."""
    rows = Assessment.objects.filter(unit_id=unit_id, population__totals_only=False)
    years = rows.exclude(population__stage__in=[Stage.SETTLED, Stage.PUBLISHED])
    found = years.order_by("-population__cycle__year").values_list("population__cycle__year", flat=True).first()
    return found if found is not None else clock.today().year
