"""Plain functions that build what a test needs, straight through the models.

Every function takes keywords, fills in what is not named, and returns the row. Names and codes count up, so that
two calls never collide. Append functions here; do not change those that others use.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from criteria.models import Cycle, Framework, Node, NodeLevel, Population
from criteria.stages import Stage
from parindex import canonical
from scoring.models import Assessment, Assignment, Exemption, Score
from units.authorization import Role
from units.models import Head, Level, RoleAssignment, Succession, Tenure, Unit, User

YEAR = 2024
LONG_AGO = date(2010, 1, 1)
#: A moment inside the self-assessment of ``YEAR``.
NOW = datetime(YEAR, 11, 20, 2, 0, tzinfo=UTC)
STANDING_BODY = "Sở Nội vụ"

_numbers = itertools.count(1)

#: A small framework of 100 points (75 self, 25 survey) with every kind of rule, in the columns of the file contract.
#: 2.2 is a criterion without components; 1.1.4 is answered by the appraiser; 2.1.3 is derived.
SMALL_FRAMEWORK: tuple[Mapping[str, Any], ...] = (
    {"code": "1", "level": "area", "name": "Chỉ đạo, điều hành", "max_points": "70", "source": "mixed"},
    {"code": "1.1", "level": "criterion", "name": "Kế hoạch cải cách hành chính", "max_points": "45"},
    {
        "code": "1.1.1",
        "name": "Ban hành kế hoạch",
        "max_points": "10",
        "rule_kind": "discrete",
        "rule_params": {
            "options": [
                {"label": "Đúng hạn", "points": Decimal(10)},
                {"label": "Chậm", "points": Decimal("2.5")},
                {"label": "Không ban hành", "points": Decimal(0)},
            ]
        },
    },
    {
        "code": "1.1.2",
        "name": "Nhiệm vụ hoàn thành",
        "max_points": "20",
        "rule_kind": "threshold",
        "na_allowed": "yes",
        "rule_params": {
            "metric": "Tỷ lệ nhiệm vụ hoàn thành",
            "unit": "%",
            "direction": "higher_is_better",
            "bands": [
                {"min": Decimal(100), "points": Decimal(20)},
                {"min": Decimal(90), "points": Decimal(15)},
                {"min": Decimal(70), "points": Decimal("7.5")},
            ],
            "else": Decimal(0),
        },
    },
    {
        "code": "1.1.3",
        "name": "Kiến nghị đã xử lý",
        "max_points": "10",
        "rule_kind": "proportional",
        "na_allowed": "yes",
        "rule_params": {
            "metric": "Tỷ lệ kiến nghị đã xử lý",
            "target_pct": Decimal(100),
            "floor_pct": Decimal(50),
            "nothing_arose": "full",
        },
    },
    {
        "code": "1.1.4",
        "name": "Chất lượng báo cáo",
        "max_points": "5",
        "rule_kind": "discrete",
        "rule_params": {
            "scored_by": "appraiser",
            "options": [
                {"label": "Tốt", "points": Decimal(5)},
                {"label": "Đạt", "points": Decimal(3)},
                {"label": "Chưa đạt", "points": Decimal(0)},
            ],
        },
    },
    {"code": "1.2", "level": "criterion", "name": "Tác động qua điều tra", "max_points": "25", "source": "survey"},
    {
        "code": "1.2.1",
        "name": "Chất lượng chỉ đạo",
        "max_points": "20",
        "source": "survey",
        "rule_kind": "survey",
        "rule_params": {
            "question": "Chất lượng chỉ đạo",
            "weights": {"Tốt": Decimal(100), "Khá": Decimal(60), "Trung bình": Decimal(20), "Yếu": Decimal(0)},
            "groups": ["Đại biểu HĐND tỉnh", "Công chức của đơn vị"],
        },
    },
    {
        "code": "1.2.2",
        "name": "Mức độ hài lòng",
        "max_points": "5",
        "source": "survey",
        "rule_kind": "survey",
        "na_allowed": "yes",
        "rule_params": {"question": "SIPAS", "import": "sipas_pct", "groups": ["Người dân, tổ chức"]},
    },
    {"code": "2", "level": "area", "name": "Kỷ luật, kỷ cương", "max_points": "30"},
    {"code": "2.1", "level": "criterion", "name": "Chế độ báo cáo", "max_points": "20"},
    {
        "code": "2.1.1",
        "name": "Báo cáo định kỳ",
        "max_points": "10",
        "rule_kind": "deduction",
        "rule_params": {
            "start": Decimal(10),
            "min": Decimal(0),
            "steps": [
                {"label": "Mỗi báo cáo gửi chậm", "minus": Decimal("0.25")},
                {"label": "Mỗi báo cáo không gửi", "minus": Decimal("0.5")},
            ],
        },
    },
    {
        "code": "2.1.2",
        "name": "Sáng kiến",
        "max_points": "5",
        "rule_kind": "per_item",
        "rule_params": {"item": "sáng kiến được công nhận", "points_each": Decimal("1.25")},
    },
    {
        "code": "2.1.3",
        "name": "Độ chính xác của tự đánh giá",
        "max_points": "5",
        "rule_kind": "threshold",
        "rule_params": {
            "metric": "Chênh lệch giữa điểm tự đánh giá và điểm thẩm định",
            "unit": "%",
            "direction": "lower_is_better",
            "bands": [{"max": Decimal(5), "points": Decimal(5)}, {"max": Decimal(10), "points": Decimal("2.5")}],
            "else": Decimal(0),
            "derived": "self_accuracy",
        },
    },
    {
        "code": "2.2",
        "level": "criterion",
        "name": "Văn hóa công sở",
        "max_points": "10",
        "rule_kind": "discrete",
        "na_allowed": "yes",
        "rule_params": {
            "options": [
                {"label": "Không vi phạm", "points": Decimal(10)},
                {"label": "Có vi phạm", "points": Decimal(0)},
            ]
        },
    },
)


def small_rows(changes: Mapping[str, Mapping[str, Any]] | None = None) -> list[dict[str, str]]:
    """``SMALL_FRAMEWORK`` as rows of text in the columns of the file contract; ``changes`` by code."""
    rows = []
    for given in SMALL_FRAMEWORK:
        row = {**given, **(changes or {}).get(str(given["code"]), {})}
        kind = row.get("rule_kind", "sum")
        leaf = kind != "sum"
        params = row.get("rule_params", {})
        rows.append(
            {
                "code": row["code"],
                "parent_code": row.get("parent_code", row["code"].rpartition(".")[0]),
                "level": row.get("level", "component"),
                "name": row["name"],
                "max_points": row["max_points"],
                "source": row.get("source", "self"),
                "rule_kind": kind,
                "rule_text": row.get("rule_text", "Theo quy định." if leaf else "Tổng điểm các tiêu chí cấp dưới."),
                "evidence": row.get("evidence", "Văn bản, báo cáo" if leaf else ""),
                "lead_appraiser": row.get("lead_appraiser", STANDING_BODY),
                "lead_appraiser_2025": row.get("lead_appraiser_2025", STANDING_BODY),
                "na_allowed": row.get("na_allowed", "no" if leaf else ""),
                "rule_params": canonical.dumps(params) if isinstance(params, Mapping) and params else (params or ""),
            }
        )
    return rows


def as_csv(rows: Iterable[Mapping[str, Any]], columns: Iterable[str] | None = None) -> bytes:
    """Rows as the bytes of a CSV file in UTF-8."""
    listed = list(rows)
    names = list(columns) if columns is not None else list(listed[0])
    out = io.StringIO()
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return out.getvalue().encode()


# --- Units and people ----------------------------------------------------------------------------


def unit(
    code: str | None = None,
    name: str | None = None,
    level: str = Level.DEPARTMENT,
    *,
    parent: Unit | None = None,
    valid_from: date = LONG_AGO,
    valid_to: date | None = None,
    short_name: str = "",
) -> Unit:
    """A unit; without a code "D7", "H7" or "X7" by level."""
    number = next(_numbers)
    letter = {Level.DEPARTMENT: "D", Level.DISTRICT: "H", Level.COMMUNE: "X"}[Level(level)]
    return Unit.objects.create(
        code=code or f"{letter}{number}",
        name=name or f"Đơn vị {number}",
        short_name=short_name,
        level=level,
        parent=parent,
        valid_from=valid_from,
        valid_to=valid_to,
    )


def standing_body(**fields: Any) -> Unit:
    """Sở Nội vụ, the standing body of the index."""
    return unit("SNV", STANDING_BODY, **fields)


def succession(predecessor: Unit, successor: Unit) -> Succession:
    """An arrow of lineage."""
    return Succession.objects.create(predecessor=predecessor, successor=successor)


def tenure(unit: Unit, full_name: str, from_date: date = LONG_AGO, to_date: date | None = None, **fields: Any) -> Tenure:
    """A head's time at a unit; ``head=`` takes an existing person."""
    head = fields.pop("head", None) or Head.objects.create(full_name=full_name)
    return Tenure.objects.create(unit=unit, head=head, from_date=from_date, to_date=to_date, **fields)


