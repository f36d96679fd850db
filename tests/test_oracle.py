"""The pure road from import rows to proposals, against the independent recomputation.

``run`` feeds the product's own functions (rules, merging, index, ranking, outcomes)
from the same rows that ``tests/oracle.py`` reads, and every figure must be equal.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.linter import has_errors, lint
from criteria.rules import SIPAS, compute, parse_rule
from criteria.tree import Node, Tree
from parindex import canonical, text
from sanctions.outcomes import OtherResult, PastYear, Tenure, UnitFacts, head_on, propose
from scoring.index import NO_DATA, NOT_APPLICABLE, SCORED, Cell, Plan, compute_unit
from scoring.ranking import Entry, band, change, previous_unit, rank, renamings
from surveys.merging import merge, merge_percent
from tests import oracle, random_province

SEEDS = range(200)
ZERO = Decimal(0)


# --- The product's side --------------------------------------------------------------------------


def tree_of(framework):
    return Tree.build(
        Node(
            code=row["code"],
            parent_code=row["parent_code"],
            level=row["level"],
            name=row["name"],
            max_points=Decimal(row["max_points"]),
            source=row["source"],
            position=position,
            na_allowed=row["na_allowed"] == "yes",
            rule=None
            if row["rule_kind"] == "sum"
            else parse_rule(
                kind=row["rule_kind"],
                max_points=Decimal(row["max_points"]),
                source=row["source"],
                params=canonical.loads(row["rule_params"]),
                na_allowed=row["na_allowed"] == "yes",
            ),
        )
        for position, row in enumerate(framework)
    )


def of_unit(tables, name, code, key="component_code"):
    found = {}
    for row in tables[name]:
        if row["unit_code"] == code:
            found.setdefault(row[key], []).append(row)
    return found


def cells_of(tables, tree, code):
    """What the loading query of a run must produce for one unit."""
    exempt = {
        leaf.code for node in of_unit(tables, "exemptions", code, "node_code") for leaf in tree.below(node)
    }
    answers, scores = of_unit(tables, "answers", code), of_unit(tables, "scores", code)
    forms = of_unit(tables, "survey", code)
    cells = {}
    for leaf in tree.leaves:
        score = scores.get(leaf.code, [{}])[0]
        if leaf.code in exempt or score.get("not_applicable") == "yes":
            cells[leaf.code] = Cell(NOT_APPLICABLE)
        elif leaf.rule.answered_by == "survey":
            points = merged(leaf.rule, forms.get(leaf.code, []))
            cells[leaf.code] = Cell(NO_DATA) if points is None else Cell(SCORED, None, points)
        else:
            own = Decimal(score["self_points"]) if score.get("self_points") else None
            for row in answers.get(leaf.code, []):
                own = compute(leaf.rule, canonical.loads(row["answer"])).points
            decided = Decimal(score["appraised_points"]) if score.get("appraised_points") else own
            if decided is not None:
                cells[leaf.code] = Cell(SCORED, own, decided)
    return cells


def merged(rule, rows):
    if rule.imported == SIPAS:
        return merge_percent(rule, Decimal(rows[0]["percent"]) if rows else None).points
    counts = {}
    for row in rows:
        counts.setdefault(row["group"], {})[row["answer"]] = int(row["count"])
    return merge(rule, counts).points


class Arrows:
    """Units of the files by (code, first day), with their lineage as the ranking wants it."""

    def __init__(self, units):
        self.rows = {(row["code"], row["valid_from"]): row for row in units}
        self.predecessors, self.successors = {}, {}
        for key, row in self.rows.items():
            eve = date.fromisoformat(row["valid_from"]) - timedelta(days=1)
            for code in row["predecessor_codes"].split(";") if row["predecessor_codes"] else []:
                origin = self.on(eve, code)[0]
                self.predecessors.setdefault(key, []).append(origin)
                self.successors.setdefault(origin, []).append(key)

    def on(self, day, code=None):
        return [
            key
            for key, row in self.rows.items()
            if (code is None or row["code"] == code)
            and date.fromisoformat(row["valid_from"]) <= day
            and (not row["valid_to"] or day <= date.fromisoformat(row["valid_to"]))
        ]

    def in_year(self, key, year):
        existed = set(self.on(date(year, 12, 31)))
        return previous_unit(key, existed=existed, predecessors=self.predecessors, successors=self.successors)

    def tenures(self, tables, key):
        """Tenures of the unit and its renamings, cut at the end of each unit."""
        chain = renamings(key, predecessors=self.predecessors, successors=self.successors)
        found = []
        for row in tables["heads"]:
            start = date.fromisoformat(row["from_date"])
            unit = self.on(start, row["unit_code"])[0]
            if unit in chain:
                ends = [row["to_date"], self.rows[unit]["valid_to"]]
                end = min((date.fromisoformat(end) for end in ends if end), default=None)
                person = row["person_code"] or f"{unit[0]} {unit[1]} {row['full_name']}"
                acting = row["acting"] == "yes"
                found.append(Tenure(person, row["full_name"], row["title"], acting, start, end, unit[0]))
        return tuple(found)


def run(province):
    """Everything the product computes of a province, in the shape of the oracle's answer."""
    tables, year = province.tables, province.year
    tree, arrows = tree_of(tables["framework"]), Arrows(tables["units"])
    plan = Plan.of(tree)
    units = [key for key in arrows.on(date(year, 12, 31)) if arrows.rows[key]["level"] == province.level]
    totals = {key: compute_unit(plan, cells_of(tables, tree, key[0])) for key in units}
    past = {
        earlier: {
            arrows.on(date(earlier, 12, 31), row["unit_code"])[0]: past_index(row)
            for row in tables["results"][earlier]
        }
        for earlier in tables["results"]
    }
    standings = rank(
        Entry(
            key,
            totals[key].index_percent,
            text.sort_key(arrows.rows[key]["name"]),
            group=arrows.rows[key]["parent_code"],
        )
        for key in units
    )
    return {
        standing.entry.unit[0]: {
            "total": totals[standing.entry.unit],
            "standing": standing,
            "position": position,
            "outcomes": propose(facts_of(tables, arrows, past, standing.entry, totals, year)),
            "previous": past.get(year - 1, {}).get(arrows.in_year(standing.entry.unit, year - 1).unit),
        }
        for position, standing in enumerate(standings)
    }


