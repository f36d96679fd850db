"""Proposals follow the run: heads, earlier years and lineage read from the database."""

from datetime import date

import pytest

from criteria.models import Population
from parindex.decisions import Refused
from sanctions.actions import compute
from sanctions.models import Outcome
from scoring.models import Run
from tests import build
from tests.sanctions.years import totals_year
from units.models import Level, Tenure

pytestmark = pytest.mark.django_db

PAST, NOW = 2023, 2024


def proposals(year=NOW):
    return [
        (o.unit.name, o.article, o.subject, o.head.full_name if o.head else None)
        for o in Outcome.objects.filter(run__population__cycle__year=year)
        .select_related("unit", "head")
        .order_by("unit__sort_key", "subject")
    ]


def facts(name, year=NOW):
    return Outcome.objects.get(run__population__cycle__year=year, unit__name=name, subject="head").facts_value


def test_ninety_commends_the_unit_and_its_head_and_fifty_is_not_below_fifty():
    units = [build.unit(name=name) for name in ("An", "Bình", "Chi", "Dũng")]
    build.tenure(units[0], "Lò Văn A")
    totals_year(NOW, dict(zip(units, ("90", "89.99", "50", "49.99"), strict=True)))

    assert proposals() == [
        ("An", "Điều 19", "head", "Lò Văn A"),
        ("An", "Điều 19", "unit", None),
        ("Dũng", "Điều 20.6", "head", None),
    ]
    assert facts("Dũng")["head"] == "người đứng đầu (chưa có dữ liệu)"
    assert facts("Dũng")["article_20_7"]["status"] == "undetermined"


@pytest.mark.parametrize(
    ("change", "article"),
    [
        (None, "Điều 20.7"),  # the same head in both years
        ("acting", "Điều 20.7"),  # first acting, then appointed
        ("other", "Điều 20.6"),  # another head in the second year
    ],
)
def test_two_years_below_fifty_follow_the_head(change, article):
    unit = build.unit(name="An")
    cut = date(PAST, 12, 31)
    first = build.tenure(unit, "Lò Văn A", to_date=cut if change else None, acting=change == "acting")
    if change:
        same = {"head": first.head} if change == "acting" else {}
        build.tenure(unit, "Cầm Thị B", date(NOW, 1, 1), **same)
    for year, points in ((PAST, "40"), (NOW, "45")):
        totals_year(year, {unit: points})

    assert [row[1] for row in proposals(PAST)] == ["Điều 20.6"]
    assert [row[1] for row in proposals(NOW)] == [article]
    if article == "Điều 20.7":
        assert facts("An")["first_criticism"]["year"] == PAST
    assert facts("An")["unit_two_year_run"] is True


def test_a_renaming_continues_the_run_of_the_head():
    cut = date(NOW, 2, 29)
    old, new = build.unit(name="Cũ", valid_to=cut), build.unit(name="Mới", valid_from=date(NOW, 3, 1))
    build.succession(old, new)
    first = build.tenure(old, "Lò Văn A")
    build.tenure(new, "Lò Văn A", date(NOW, 3, 1), head=first.head)
    totals_year(PAST, {old: "40"})
    totals_year(NOW, {new: "40"})

    assert proposals() == [("Mới", "Điều 20.7", "head", "Lò Văn A")]
    assert facts("Mới")["head_days"] == 366


def test_a_merger_starts_anew_and_shows_the_predecessors():
    cut = date(NOW, 2, 29)
    old = [build.unit(name=name, valid_to=cut) for name in ("Một", "Hai")]
    new = build.unit(name="Mới", valid_from=date(NOW, 3, 1))
    first = build.tenure(old[0], "Lò Văn A")
    build.tenure(new, "Lò Văn A", date(NOW, 3, 1), head=first.head)
    for unit in old:
        build.succession(unit, new)
    totals_year(PAST, {old[0]: "40", old[1]: "60"})
    totals_year(NOW, {new: "40"})

    found = facts("Mới")
    assert [row[1] for row in proposals()] == ["Điều 20.6"]
    assert sorted(p["unit_name"] for p in found["predecessors"]) == ["Hai", "Một"]
    assert [p["unit_name"] for p in found["same_person_elsewhere"]] == ["Một"]