def user(username: str | None = None, *, password: str | None = None, **fields: Any) -> User:
    """An account without any role."""
    return User.objects.create_user(username or f"nguoi{next(_numbers)}", password, **fields)


def user_with_role(
    role: str,
    unit: Unit | None = None,
    *,
    username: str | None = None,
    password: str | None = None,
    valid_from: date = LONG_AGO,
    valid_to: date | None = None,
) -> User:
    """An account with one role, for one body where the role needs one."""
    person = user(username, password=password)
    RoleAssignment.objects.create(user=person, role=role, unit=unit, valid_from=valid_from, valid_to=valid_to)
    return person


def clerk(unit: Unit, **fields: Any) -> User:
    """A clerk of the unit."""
    return user_with_role(Role.CLERK, unit, **fields)


def head_of(unit: Unit, **fields: Any) -> User:
    """The account of the unit's head."""
    return user_with_role(Role.HEAD, unit, **fields)


def appraiser(body: Unit, **fields: Any) -> User:
    """An appraiser of a body."""
    return user_with_role(Role.APPRAISER, body, **fields)


def index_manager(**fields: Any) -> User:
    """The index manager of Sở Nội vụ."""
    return user_with_role(Role.INDEX_MANAGER, **fields)


# --- Cycles, frameworks, populations -------------------------------------------------------------