def past_index(row):
    maximum = Decimal(row["max_points"] or 100)
    return compute_total(Decimal(row["points"]), maximum)


def compute_total(points, maximum):
    """A year known by its totals goes through the same arithmetic: a tree of one leaf."""
    rule = parse_rule(
        kind="discrete",
        max_points=maximum,
        source="self",
        params={"options": [{"label": "x", "points": maximum}]},
        na_allowed=False,
    )
    tree = Tree.build(
        [Node("1", "", "area", "A", maximum), Node("1.1", "1", "criterion", "C", maximum, rule=rule)]
    )
    return compute_unit(tree, {"1.1": Cell(SCORED, points, points)}).index_percent


def facts_of(tables, arrows, past, entry, totals, year):
    key, total = entry.unit, totals[entry.unit]
    history, other = [], []
    for earlier in sorted(past, reverse=True):
        before = arrows.in_year(key, earlier).unit
        if before in past[earlier]:
            end = date(earlier, 12, 31)
            history.append(
                PastYear(earlier, before[0], past[earlier][before], end, arrows.tenures(tables, before))
            )
    for unit, index in past.get(year - 1, {}).items():
        led_by = head_on(arrows.tenures(tables, unit), date(year - 1, 12, 31))
        if unit != arrows.in_year(key, year - 1).unit and led_by is not None:
            other.append(OtherResult(year - 1, unit[0], arrows.rows[unit]["name"], index, led_by.person))
    return UnitFacts(
        year=year,
        unit_code=key[0],
        unit_name=arrows.rows[key]["name"],
        index_percent=total.index_percent,
        points=total.points,
        max_points=total.max_points,
        reference_date=date(year, 12, 31),
        complete=total.complete,
        tenures=arrows.tenures(tables, key),
        history=tuple(history),
        elsewhere=tuple(other),
    )


# --- Side by side --------------------------------------------------------------------------------


def same_outcome(ours, theirs):
    facts = ours.facts
    canonical.loads(canonical.dumps(facts))
    assert (ours.kind, ours.article, ours.subject, ours.head) == (
        theirs["kind"],
        theirs["article"],
        theirs["subject"],
        theirs["head"],
    )
    if "days" in theirs:
        assert {head["person"]: head["days"] for head in facts["heads"]} == theirs["days"]
        assert all(head["under_183_days"] == (head["days"] < 183) for head in facts["heads"])
    if "article_20_7" in theirs:
        assert facts["article_20_7"]["status"] == theirs["article_20_7"]
        assert facts["unit_two_year_run"] == theirs["unit_two_year_run"]
        assert sorted(other["unit_code"] for other in facts["same_person_elsewhere"]) == theirs["elsewhere"]
        assert [year["year"] for year in facts.get("years", [])] == (theirs["years"] or [])
        assert facts.get("first_criticism", {}).get("year") == theirs["first_criticism"]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_figure_equals_the_independent_recomputation(seed):
    province = random_province.build(seed)
    theirs = oracle.recompute(province.tables, year=province.year, level=province.level)

    ours = run(province)

    assert set(ours) == set(theirs)
    for code, expected in theirs.items():
        found = ours[code]
        total, standing = found["total"], found["standing"]
        for name in (
            "self_points",
            "appraised_points",
            "survey_points",
            "points",
            "max_points",
            "index_percent",
        ):
            assert getattr(total, name) == expected[name], (code, name)
        assert sorted(total.missing) == expected["missing"]
        assert (standing.rank, standing.group_rank) == (expected["rank"], expected["group_rank"])
        assert found["position"] == expected["position"]
        assert band(total.index_percent) == expected["band"]
        assert found["previous"] == expected["previous"]
        assert change(total.index_percent, found["previous"]) == expected["change"]
        for line in total.lines:
            if line.code in expected["nodes"]:
                expected_node = expected["nodes"][line.code]
                assert (line.max_points, line.points or 0, line.percent) == expected_node, (code, line)
            else:
                state, own, points = expected["leaves"][line.code]
                assert (line.state, line.self_points, line.points) == (state, own, points), (code, line)
        assert len(found["outcomes"]) == len(expected["outcomes"])
        for outcome, wanted in zip(found["outcomes"], expected["outcomes"], strict=True):
            same_outcome(outcome, wanted)


