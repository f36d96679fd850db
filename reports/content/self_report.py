"""The self-assessment report of a unit (Báo cáo tự đánh giá, QĐ 884 Điều 4.5a, 11.5a): one content for PDF and XLSX.

A draft is made from today's rows; a submitted one from the text of its receipt, so that it never says
anything but what was signed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings

from criteria.models import Node
from parindex import clock
from parindex.models import Installation
from reports.content.levels import BY_LEVEL, Kind
from reports.content.paper import REGULATION, Letterhead, inside
from scoring.models import Assessment, Submission
from scoring.queries.receipts import latest_receipt, signed_of
from scoring.receipts import Signed, SignedComponent, SignedDocument, grouped, read
from units.models import Level, Tenure, Unit

ZERO = Decimal(0)
#: The words before the name of a place, longest first.
PLACES = ("Thành phố ", "Thị trấn ", "Thị xã ", "Phường ", "Huyện ", "Xã ")
#: Which article asks the unit for this report.
ARTICLES = {Level.DEPARTMENT: "điểm a khoản 5 Điều 4", Level.DISTRICT: "điểm a khoản 5 Điều 4", Level.COMMUNE: "điểm a khoản 5 Điều 11"}


@dataclass(frozen=True)
class UnitPaper:
    """What a paper of a unit says beside its figures; ``published`` here means submitted.

    ``day`` is that of the submission; empty on a draft, to be filled in.
    """

    year: int
    level: str
    province: str
    place: str
    demonstration: bool
    published: bool
    reference_date: date
    letterhead: Letterhead
    day: date | None
    digest: str
    decrees: tuple[()] = ()
    doubted: bool = False

    @property
    def kind(self) -> Kind:
        """The level in words."""
        return BY_LEVEL[self.level]

    @property
    def digests(self) -> tuple[str, ...]:
        """The digest of what was signed, or of the draft as it stands."""
        return (self.digest,)

    @property
    def code(self) -> str:
        """The verification code: the first 16 digits of the digest in groups of four."""
        return grouped(self.digest[:16])


@dataclass(frozen=True)
class SelfLine:
    """One node of the score table. ``documents`` are numbers with their pages; ``applies`` is False under a grant."""

    code: str
    name: str
    level: str
    is_leaf: bool
    applies: bool
    answered: bool
    na_requested: bool
    max_points: Decimal
    points: Decimal | None
    documents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Remark:
    """A component with words of the unit: why there is no document, or why it should not apply."""

    code: str
    name: str
    text: str


@dataclass(frozen=True)
class SelfReport:
    """The whole report. ``number`` is that of the receipt, None for a draft; ``asked`` counts components."""

    paper: UnitPaper
    unit_code: str
    unit_name: str
    number: int | None
    article: str
    basis: str
    points: Decimal
    max_points: Decimal
    asked: int
    answered: int
    documents: int
    lines: tuple[SelfLine, ...]
    explanations: tuple[Remark, ...]
    not_applicable: tuple[Remark, ...]
    difficulties: str
    proposals: str
    addressee: str
    signer: str
    regulation: str = REGULATION

    @property
    def digest_groups(self) -> str:
        """The whole digest in groups of four."""
        return grouped(self.paper.digest)

    @property
    def has_exempt(self) -> bool:
        """Whether a grant takes something out."""
        return any(not line.applies for line in self.lines)


def draft_report(assessment: Assessment) -> SelfReport:
    """The report as it would be signed now: ten queries."""
    return _report(assessment, signed_of(assessment), receipt=None)


def submitted_report(assessment: Assessment, receipt: Submission) -> SelfReport:
    """The report of a receipt, out of its text alone: five queries."""
    return _report(assessment, read(receipt.contents), receipt=receipt)


def current_report(assessment: Assessment) -> SelfReport:
    """The submitted report while the dossier is handed in, else the draft."""
    receipt = latest_receipt(assessment) if assessment.submitted_at is not None else None
    return submitted_report(assessment, receipt) if receipt is not None else draft_report(assessment)


def _report(assessment: Assessment, signed: Signed, receipt: Submission | None) -> SelfReport:
    unit, population = assessment.unit, assessment.population
    day = clock.local(receipt.at).date() if receipt is not None else None
    nodes = tuple(Node.objects.filter(framework_id=population.framework_id).order_by("position"))
    names = {node.code: node.name for node in nodes}
    district = population.parent
    signer = receipt.by.get_full_name() if receipt is not None and receipt.by is not None else ""
    framework = population.framework
    return SelfReport(
        paper=_paper(unit, signed, population.reference_date, day, published=receipt is not None),
        unit_code=signed.unit_code,
        unit_name=signed.unit_name,
        number=receipt.number if receipt is not None else None,
        article=ARTICLES[Level(signed.level)],
        basis=(framework.legal_basis if framework is not None else "").rstrip(". ") or REGULATION,
        points=signed.points,
        max_points=signed.max_points,
        asked=len(signed.components),
        answered=signed.answered,
        documents=signed.documents,
        lines=lines_of(nodes, signed),
        explanations=tuple(_explained(signed, nodes)),
        not_applicable=tuple(
            Remark(each.code, names.get(each.code, ""), each.na_reason) for each in signed.components if each.na_requested
        ),
        difficulties=signed.difficulties,
        proposals=signed.proposals,
        addressee=_addressee(district),
        signer=signer,
    )


def lines_of(nodes: Iterable[Node], signed: Signed) -> tuple[SelfLine, ...]:
    """The score table: what the unit is asked, under its criteria and areas; those sum up what is printed."""
    listed = list(nodes)
    exempt = set(signed.exempt)
    parents = {node.pk: node.parent_id for node in listed}
    sums: dict[int, tuple[Decimal, Decimal]] = {}
    for node in listed:
        stated = signed.by_code.get(node.code)
        if stated is None and node.code not in exempt:
            continue
        above: int | None = node.pk
        while above is not None:
            points, maximum = sums.get(above, (ZERO, ZERO))
            if stated is not None:
                points, maximum = points + (stated.points or ZERO), maximum + stated.max_points
            sums[above] = (points, maximum)
            above = parents.get(above)
    return tuple(_line(node, signed.by_code.get(node.code), exempt, *sums[node.pk]) for node in listed if node.pk in sums)


def _line(node: Node, stated: SignedComponent | None, exempt: set[str], points: Decimal, maximum: Decimal) -> SelfLine:
    leaf = stated is not None or node.code in exempt
    return SelfLine(
        code=node.code,
        name=node.name,
        level=node.level,
        is_leaf=leaf,
        applies=node.code not in exempt,
        answered=stated is None or stated.answered,
        na_requested=stated is not None and stated.na_requested,
        max_points=maximum,
        points=points if stated is None or stated.points is not None else None,
        documents=tuple(_named(document) for document in stated.documents) if stated is not None else (),
    )


def _named(document: SignedDocument) -> str:
    """A document as a report names it: number, day, page."""
    day = date.fromisoformat(document.issued_on).strftime(" ngày %d/%m/%Y") if document.issued_on else ""
    return f"{document.name}{day}" + (f" ({document.pages})" if document.pages else "")


def _explained(signed: Signed, nodes: Iterable[Node]) -> Iterable[Remark]:
    """Components that claim points and name evidence in the framework, but have only words."""
    for node in nodes:
        stated = signed.by_code.get(node.code)
        if stated is not None and stated.points and node.evidence and not stated.documents:
            yield Remark(stated.code, node.name, stated.explanation)


def _addressee(district: Unit | None) -> str:
    """The district for its own communes (QĐ 884 Điều 11.5a), the province otherwise, which Sở Nội vụ serves."""
    if district is not None:
        return f"Ủy ban nhân dân {inside(district.name)}."
    return f"Ủy ban nhân dân tỉnh (qua {settings.STANDING_BODY_NAME})."


def _paper(unit: Unit, signed: Signed, reference: date, day: date | None, *, published: bool) -> UnitPaper:
    installation = Installation.objects.first() or Installation()
    return UnitPaper(
        year=signed.year,
        level=signed.level,
        province=installation.province,
        place=installation.province if signed.level == Level.DEPARTMENT else bare_place(signed.unit_name),
        demonstration=installation.demonstration,
        published=published,
        reference_date=reference,
        letterhead=_letterhead(unit, signed, installation.province, day or clock.today()),
        day=day,
        digest=signed.digest,
    )


def _letterhead(unit: Unit, signed: Signed, province: str, day: date) -> Letterhead:
    """A department stands under the province; a committee of the people is its own authority (NĐ 30/2020)."""
    if signed.level != Level.DEPARTMENT:
        return Letterhead(
            authority="",
            body=f"ỦY BAN NHÂN DÂN\n{signed.unit_name.upper()}",
            name=f"Ủy ban nhân dân {inside(signed.unit_name)}",
            abbreviation="UBND",
            signer="TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
        )
    in_office = Tenure.objects.filter(unit=unit, from_date__lte=day).exclude(to_date__lt=day).first()
    title = in_office.title if in_office is not None else ""
    return Letterhead(
        authority=f"ỦY BAN NHÂN DÂN\nTỈNH {province.upper()}",
        body=signed.unit_name.upper(),
        name=signed.unit_name,
        abbreviation="",
        signer=title.upper() or "THỦ TRƯỞNG CƠ QUAN",
    )


def bare_place(name: str) -> str:
    """The place in the date line: Huyện Mộc Châu is Mộc Châu; a name that is a number keeps its word."""
    for word in PLACES:
        rest = name.removeprefix(word)
        if rest != name and not rest.isdigit():
            return rest
    return name