def cycle(year: int = YEAR) -> Cycle:
    """The cycle of a year, made when missing."""
    return Cycle.objects.get_or_create(year=year)[0]


def framework(
    level: str = Level.DEPARTMENT,
    year: int = YEAR,
    rows: Iterable[Mapping[str, str]] | None = None,
    *,
    frozen: bool = False,
) -> Framework:
    """A framework with its nodes, from rows of the file contract (default: ``small_rows()``)."""
    given = list(rows) if rows is not None else small_rows()
    made = Framework.objects.create(cycle=cycle(year), level=level, name=f"Bộ tiêu chí {year}", imported_at=NOW)
    parents = {row["parent_code"] for row in given}
    nodes: dict[str, Node] = {}
    for position, row in enumerate(given, start=1):
        params = row["rule_params"]
        nodes[row["code"]] = Node.objects.create(
            framework=made,
            code=row["code"],
            parent=nodes.get(row["parent_code"]),
            level=row["level"],
            name=row["name"],
            max_points=Decimal(row["max_points"]),
            source=row["source"],
            rule_kind=row["rule_kind"],
            rule_text=row["rule_text"],
            evidence=row["evidence"],
            lead_appraiser=row["lead_appraiser"],
            lead_appraiser_2025=row["lead_appraiser_2025"],
            na_allowed=row["na_allowed"] == "yes",
            rule_params=canonical.dumps(canonical.loads(params)) if params else "{}",
            position=position,
            is_leaf=row["code"] not in parents and row["level"] in (NodeLevel.CRITERION, NodeLevel.COMPONENT),
        )
    if frozen:
        Framework.objects.filter(pk=made.pk).update(frozen_at=NOW)
        made.refresh_from_db()
    return made