def test_the_seeds_cover_what_they_are_for():
    """A generator that stopped making ties, gaps or second years would prove nothing."""
    seen = set()
    for seed in SEEDS:
        province = random_province.build(seed)
        results = oracle.recompute(province.tables, year=province.year, level=province.level)
        ranks = [result["rank"] for result in results.values() if result["rank"]]
        seen |= {"tie"} if len(set(ranks)) < len(ranks) else set()
        for result in results.values():
            seen |= {state for state, _, _ in result["leaves"].values()} | {result["band"]}
            seen |= {"renamed"} if result["previous"] is not None else set()
            for outcome in result["outcomes"]:
                seen.add((outcome["kind"], outcome["subject"], outcome["head"] is None))
                seen.add(("20.7", outcome.get("article_20_7"), outcome.get("unit_two_year_run")))
                seen |= {"elsewhere"} if outcome.get("elsewhere") else set()
                seen |= {"three years"} if len(outcome.get("years") or []) == 3 else set()
        kinds = {(row["rule_kind"], row["level"]) for row in province.tables["framework"]}
        seen |= {kind for kind in kinds if kind[0] != "sum"}
        params = " ".join(row["rule_params"] for row in province.tables["framework"])
        seen |= {
            key
            for key in ("derived", "group_weights", "sipas_pct", "scored_by", "nothing_arose")
            if key in params
        }

    wanted = {
        "tie",
        "scored",
        "empty",
        "na",
        "no_data",
        "",
        "A",
        "B",
        "C",
        "D",
        "renamed",
        "elsewhere",
        "three years",
    }
    wanted |= {"derived", "group_weights", "sipas_pct", "scored_by", "nothing_arose"}
    wanted |= {
        ("discipline_review", "head", False),
        ("criticism", "head", True),
        ("commendation", "head", True),
    }
    wanted |= {("20.7", "undetermined", True), ("20.7", "not_met", True), ("20.7", "met", True)}
    for kind in ("discrete", "threshold", "proportional", "deduction", "per_item", "survey"):
        wanted |= {(kind, "criterion"), (kind, "component")}
    assert wanted <= seen, wanted - seen


@pytest.mark.parametrize("seed", SEEDS)
def test_the_linter_accepts_every_random_framework(seed):
    problems = lint(random_province.build(seed).tables["framework"])

    assert not has_errors(problems), [str(problem) for problem in problems]


def test_the_files_hold_the_same_province(tmp_path):
    province = random_province.build(7)

    paths = province.write(tmp_path)

    header = paths["framework"].read_text(encoding="utf-8").splitlines()[0]
    assert header == ",".join(random_province.COLUMNS["framework"].split())
    assert set(paths) >= {"units", "heads", "framework", "exemptions", "answers", "scores", "survey"}


def test_a_seed_always_gives_the_same_province():
    assert random_province.build(11).tables == random_province.build(11).tables


# --- Properties ----------------------------------------------------------------------------------

seeds = st.integers(min_value=0, max_value=100_000)


def leaves_and_cells(seed):
    """A tree, and the cells of one of its units."""
    province = random_province.build(seed)
    tree = tree_of(province.tables["framework"])
    current = oracle.recompute(province.tables, year=province.year, level=province.level)
    return tree, cells_of(province.tables, tree, min(current))


def derived_maximum(tree):
    return sum((leaf.max_points for leaf in tree.leaves if leaf.rule.answered_by == "derived"), ZERO)


