"""The pages of long work: who sees what, and how it ends."""

from datetime import timedelta

import pytest

from parindex import canonical, clock
from parindex.models import Job, JobState
from tests import build
from units.authorization import Role

pytestmark = pytest.mark.django_db


def job(by=None, state=JobState.RUNNING, subject="1", **fields):
    fields.setdefault("title", "Tính chỉ số")
    return Job.objects.create(
        kind="compute",
        subject=subject,
        state=state,
        created_by_id=by.pk if by else None,
        created_at=clock.now(),
        params=canonical.dumps({}),
        **fields,
    )


def test_whoever_started_a_job_sees_it_and_a_stranger_does_not(client):
    owner = build.index_manager()
    row = job(owner, progress=1, total=4)

    client.force_login(owner)
    assert 'aria-valuenow="25"' in client.get(f"/lam-viec/viec/{row.pk}/").content.decode()

    client.force_login(build.clerk(build.unit()))
    assert client.get(f"/lam-viec/viec/{row.pk}/").status_code == 404
    assert client.get(f"/lam-viec/viec/{row.pk}/tien-trinh/").status_code == 404
    assert client.post(f"/lam-viec/viec/{row.pk}/chay-lai/").status_code == 404


def test_a_page_without_script_reloads_while_the_job_lives(client):
    owner = build.index_manager()
    client.force_login(owner)

    assert "http-equiv" in client.get(f"/lam-viec/viec/{job(owner).pk}/").content.decode()
    assert "http-equiv" not in client.get(f"/lam-viec/viec/{job(owner, JobState.DONE).pk}/").content.decode()


def test_the_bar_sends_the_page_to_its_end(client):
    owner = build.index_manager()
    client.force_login(owner)

    assert "HX-Redirect" not in client.get(f"/lam-viec/viec/{job(owner).pk}/tien-trinh/")
    done = job(owner, JobState.DONE)
    assert client.get(f"/lam-viec/viec/{done.pk}/tien-trinh/")["HX-Redirect"] == f"/lam-viec/viec/{done.pk}/"


def test_a_finished_computation_leads_to_its_result(client):
    owner = build.index_manager()
    client.force_login(owner)
    population = build.open_population()

    page = client.get(f"/lam-viec/viec/{job(owner, JobState.DONE, subject=str(population.pk)).pk}/")

    assert page.context["result"]["url"] == "/lam-viec/ket-qua/2024/department/"


def test_a_failed_job_runs_again_as_a_new_row_and_only_once(client):
    owner = build.index_manager()
    client.force_login(owner)
    failed = job(owner, JobState.FAILED, error="Máy gặp lỗi.")

    first = client.post(f"/lam-viec/viec/{failed.pk}/chay-lai/")
    second = client.post(f"/lam-viec/viec/{failed.pk}/chay-lai/")

    assert first.url == second.url
    assert Job.objects.filter(state=JobState.WAITING).count() == 1
    assert "Máy gặp lỗi." in client.get(f"/lam-viec/viec/{failed.pk}/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(client, django_assert_num_queries, count):
    owner = build.user_with_role(Role.SURVEY_OFFICER)
    client.force_login(owner)
    for number in range(count):
        job(owner, JobState.DONE, subject=str(number))

    with django_assert_num_queries(7):
        client.get("/lam-viec/viec/")


@pytest.mark.parametrize(
    ("fields", "waits"),
    [
        ({"state": JobState.RUNNING, "late": -1}, True),
        ({"state": JobState.RUNNING, "late": 30}, False),
        ({"state": JobState.WAITING, "attempts": 1}, True),
        ({"state": JobState.WAITING, "attempts": 0}, False),
        ({"state": JobState.DONE, "late": -1}, False),
    ],
    ids=["silent", "alive", "given-back", "new", "done"],
)
def test_a_job_whose_worker_went_silent_says_that_it_waits_and_not_its_old_step(client, fields, waits):
    owner, now = build.index_manager(), clock.now()
    late = fields.pop("late", None)
    lease = {} if late is None else {"lease_until": now + timedelta(seconds=late), "started_at": now}
    row = job(owner, step="Xếp hạng", **fields, **lease)
    client.force_login(owner)

    for address in ("", "tien-trinh/"):
        html = client.get(f"/lam-viec/viec/{row.pk}/{address}").content.decode()
        assert ("Đang chờ chạy lại" in html) is waits
        assert ("Xếp hạng</p>" in html) is not waits