def population(
    level: str = Level.DEPARTMENT,
    year: int = YEAR,
    *,
    parent: Unit | None = None,
    framework: Framework | None = None,
    stage: str = Stage.PREPARING,
    **fields: Any,
) -> Population:
    """A population; without ``framework`` it takes that of its year and level, made small when missing."""
    if framework is None:
        framework = Framework.objects.filter(cycle__year=year, level=level).first()
    if framework is None:
        framework = globals()["framework"](level, year)
    fields.setdefault("reference_date", date(year, 12, 31))
    if stage != Stage.PREPARING:
        fields.setdefault("opened_at", NOW)
    return Population.objects.create(
        cycle=cycle(year), level=level, parent=parent, framework=framework, stage=stage, **fields
    )


def open_population(level: str = Level.DEPARTMENT, year: int = YEAR, units: Iterable[Unit] = (), **fields: Any) -> Population:
    """A population in self-assessment with a frozen framework, and a draft dossier for each unit."""
    fields.setdefault("stage", Stage.SELF_ASSESSMENT)
    made = population(level, year, **fields)
    if made.framework is not None and made.framework.frozen_at is None:
        Framework.objects.filter(pk=made.framework_id).update(frozen_at=NOW)
        made.framework.refresh_from_db()
    for each in units:
        assessment(made, each)
    return made


def node(population: Population, code: str) -> Node:
    """A node of the population's framework by its code."""
    return Node.objects.get(framework_id=population.framework_id, code=code)


def assignment(population: Population, code: str, body: Unit | None, person: User | None = None) -> Assignment:
    """Who verifies a node."""
    return Assignment.objects.create(population=population, node=node(population, code), body=body, user=person)


# --- Dossiers ------------------------------------------------------------------------------------


def assessment(population: Population, unit: Unit, state: str = "draft", **fields: Any) -> Assessment:
    """A dossier in any state, without scores."""
    if state in ("submitted", "closed"):
        fields.setdefault("submitted_at", NOW)
    return Assessment.objects.create(population=population, unit=unit, state=state, **fields)


def score(assessment: Assessment, code: str, answer: Mapping[str, Any] | None = None, **fields: Any) -> Score:
    """One leaf of a dossier as stored: points are given, not computed."""
    fields.setdefault("version", 1)
    if fields.get("appraised_points") is not None:
        fields.setdefault("appraised_at", NOW)
        fields.setdefault("appraised_version", fields["version"])
    return Score.objects.create(
        assessment=assessment,
        node=node(assessment.population, code),
        answer=canonical.dumps(dict(answer)) if answer is not None else "",
        **fields,
    )


#: A full answer to every leaf of ``SMALL_FRAMEWORK`` that the unit answers: (answer, points by its rule).
FULL_ANSWERS: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "1.1.1": ({"option": "Đúng hạn"}, "10"),
    "1.1.2": ({"numerator": 18, "denominator": 20}, "15"),
    "1.1.3": ({"numerator": 3, "denominator": 4}, "7.5"),
    "2.1.1": ({"counts": {"Mỗi báo cáo gửi chậm": 1, "Mỗi báo cáo không gửi": 0}}, "9.75"),
    "2.1.2": ({"items": 3}, "3.75"),
    "2.2": ({"option": "Không vi phạm"}, "10"),
}


def answered(assessment: Assessment, codes: Iterable[str] | None = None, **fields: Any) -> list[Score]:
    """Scores with the ``FULL_ANSWERS`` of the small framework (all of them, or those of ``codes``)."""
    return [
        score(assessment, code, FULL_ANSWERS[code][0], self_points=Decimal(FULL_ANSWERS[code][1]), **fields)
        for code in (codes if codes is not None else FULL_ANSWERS)
    ]


def assessment_at(state: str, *, population: Population | None = None, unit: Unit | None = None, **fields: Any) -> Assessment:
    """A dossier of the small framework in a state, fully answered; appraised where it is closed."""
    where = population or open_population()
    made = assessment(where, unit or globals()["unit"](level=where.level), state, **fields)
    for row in answered(made):
        if state == "closed":
            Score.objects.filter(pk=row.pk).update(
                appraised_points=row.self_points, appraised_at=NOW, appraised_version=row.version
            )
    return made


def exemption(unit: Unit, node: Node, reason: str = "Không có nhiệm vụ này") -> Exemption:
    """A grant of "not applicable" by the rule of the cycle."""
    return Exemption.objects.create(
        unit=unit, node=node, origin=Exemption.Origin.RULE, reason=reason, granted_at=NOW
    )
