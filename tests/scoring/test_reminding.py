"""When units are reminded of their deadline: by the clock, and by Sở Nội vụ."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from criteria.stages import Stage
from parindex import canonical
from parindex.decisions import Refused
from parindex.models import AuditEvent
from scoring import reminding
from scoring.actions.reminding import remind, send_deadline_notices
from scoring.models import Assessment
from scoring.policies import VIETNAM, Sheet
from scoring.reminding import due_kind, left_words, notice_key
from tests import build
from units.models import Notice

#: 17:00 in Vietnam on the last day.
DEADLINE = datetime(2024, 11, 30, 17, 0, tzinfo=VIETNAM)
SECOND = timedelta(seconds=1)


# --- The moments -----------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", reminding.MOMENTS, ids=lambda moment: moment.kind)
def test_a_moment_begins_to_the_second_and_ends_with_its_patience(moment):
    begins = (DEADLINE - moment.before).astimezone(UTC)
    assert due_kind(begins - SECOND, DEADLINE) is None
    assert due_kind(begins, DEADLINE) == due_kind(begins + SECOND, DEADLINE) == moment.kind
    assert due_kind(begins + moment.patience, DEADLINE) == moment.kind
    assert due_kind(begins + moment.patience + SECOND, DEADLINE) is None
    assert due_kind(begins, DEADLINE, {moment.kind}) is None


def test_moments_are_those_of_a_clock_in_vietnam():
    # 17:00 in Vietnam is 10:00 in UTC; two hours earlier on the same evening, three days earlier on 27/11.
    assert due_kind(datetime(2024, 11, 30, 8, 0, tzinfo=UTC), DEADLINE) == "deadline_2h"
    assert due_kind(datetime(2024, 11, 27, 9, 59, 59, tzinfo=UTC), DEADLINE) is None
    assert due_kind(datetime(2024, 11, 27, 10, 0, tzinfo=UTC), DEADLINE) == "deadline_3"


def test_seconds_of_a_deadline_do_not_shift_its_moments():
    assert due_kind(DEADLINE - timedelta(hours=2), DEADLINE.replace(second=59)) == "deadline_2h"


@pytest.mark.parametrize(
    ("off_until", "kind"),
    [
        (timedelta(days=2, hours=20), "deadline_3"),
        (timedelta(days=2), None),
        (timedelta(hours=23), "deadline_1"),
        (timedelta(hours=1, minutes=30), "deadline_2h"),
        (timedelta(minutes=30), None),
        (-timedelta(minutes=1), None),
    ],
)
def test_a_server_that_was_off_says_only_the_nearest_and_not_what_is_long_past(off_until, kind):
    assert due_kind(DEADLINE - off_until, DEADLINE) == kind


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=7), "7 ngày"),
        (timedelta(days=6, hours=23, minutes=55), "7 ngày"),
        (timedelta(days=2, hours=23), "2 ngày 23 giờ"),
        (timedelta(hours=23, minutes=55), "1 ngày"),
        (timedelta(hours=2), "2 giờ"),
        (timedelta(hours=1, minutes=54, seconds=30), "1 giờ 55 phút"),
        (timedelta(seconds=-30), "1 phút"),
        (timedelta(minutes=-1), "đã quá hạn"),
    ],
)
def test_what_is_left_in_words(left, words):
    assert left_words(DEADLINE - left, DEADLINE) == words


@pytest.mark.parametrize(
    ("state", "stage", "extended", "expected"),
    [
        ("draft", Stage.SELF_ASSESSMENT, None, 0),
        ("awaiting_head", Stage.SELF_ASSESSMENT, 2, 2),
        ("draft", Stage.SELF_ASSESSMENT, -2, 0),
        ("draft", Stage.APPRAISAL, None, None),
        ("draft", Stage.APPRAISAL, 2, 2),
        ("returned", Stage.APPRAISAL, 2, 2),
        ("returned", Stage.SELF_ASSESSMENT, None, None),
        ("submitted", Stage.SELF_ASSESSMENT, 2, None),
        ("draft", Stage.SETTLED, 2, None),
    ],
)
def test_the_deadline_that_counts_for_a_unit(state, stage, extended, expected):
    until = None if extended is None else DEADLINE + timedelta(days=extended)
    found = reminding.deadline_of(Sheet(state, stage, DEADLINE, until))
    assert found == (None if expected is None else DEADLINE + timedelta(days=expected))


def test_a_key_tells_one_deadline_from_another_and_fits():
    one = notice_key(1, 2, DEADLINE, "deadline_2h")
    assert one == "deadline:1:2:20241130T1000:deadline_2h"
    assert one != notice_key(1, 2, DEADLINE + timedelta(minutes=1), "deadline_2h")


# --- By the clock ----------------------------------------------------------------------------------

db = pytest.mark.django_db


class Scene:
    """Three units with a clerk and a head each: at work, handed in, extended by 54 hours."""

    def __init__(self) -> None:
        self.working, self.handed, self.extended = (build.unit(name=name) for name in ("Sở Một", "Sở Hai", "Sở Ba"))
        self.population = build.open_population(
            units=[self.working, self.handed, self.extended], self_assessment_ends_at=DEADLINE
        )
        for unit in (self.working, self.handed, self.extended):
            build.clerk(unit)
            build.head_of(unit)
        self.rows().filter(unit=self.handed).update(state="submitted", submitted_at=build.NOW)
        self.rows().filter(unit=self.extended).update(extended_until=DEADLINE + timedelta(hours=54))
        self.manager = build.index_manager(username="quanly")

    def rows(self):
        return Assessment.objects.filter(population=self.population)

    def remind(self, at: datetime = build.NOW, **fields):
        return remind(**{"population_id": self.population.pk, "by": self.manager, "now": at} | fields)


def told() -> list[tuple[str, str]]:
    """(kind, first words) of every notice, without doubles of clerk and head."""
    return sorted({(kind, line) for kind, line in Notice.objects.values_list("kind", "text")})


@db
def test_the_clock_reminds_who_has_not_handed_in_once_for_each_deadline():
    scene = Scene()
    at = DEADLINE - timedelta(days=1)

    assert [send_deadline_notices(at - SECOND), send_deadline_notices(at), send_deadline_notices(at + SECOND)] == [0, 2, 0]
    assert told() == [("deadline_1", "Còn 1 ngày để nộp hồ sơ năm 2024: Sở Một")]

    later = at + timedelta(hours=54)
    assert send_deadline_notices(later) == 2
    assert told()[0] == ("deadline_1", "Còn 1 ngày để nộp hồ sơ năm 2024: Sở Ba")

    type(scene.population).objects.update(self_assessment_ends_at=DEADLINE + timedelta(days=5))
    moved = DEADLINE + timedelta(days=4)
    assert [send_deadline_notices(moved), send_deadline_notices(moved)] == [4, 0]


@db
def test_the_clock_says_nothing_of_an_extension_before_its_own_moment():
    Scene()
    send_deadline_notices(DEADLINE - timedelta(hours=2))
    assert told() == [("deadline_2h", "Còn 2 giờ để nộp hồ sơ năm 2024: Sở Một")]


@db
def test_nothing_is_said_of_a_year_that_is_settled():
    scene = Scene()
    type(scene.population).objects.update(stage=Stage.SETTLED)
    assert send_deadline_notices(DEADLINE - timedelta(days=1)) == 0


@db
@pytest.mark.parametrize("count", [1, 3])
def test_the_clock_costs_the_same_for_one_and_three(django_assert_num_queries, count):
    units = [build.unit() for _number in range(count)]
    build.open_population(units=units, self_assessment_ends_at=DEADLINE)
    for unit in units:
        build.clerk(unit)
    # dossiers, units, people, words, choices, savepoint, keys, rows, release
    with django_assert_num_queries(9):
        send_deadline_notices(DEADLINE - timedelta(days=3))
    assert Notice.objects.count() == count


# --- By Sở Nội vụ ----------------------------------------------------------------------------------


@db
def test_the_manager_reminds_all_who_have_not_handed_in():
    scene = Scene()

    done = scene.remind(note="Nộp trước  thứ Sáu")

    assert (done.units, done.people, done.skipped) == (2, 4, ())
    notice = Notice.objects.filter(text__contains="Sở Một").first()
    assert notice.text == "Nhắc nộp hồ sơ năm 2024: Sở Một chưa nộp, hạn 17:00 ngày 30/11/2024"
    assert "Lời nhắn của quanly: Nộp trước thứ Sáu" in notice.body
    event = AuditEvent.objects.get(action="reminder.sent")
    assert canonical.loads(event.data) == {
        "note": "Nộp trước thứ Sáu",
        "people": 4,
        "units": [scene.extended.pk, scene.working.pk],
    }


@db
def test_a_unit_is_reminded_at_most_once_in_twelve_hours():
    scene = Scene()
    scene.remind(unit_ids=[scene.working.pk])

    again = scene.remind(build.NOW + timedelta(hours=1))
    assert (again.units, len(again.skipped)) == (1, 1)
    assert again.skipped[0].startswith("Sở Một: quanly đã nhắc lúc 09:00 ngày 20/11/2024")
    with pytest.raises(Refused) as caught:
        scene.remind(build.NOW + timedelta(hours=12) - SECOND, unit_ids=[scene.working.pk])
    assert caught.value.code == "nobody"
    assert "quanly đã nhắc" in caught.value.details[0]
    assert scene.remind(build.NOW + timedelta(hours=12), unit_ids=[scene.working.pk]).units == 1


@db
def test_who_has_handed_in_or_has_no_account_is_not_reminded():
    scene = Scene()
    alone = build.unit(name="Sở Bốn")
    build.assessment(scene.population, alone)

    with pytest.raises(Refused) as caught:
        scene.remind(unit_ids=[scene.handed.pk, alone.pk])

    assert caught.value.details == ("Sở Bốn: chưa có tài khoản cán bộ hoặc người đứng đầu",)
    assert not Notice.objects.exists()
    assert not AuditEvent.objects.exists()


@db
def test_strangers_do_not_remind_and_a_district_reminds_its_own_communes():
    scene = Scene()
    district, other = (build.unit(level="district") for _number in range(2))
    commune = build.unit(level="commune", parent=district)
    own = build.open_population("commune", parent=district, units=[commune], self_assessment_ends_at=DEADLINE)
    build.clerk(commune)
    of_district = build.appraiser(district)

    assert remind(population_id=own.pk, by=of_district, now=build.NOW).units == 1
    for population, person in (
        (scene.population, of_district),
        (own, build.appraiser(other)),
        (scene.population, build.clerk(scene.working)),
        (scene.population, build.user_with_role("council")),
    ):
        with pytest.raises(Refused) as caught:
            remind(population_id=population.pk, by=person, now=build.NOW)
        assert caught.value.decision.hidden


@db
@pytest.mark.parametrize("stage", [Stage.SETTLED, Stage.PUBLISHED])
def test_nobody_is_reminded_once_the_result_is_settled(stage):
    scene = Scene()
    type(scene.population).objects.update(stage=stage)
    with pytest.raises(Refused) as caught:
        scene.remind()
    assert caught.value.code == "stage"
