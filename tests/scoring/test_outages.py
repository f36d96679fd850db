"""The portal was down: one recorded act moves the deadlines, tells everybody, and is never done twice."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from criteria.models import Population
from criteria.stages import Stage
from parindex import clock, heartbeat
from parindex.decisions import Refused
from parindex.models import AuditEvent
from scoring.actions.outages import Breakdown, record_outage
from scoring.models import Outage, OutageExtension
from tests import build
from units.authorization import Role
from units.models import Level, Notice

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: build.NOW)


@pytest.fixture
def administrator():
    return build.user_with_role(Role.ADMINISTRATOR)


def running(level=Level.DEPARTMENT, deadline=build.NOW - HOUR, **fields):
    unit = build.unit(level=level)
    return build.open_population(level=level, units=[unit], self_assessment_ends_at=deadline, **fields), unit


def breakdown(**changes):
    times = {"began_at": build.NOW - 3 * HOUR, "ended_at": build.NOW - HOUR, "until": build.NOW + 24 * HOUR}
    return Breakdown(**(times | {"reason": "Mất điện trung tâm dữ liệu."} | changes))


def recorded(by, *populations, **changes):
    return record_outage(breakdown=breakdown(**changes), population_ids=[each.pk for each in populations], by=by)


def test_one_act_moves_the_deadlines_and_tells_everybody(administrator):
    first, unit = running()
    second, _other = running(Level.DISTRICT)
    clerk = build.clerk(unit)

    outage, new = recorded(administrator, second, first)

    assert new
    assert set(Population.objects.values_list("self_assessment_ends_at", flat=True)) == {build.NOW + 24 * HOUR}
    assert OutageExtension.objects.filter(outage=outage, before=build.NOW - HOUR).count() == 2
    assert AuditEvent.objects.filter(action="population.outage").count() == 2
    notice = Notice.objects.get(user=clerk)
    assert notice.kind == "outage"
    assert "Mất điện" in notice.text + notice.body


def test_twice_is_once(administrator):
    population, _unit = running()
    first, _new = recorded(administrator, population)
    second, new = recorded(administrator, population)

    assert (second, new) == (first, False)
    assert Outage.objects.count() == 1


def test_a_deadline_is_never_moved_forward_and_only_self_assessment_counts(administrator):
    late, _unit = running(deadline=build.NOW + 48 * HOUR)
    over, _unit = running(Level.DISTRICT)
    Population.objects.filter(pk=over.pk).update(stage=Stage.APPRAISAL)

    with pytest.raises(Refused, match="Không nhóm đơn vị nào"):
        recorded(administrator, late, over)

    late.refresh_from_db()
    assert late.self_assessment_ends_at == build.NOW + 48 * HOUR
    assert not Outage.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ended_at": build.NOW - 3 * HOUR}, "Giờ cổng hoạt động lại"),
        ({"ended_at": build.NOW + HOUR}, "Giờ cổng hoạt động lại"),
        ({"until": build.NOW}, "Hạn mới phải sau"),
        ({"reason": "  "}, "Ghi lý do"),
    ],
)
def test_times_that_cannot_be_are_refused(administrator, changes, sentence):
    population, _unit = running()
    with pytest.raises(Refused, match=sentence):
        recorded(administrator, population, **changes)


def test_dates_out_of_order_leave_everything_as_it_was(administrator):
    first, _unit = running()
    second, _unit = running(Level.DISTRICT)
    Population.objects.filter(pk=second.pk).update(appraisal_ends_at=build.NOW + HOUR)

    with pytest.raises(Refused):
        recorded(administrator, first, second)

    assert set(Population.objects.values_list("self_assessment_ends_at", flat=True)) == {build.NOW - HOUR}
    assert not Outage.objects.exists()
    assert not Notice.objects.exists()


def test_only_an_administrator_records_it(client):
    running()
    client.force_login(build.index_manager())
    assert client.get(reverse("scoring:outage")).status_code == 404


def test_the_page_records_and_lists(administrator, client):
    population, _unit = running()
    client.force_login(administrator)
    page = reverse("scoring:outage")
    assert "hạn hiện nay" in client.get(page).content.decode()

    refused = client.post(page, {"began_at": "x"})
    assert refused.status_code == 422
    assert "Ghi ngày và giờ dạng" in refused.content.decode()

    local = clock.local(build.NOW)
    fields = {
        "began_at": (local - 3 * HOUR).strftime("%d/%m/%Y %H:%M"),
        "ended_at": (local - HOUR).strftime("%d/%m/%Y %H:%M"),
        "until": (local + 24 * HOUR).strftime("%d/%m/%Y %H:%M"),
        "reason": "Mất điện",
        "populations": [population.pk],
    }
    assert client.post(page, fields).status_code == 302
    assert client.post(page, fields).status_code == 302
    assert Outage.objects.count() == 1
    assert "Các lần đã dời hạn" in client.get(page).content.decode()


def test_the_home_of_a_unit_says_what_happened_while_the_deadline_matters(administrator, client):
    population, unit = running()
    clerk = build.clerk(unit)
    client.force_login(clerk)
    assert "vì cổng gặp sự cố" not in client.get(reverse("scoring:home")).content.decode()

    recorded(administrator, population)
    page = client.get(reverse("scoring:home")).content.decode()
    assert "vì cổng gặp sự cố" in page
    assert "Mất điện trung tâm dữ liệu." in page

    Population.objects.filter(pk=population.pk).update(stage=Stage.APPRAISAL)
    assert "vì cổng gặp sự cố" not in client.get(reverse("scoring:home")).content.decode()


@pytest.mark.parametrize(("stage", "there"), [(Stage.SELF_ASSESSMENT, True), (Stage.APPRAISAL, False)])
def test_a_head_is_offered_to_withdraw_only_in_time(client, stage, there):
    population, unit = running(deadline=build.NOW + HOUR)
    population.assessments.update(state="submitted", submitted_at=build.NOW)
    Population.objects.filter(pk=population.pk).update(stage=stage)
    client.force_login(build.head_of(unit))
    assert ("Rút lại để sửa" in client.get(reverse("scoring:home")).content.decode()) is there


# --- The heartbeat -------------------------------------------------------------------------------


def test_a_long_silence_is_remembered_and_a_short_one_is_not(settings, tmp_path):
    settings.VAR = tmp_path
    heartbeat.sign(build.NOW)
    heartbeat.sign(build.NOW + timedelta(minutes=4))
    assert heartbeat.gaps() == []

    heartbeat.sign(build.NOW + timedelta(minutes=64))
    assert heartbeat.gaps() == [heartbeat.Gap(build.NOW + timedelta(minutes=4), build.NOW + timedelta(minutes=64))]


@pytest.mark.parametrize("content", ["", "{", json.dumps({"last": "yesterday", "gaps": []}), json.dumps([1])])
def test_a_broken_record_knows_nothing_and_begins_anew(settings, tmp_path, content):
    settings.VAR = tmp_path
    (tmp_path / "alive.json").write_text(content, encoding="utf-8")
    assert heartbeat.gaps() == []
    heartbeat.sign(build.NOW)
    assert json.loads((tmp_path / "alive.json").read_text(encoding="utf-8"))["last"] == build.NOW.isoformat()