def test_the_same_person_at_another_unit_is_information_only():
    before, after = build.unit(name="An"), build.unit(name="Bình", level=Level.DISTRICT)
    first = build.tenure(before, "Lò Văn A", to_date=date(PAST, 12, 31))
    build.tenure(after, "Lò Văn A", date(NOW, 1, 1), head=first.head)
    totals_year(PAST, {before: "40"})
    totals_year(NOW, {after: "40"}, Level.DISTRICT)

    assert proposals() == [("Bình", "Điều 20.6", "head", "Lò Văn A")]
    assert [other["unit_name"] for other in facts("Bình")["same_person_elsewhere"]] == ["An"]


def test_a_head_who_came_late_is_flagged_with_the_others_of_the_year():
    unit = build.unit(name="An")
    build.tenure(unit, "Lò Văn A", to_date=date(NOW, 8, 31))
    build.tenure(unit, "Cầm Thị B", date(NOW, 9, 1))
    totals_year(NOW, {unit: "40"})

    found = facts("An")
    assert (found["head"], found["head_days"], found["head_under_183_days"]) == ("Cầm Thị B", 122, True)
    assert [(head["name"], head["days"]) for head in found["heads"]] == [
        ("Lò Văn A", 244),
        ("Cầm Thị B", 122),
    ]


def test_a_tenure_without_end_stops_with_its_unit():
    ended = build.unit(name="An", valid_to=date(NOW, 6, 30))
    build.tenure(ended, "Lò Văn A")
    totals_year(PAST, {ended: "40"})

    found = facts("An", PAST)
    assert found["head_days"] == 365


def test_three_years_cite_the_first_criticism():
    unit = build.unit(name="An")
    build.tenure(unit, "Lò Văn A")
    for year in (2022, 2023, 2024):
        totals_year(year, {unit: "40"})

    assert [year["year"] for year in facts("An")["years"]] == [2024, 2023, 2022]
    assert facts("An")["first_criticism"]["year"] == 2022


def test_heads_are_part_of_the_digest_and_nothing_else_of_a_person_is():
    unit = build.unit(name="An")
    tenure = build.tenure(unit, "Lò Văn A")
    population = totals_year(NOW, {unit: "40"})
    first = Run.objects.get()

    assert compute(population=population, origin="command").created is False
    Tenure.objects.filter(pk=tenure.pk).update(from_date=date(NOW, 2, 1))
    second = compute(population=population, origin="command")

    assert second.created
    assert second.run.digest != first.digest
    assert facts_of(second.run)["head_days"] == 335


def facts_of(run):
    return Outcome.objects.get(run=run, subject="head").facts_value


def test_what_was_never_opened_is_not_computed():
    population = build.population()

    with pytest.raises(Refused, match="chưa mở"):
        compute(population=population, origin="command")


def test_on_a_page_the_permission_is_asked():
    population = build.open_population(units=[build.unit()])

    with pytest.raises(Refused) as refusal:
        compute(population=population, by=build.clerk(build.unit()))

    assert refusal.value.decision.hidden
    assert compute(population=population, by=build.index_manager()).created


@pytest.mark.parametrize("units", [1, 3])
def test_the_number_of_queries_does_not_grow(units, django_assert_num_queries):
    built = [build.unit(name=f"Sở {number}") for number in range(units)]
    for unit in built:
        build.tenure(unit, f"Lò Văn {unit.code}")
    totals_year(PAST, dict.fromkeys(built, "40"))
    population = build.open_population(units=built)

    with django_assert_num_queries(37):
        compute(population=Population.objects.get(pk=population.pk), origin="command")

    assert Outcome.objects.filter(run__population=population).count() == units
