"""What the demonstration invents, without a database: answers that are worth what is said, and a believable spread."""

import csv
import re
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pypdfium2
import pytest

from criteria.drafted import path_of
from criteria.rules import DERIVED, UNIT, compute, derived_points, normalise, parse_rule
from criteria.tree import Node, Tree
from parindex import canonical
from parindex.numbers import exact, half_up
from reports.demo import cast, documents, people
from reports.demo.answers import answer_for, leaves_of, points_of
from reports.demo.cast import Someone
from reports.demo.dice import Dice
from reports.demo.loading import UNITS
from reports.demo.sheets import Part, applicable, make_sheet, survey_points

LEVELS = ("department", "district", "commune")


@pytest.fixture(scope="module")
def trees():
    return {level: _tree(level) for level in LEVELS}


def _tree(level):
    nodes = []
    with path_of(level).open(encoding="utf-8-sig", newline="") as file:
        for place, row in enumerate(csv.DictReader(file)):
            points = Decimal(row["max_points"])
            rule = None
            if row["rule_params"]:
                rule = parse_rule(
                    kind=row["rule_kind"],
                    max_points=points,
                    source=row["source"],
                    params=canonical.loads(row["rule_params"]),
                    na_allowed=row["na_allowed"] == "yes",
                )
            nodes.append(
                Node(row["code"], row["parent_code"], row["level"], row["name"], points, row["source"], place, rule)
            )
    return Tree.build(nodes)


def units_on(day):
    with UNITS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            ends = date.fromisoformat(row["valid_to"]) if row["valid_to"] else date.max
            if date.fromisoformat(row["valid_from"]) <= day <= ends:
                yield Someone(row["code"], row["level"], row["parent_code"])


def index_of(sheet, tree, grants=()):
    """The index by the rules alone, added up another way than the sheets do."""
    lines = {line.code: line for line in sheet.lines}
    leaves = applicable(tree, [*grants, *sheet.requested])
    own = [leaf for leaf in leaves if leaf.rule.answered_by == UNIT]
    claimed = sum(compute(leaf.rule, lines[leaf.code].answer).points for leaf in own)
    decided = sum(
        compute(leaf.rule, lines[leaf.code].decided_answer or lines[leaf.code].answer).points for leaf in own
    )
    total = decided + sum(
        survey_points(leaf.rule, leaf.code, sheet.counts, sheet.percents)
        for leaf in leaves
        if leaf.rule.answered_by == "survey"
    )
    for leaf in leaves:
        if leaf.rule.answered_by == DERIVED:
            total += derived_points(leaf.rule, claimed, decided).points
    return half_up(exact(total) * 100 / exact(sum(leaf.rule.max_points for leaf in leaves)), 2)


def test_dice_of_one_name_fall_alike_and_of_two_names_differently():
    def throws(name):
        dice = Dice(name)
        return [dice.between(1, 6) for _ in range(50)]

    assert throws("a") == throws("a") != throws("b")
    assert set(throws("a")) == {1, 2, 3, 4, 5, 6}


@pytest.mark.parametrize("level", LEVELS)
def test_every_step_has_an_answer_that_its_rule_values_alike(trees, level):
    for leaf in leaves_of(trees[level]):
        if leaf.rule.answered_by != UNIT:
            continue
        for throw in range(3):
            for step in leaf.steps:
                answer, worth = answer_for(leaf, step, Dice(leaf.code, step, throw))
                assert normalise(leaf.rule, answer) == answer
                assert compute(leaf.rule, answer).points == points_of(worth), leaf.code
                if leaf.rule.kind != "proportional":
                    assert worth == step


@pytest.mark.parametrize("level", LEVELS)
def test_answers_with_large_numbers_give_every_hundredth(trees, level):
    fine = [leaf for leaf in leaves_of(trees[level]) if leaf.fine]
    assert len(fine) >= 3
    for leaf in fine:
        for points in range(leaf.low, leaf.high + 1):
            answer, worth = answer_for(leaf, points, Dice(leaf.code, points))
            assert worth == points
            assert compute(leaf.rule, answer).points == points_of(points)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("index", ["93.88", "90.00", "86.26", "78.43", "61.40", "50.00", "45.10"])