@settings(max_examples=60, deadline=None)
@given(seeds, st.randoms(use_true_random=False))
def test_the_order_of_cells_and_units_does_not_matter(seed, dice):
    province = random_province.build(seed)
    shuffled = {name: list(rows) if name != "results" else rows for name, rows in province.tables.items()}
    for name in ("units", "heads", "exemptions", "answers", "scores", "survey", "framework"):
        dice.shuffle(shuffled[name])

    again = run(random_province.Province(seed, province.year, province.level, shuffled))

    assert again == run(province)


@settings(max_examples=100, deadline=None)
@given(seeds, st.data())
def test_raising_a_score_never_lowers_the_total_by_more_than_the_derived_maximum(seed, data):
    tree, cells = leaves_and_cells(seed)
    raisable = [
        leaf
        for leaf in tree.leaves
        if cells.get(leaf.code, Cell("empty")).state == SCORED
        and leaf.rule.answered_by != "derived"
        and cells[leaf.code].points < leaf.max_points
    ]
    if not raisable:
        return
    leaf = data.draw(st.sampled_from(raisable))
    old = cells[leaf.code]
    new = data.draw(st.decimals(old.points, leaf.max_points, places=2))
    before = compute_unit(tree, cells)

    after = compute_unit(tree, {**cells, leaf.code: old._replace(points=new)})

    assert after.points >= before.points - derived_maximum(tree)
    if not derived_maximum(tree) or leaf.rule.answered_by == "survey":
        assert after.points - before.points == new - old.points
        assert after.index_percent >= before.index_percent


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_areas_add_up_to_the_total_and_every_parent_to_its_children(seed):
    tree, cells = leaves_and_cells(seed)

    total = compute_unit(tree, cells)

    lines = {line.code: line for line in total.lines}
    assert total.points == sum((lines[root.code].points or ZERO for root in tree.roots), ZERO)
    assert total.max_points == sum((lines[root.code].max_points for root in tree.roots), ZERO)
    assert total.appraised_points + total.survey_points == total.points
    for node in tree.nodes:
        children = [lines[child.code] for child in tree.children(node.code)]
        if children:
            assert (lines[node.code].points or ZERO) == sum(
                (child.points or ZERO for child in children), ZERO
            )
            assert lines[node.code].max_points == sum((child.max_points for child in children), ZERO)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_all_maxima_are_exactly_one_hundred_and_nothing_is_exactly_zero(seed):
    tree, _cells = leaves_and_cells(seed)
    asked = [leaf for leaf in tree.leaves if leaf.rule.answered_by != "derived"]

    full = compute_unit(tree, {leaf.code: Cell(SCORED, leaf.max_points, leaf.max_points) for leaf in asked})
    nothing = compute_unit(tree, {leaf.code: Cell(SCORED, ZERO, ZERO) for leaf in asked})

    assert str(full.index_percent) == "100.00"
    assert (full.points, full.complete) == (100, True)
    # Nothing claimed and nothing given is an accurate self-assessment.
    assert nothing.points == derived_maximum(tree)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_nothing_applicable_is_no_index(seed):
    tree, _cells = leaves_and_cells(seed)

    total = compute_unit(tree, {leaf.code: Cell(NOT_APPLICABLE) for leaf in tree.leaves})

    assert (total.index_percent, total.points, total.max_points) == (None, 0, 0)
    assert total.complete
    assert all(line.percent is None and line.state == NOT_APPLICABLE for line in total.lines)


@settings(max_examples=40, deadline=None)
@given(seeds, st.data())
def test_an_index_does_not_depend_on_the_other_units(seed, data):
    province = random_province.build(seed)
    everybody = run(province)
    kept = data.draw(st.sampled_from(sorted(everybody)))
    alone = {
        name: rows
        if name in {"units", "heads", "framework", "results"}
        else [r for r in rows if r["unit_code"] == kept]
        for name, rows in province.tables.items()
    }

    again = run(random_province.Province(seed, province.year, province.level, alone))

    assert again[kept]["total"] == everybody[kept]["total"]


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 10**6), st.integers(1, 10_000), st.integers(-1, 1))
def test_rates_are_compared_exactly_at_every_bound(denominator, bound, offset):
    """At, just below and just above any bound in hundredths of a percent, the band is the exact one."""
    numerator = -(-bound * denominator // 10_000) + offset
    if not 0 <= numerator <= denominator:
        return
    percent = Decimal(bound).scaleb(-2)
    rule = parse_rule(
        kind="threshold",
        max_points=Decimal(2),
        source="self",
        params={
            "metric": "m",
            "direction": "higher_is_better",
            "bands": [{"min": percent, "points": 2}],
            "else": 1,
        },
        na_allowed=False,
    )

    points = compute(rule, {"numerator": numerator, "denominator": denominator}).points

    assert points == (2 if Fraction(numerator, denominator) >= Fraction(bound, 10_000) else 1)