def test_a_sheet_reaches_its_index_to_the_last_decimal(trees, level, index):
    for number in range(12):
        part = Part(f"U{number}", Decimal(index), requests=False, careless=number == 5 and Decimal(index) < 90)
        assert index_of(make_sheet(2024, part, trees[level]), trees[level]) == Decimal(index)


def test_a_sheet_with_criteria_that_do_not_apply_comes_as_near_as_it_can(trees):
    part = Part("TTT", Decimal("88.20"), grants=cast.NO_PROCEDURES)
    sheet = make_sheet(2024, part, trees["department"])

    maximum = sum(leaf.rule.max_points for leaf in applicable(trees["department"], part.grants))
    assert maximum == Decimal("80.50")
    assert abs(index_of(sheet, trees["department"], part.grants) - part.index) <= Decimal("0.01")
    assert not [line for line in sheet.lines if line.code.startswith("8.")]


def test_a_sheet_that_is_too_high_is_corrected_with_a_reason(trees):
    sheet = make_sheet(2024, Part("SYT", Decimal("77.46"), careless=True), trees["department"])
    lowered = [line for line in sheet.lines if line.differs]

    assert lowered
    assert all(line.reason and line.decided_answer and line.points < line.self_points for line in lowered)
    claimed = sum(line.self_points or 0 for line in sheet.lines)
    decided = sum(line.points or 0 for line in sheet.lines)
    assert (claimed - decided) * 100 > 5 * claimed


def test_the_same_seed_gives_the_same_sheet(trees):
    part = Part("STP", Decimal("91.63"))
    assert make_sheet(2024, part, trees["department"]) == make_sheet(2024, part, trees["department"])
    assert make_sheet(2024, part, trees["department"]) != make_sheet(2025, part, trees["department"])


@pytest.mark.parametrize(
    ("year", "counts"),
    [(2023, (20, 12, 204)), (2024, (20, 12, 204)), (2025, (15, 0, 75)), (2026, (15, 0, 75))],
)
def test_the_spread_is_that_of_a_province(year, counts):
    bounds = {"department": (75, 94), "district": (70, 92), "commune": (45, 93)}
    units = list(units_on(date(year, 12, 31)))
    for level, count in zip(LEVELS, counts, strict=True):
        parts = cast.parts_of(year, [unit for unit in units if unit.level == level])
        low, high = bounds[level]
        assert len(parts) == count
        assert all(low <= part.index <= high for part in parts.values())
        if count > 50:
            middle = sorted(part.index for part in parts.values())[count // 2]
            assert 74 <= middle <= 82
            assert len({part.index for part in parts.values()}) > count * 3 // 4


def test_the_heads_are_invented_persons_who_never_head_a_unit_at_once():
    bodies = []
    with UNITS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            ends = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
            bodies.append(people.Body(row["code"], row["level"], date.fromisoformat(row["valid_from"]), ends))
    times = people.tenures(bodies)

    names = {time.person: time.full_name for time in times}
    assert all(names[time.person] == time.full_name for time in times)
    assert all(re.fullmatch(r"\w+ \w+ \w+", name) for name in names.values())
    for body in bodies:
        own = [t for t in times if t.unit_code == body.code and body.valid_from <= t.first <= (body.valid_to or date.max)]
        for before, after in pairwise(own):
            assert before.last is not None
            assert before.last < after.first
    assert not [time for time in times if time.unit_code == cast.UNKNOWN_HEAD]


def test_a_document_is_a_pdf_whose_words_can_be_read():
    document = documents.Document(
        "Sở Xây dựng", "131/BC-SXD", date(2026, 11, 19), "Báo cáo kết quả năm 2026", ("Đã hoàn thành 18/20 nhiệm vụ.",)
    )
    content = documents.pdf_of(document)

    made = pypdfium2.PdfDocument(content)
    words = made[0].get_textpage().get_text_range()
    made.close()
    assert document.file_name == "131-BC-SXD.pdf"
    assert len(content) < 500_000  # two whole faces of the font
    for said in ("Số: 131/BC-SXD", "Sơn La, ngày 19 tháng 11 năm 2026", "Đã hoàn thành 18/20 nhiệm vụ.", documents.MARK):
        assert said in words
