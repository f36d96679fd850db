"""From the upload to the stored rows: what is shown, what is chosen, what is written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from criteria.models import Population
from parindex import canonical, clock
from parindex.decisions import Conflict, Refused
from parindex.models import AuditEvent
from scoring.actions import Statement, save_score
from scoring.actions.workbooks import Choice, apply_upload, drop_upload
from scoring.models import Assessment, Score, ScoreRevision, WorkbookUpload
from tests import build
from tests.scoring.workbook_files import XLSX, filled, made, opened, places, read_again, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """The clock stands inside the self-assessment."""
    monkeypatch.setattr(clock, "now", lambda: build.NOW)


@pytest.fixture
def unit():
    return build.unit("SGTVT", "Sở Giao thông vận tải")


@pytest.fixture
def clerk(unit):
    return build.clerk(unit)


@pytest.fixture
def assessment(unit):
    return opened(unit)


@pytest.fixture
def browser(client, clerk):
    client.force_login(clerk)
    return client


def save(assessment, code, answer=None, by=None, **fields):
    stored = Score.objects.filter(assessment=assessment, node__code=code).first()
    return save_score(
        assessment_id=assessment.pk, code=code, version=stored.version if stored else 0,
        statement=Statement(answer, **fields), by=by or build.clerk(assessment.unit),
    )[0]  # fmt: skip


def uploaded(client, assessment, cells, data=None):
    """Send a workbook with these boxes filled in and return what was kept."""
    response = send(client, assessment, filled(assessment, data or made(assessment), cells))
    assert response.status_code == 302, response.content.decode()
    return WorkbookUpload.objects.latest("pk")


def page(client, upload, status=200):
    response = client.get(reverse("scoring:workbook", args=[upload.assessment_id, upload.pk]))
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def stored(assessment, code):
    return Score.objects.select_related("saved_by").get(assessment=assessment, node__code=code)


def seen(client, upload):
    """The hidden fields and ticked boxes of the page, as a browser would send them."""
    rows = client.get(reverse("scoring:workbook", args=[upload.assessment_id, upload.pk])).context
    fields = {}
    for line in [*rows["conflicts"], *rows["plain"]]:
        fields[f"seen.{line.change.code}"] = line.change.version
        if line.keep:
            fields[f"keep.{line.change.code}"] = line.keep
    return fields


def press(client, upload, fields):
    return client.post(reverse("scoring:workbook", args=[upload.assessment_id, upload.pk]), {"act": "apply", **fields})


# --- Download and upload -------------------------------------------------------------------------


def test_the_download_is_a_file_with_the_unit_and_the_year_in_its_name(browser, assessment):
    response = browser.get(reverse("scoring:workbook_download", args=[assessment.pk]))
    assert response["Content-Type"] == XLSX
    assert response["Content-Disposition"] == 'attachment; filename="tu-danh-gia-2024-sgtvt.xlsx"'
    assert send(browser, assessment, response.content).status_code == 302


def test_an_unchanged_workbook_says_that_nothing_differs(browser, assessment, clerk):
    build.answered(assessment, explanation="Đã báo cáo")
    upload = uploaded(browser, assessment, {})
    html = page(browser, upload)
    assert "<h1>Không có gì khác</h1>" in html
    assert "Ghi các dòng đã chọn" not in html
    with pytest.raises(Refused):
        apply_upload(assessment_id=assessment.pk, upload_id=upload.pk, choices={}, by=clerk)
    assert ScoreRevision.objects.count() == 0


def test_what_only_the_workbook_changed_is_ticked_and_stored(browser, assessment, clerk):
    build.answered(assessment, ["1.1.1"], explanation="Đã báo cáo", carried_from=2023)
    upload = uploaded(browser, assessment, {
        "1.1.1|option": "Chậm", "2.1.2|items": 3, "1.1.2|na": "Có", "1.1.2|reason": "Không có", "2.2|explanation": "Chờ",
    })  # fmt: skip
    html = page(browser, upload)
    assert "<h1>4 tiêu chí khác với hệ thống</h1>" in html
    for words in ("2,50 điểm", "10,00 điểm", "Đề nghị không áp dụng: Không có", "“Chờ”", "3,75 điểm"):
        assert words in html

    response = press(browser, upload, seen(browser, upload))

    assert response.status_code == 302
    first = stored(assessment, "1.1.1")
    assert (first.answer, first.self_points, first.version) == ('{"option":"Chậm"}', 2.5, 2)
    assert (first.origin, first.carried_from, first.saved_by, first.saved_at) == ("workbook", None, clerk, build.NOW)
    assert first.explanation == "Đã báo cáo"
    assert stored(assessment, "2.1.2").self_points == build.Decimal("3.75")
    assert (stored(assessment, "1.1.2").na_requested, stored(assessment, "1.1.2").na_reason) == (True, "Không có")
    assert (stored(assessment, "2.2").explanation, stored(assessment, "2.2").answer) == ("Chờ", "")
    revisions = ScoreRevision.objects.filter(kind="workbook")
    assert sorted(revisions.values_list("score__node__code", "version")) == [("1.1.1", 2), ("1.1.2", 1), ("2.1.2", 1), ("2.2", 1)]
    upload.refresh_from_db()
    assert (upload.applied_at, upload.applied_by) == (build.NOW, clerk)


def test_every_row_and_the_upload_leave_their_trace(browser, assessment):
    upload = uploaded(browser, assessment, {"1.1.1|option": "Chậm", "2.1.2|items": 3})
    press(browser, upload, seen(browser, upload))
    events = AuditEvent.objects.filter(unit_id=assessment.unit_id, origin="workbook").order_by("id")
    assert [event.action for event in events] == ["workbook.uploaded", "score.saved", "score.saved", "workbook.applied"]
    data = canonical.loads(events[1].data)
    assert (data["code"], data["version"]) == ("1.1.1", 1)
    assert data["changed"]["answer"] == {"from": "", "to": '{"option":"Chậm"}'}
    assert canonical.loads(events[3].data)["codes"] == ["1.1.1", "2.1.2"]


def test_the_home_tells_of_a_workbook_as_one_act(browser, assessment):
    upload = uploaded(browser, assessment, {"1.1.1|option": "Chậm", "2.1.2|items": 3})
    press(browser, upload, seen(browser, upload))
    html = browser.get(reverse("scoring:home")).content.decode()
    assert "ghi 2 tiêu chí từ tệp Excel" in html
    assert "trả lời 1.1.1" not in html


def test_what_is_not_ticked_stays(browser, assessment):
    upload = uploaded(browser, assessment, {"1.1.1|option": "Chậm", "2.1.2|items": 3})
    fields = seen(browser, upload)
    del fields["keep.1.1.1"]
    press(browser, upload, fields)
    assert list(Score.objects.values_list("node__code", flat=True)) == ["2.1.2"]


# --- Both sides ----------------------------------------------------------------------------------


def both_changed(browser, assessment):
    build.answered(assessment, ["1.1.1"])
    data = made(assessment)
    colleague = build.clerk(assessment.unit)
    save(assessment, "1.1.1", {"option": "Không ban hành"}, by=colleague)
    return uploaded(browser, assessment, {"1.1.1|option": "Chậm"}, data), colleague


def test_a_conflict_shows_three_versions_and_waits_for_a_choice(browser, assessment):
    upload, colleague = both_changed(browser, assessment)
    html = page(browser, upload)
    assert "1 tiêu chí hai bên cùng sửa, bạn chọn" in html
    for words in ("10,00 điểm", "0,00 điểm", "2,50 điểm", str(colleague), "09:00, 20/11/2024"):
        assert words in html
    assert 'value="mine" checked' not in html

    response = press(browser, upload, {"seen.1.1.1": 2})
    assert response.status_code == 422
    assert "Chưa chọn bản giữ lại cho 1.1.1" in response.content.decode()
    assert stored(assessment, "1.1.1").version == 2


@pytest.mark.parametrize(("keep", "option"), [("mine", "Chậm"), ("theirs", "Không ban hành")])
def test_the_chosen_version_stands(browser, assessment, keep, option):
    upload, _colleague = both_changed(browser, assessment)
    fields = {"seen.1.1.1": 2, "keep.1.1.1": keep}
    if keep == "theirs":
        assert press(browser, upload, fields).status_code == 422  # nothing is left to store: drop it
        assert "Chưa chọn dòng nào" in press(browser, upload, fields).content.decode()
    else:
        assert press(browser, upload, fields).status_code == 302
    assert stored(assessment, "1.1.1").answer == canonical.dumps({"option": option})


def test_what_both_did_alike_is_not_listed_and_server_only_changes_are_counted(browser, assessment):
    data = made(assessment)
    save(assessment, "1.1.1", {"option": "Chậm"})
    save(assessment, "2.1.2", {"items": 1})
    upload = uploaded(browser, assessment, {"1.1.1|option": "Chậm", "2.2|option": "Có vi phạm"}, data)
    html = page(browser, upload)
    assert "<h1>1 tiêu chí khác với hệ thống</h1>" in html
    assert "1 tiêu chí chỉ sửa trên hệ thống sau khi tải, giữ nguyên." in html


def test_an_answer_here_and_an_explanation_there_are_no_conflict(browser, assessment):
    build.answered(assessment, ["1.1.1"])
    data = made(assessment)
    save(assessment, "1.1.1", {"option": "Đúng hạn"}, explanation="Có báo cáo")
    upload = uploaded(browser, assessment, {"1.1.1|option": "Chậm"}, data)
    assert "hai bên cùng sửa" not in page(browser, upload)
    press(browser, upload, seen(browser, upload))
    score = stored(assessment, "1.1.1")
    assert (score.answer, score.explanation) == ('{"option":"Chậm"}', "Có báo cáo")


def test_when_the_server_moves_on_the_page_comes_back_and_nothing_is_half_applied(browser, assessment):
    upload = uploaded(browser, assessment, {"1.1.1|option": "Chậm", "2.1.2|items": 3})
    fields = seen(browser, upload)
    save(assessment, "1.1.1", {"option": "Không ban hành"})

    response = press(browser, upload, fields)

    assert response.status_code == 409
    html = response.content.decode()
    assert "Hệ thống vừa có thay đổi ở 1.1.1" in html
    assert "1 tiêu chí hai bên cùng sửa" in html
    assert not Score.objects.filter(node__code="2.1.2").exists()
    assert press(browser, upload, {**seen(browser, upload), "keep.1.1.1": "mine"}).status_code == 302
    assert stored(assessment, "1.1.1").version == 2


def test_a_difference_the_person_never_saw_is_not_decided_for_them(assessment, clerk, browser):
    upload = uploaded(browser, assessment, {"1.1.1|option": "Chậm", "2.1.2|items": 3})
    with pytest.raises(Conflict):
        apply_upload(assessment_id=assessment.pk, upload_id=upload.pk, choices={"2.1.2": Choice(0, "mine")}, by=clerk)
    assert not Score.objects.exists()


# --- Twice, too late, not yours ------------------------------------------------------------------


def test_pressing_twice_stores_once(browser, assessment):
    upload = uploaded(browser, assessment, {"1.1.1|option": "Chậm"})
    fields = seen(browser, upload)
    assert [press(browser, upload, fields).status_code for _ in range(2)] == [302, 302]
    assert stored(assessment, "1.1.1").version == 1
    assert ScoreRevision.objects.count() == 1
    assert "<h1>Tệp đã ghi</h1>" in page(browser, upload)


def test_the_same_file_sent_twice_is_one_upload(browser, assessment):
    data = filled(assessment, made(assessment), {"1.1.1|option": "Chậm"})
    assert send(browser, assessment, data).url == send(browser, assessment, data).url
    assert WorkbookUpload.objects.count() == 1


def test_a_dropped_upload_changes_nothing_any_more(browser, assessment):
    upload = uploaded(browser, assessment, {"1.1.1|option": "Chậm"})
    fields = seen(browser, upload)
    response = browser.post(reverse("scoring:workbook", args=[assessment.pk, upload.pk]), {"act": "drop"})
    assert response.url == reverse("scoring:workbooks", args=[assessment.pk])
    assert "đã bỏ" in browser.get(response.url).content.decode()
    press(browser, upload, fields)
    assert not Score.objects.exists()


@pytest.mark.parametrize("change", [{"state": "submitted"}, {"late": True}, {"stage": "appraisal"}])
def test_whoever_may_not_save_may_not_upload_or_apply(browser, assessment, clerk, change):
    upload = uploaded(browser, assessment, {"1.1.1|option": "Chậm"})
    fields = seen(browser, upload)
    data = filled(assessment, made(assessment), {"2.1.2|items": 1})
    if "late" in change:
        Population.objects.update(self_assessment_ends_at=build.NOW - timedelta(minutes=1))
    Population.objects.update(**{key: value for key, value in change.items() if key == "stage"})
    Assessment.objects.update(**{key: value for key, value in change.items() if key == "state"})

    assert press(browser, upload, fields).status_code == 302
    assert send(browser, assessment, data).status_code == 422
    assert (Score.objects.count(), WorkbookUpload.objects.count()) == (0, 1)
    assert "Nộp tệp và xem" not in browser.get(reverse("scoring:workbooks", args=[assessment.pk])).content.decode()
    assert browser.get(reverse("scoring:workbook_download", args=[assessment.pk])).status_code == 200


def test_the_deadline_is_read_after_the_lock(assessment, browser, clerk):
    upload = uploaded(browser, assessment, {"1.1.1|option": "Chậm"})
    late = assessment.population.self_assessment_ends_at + timedelta(minutes=1)
    with pytest.raises(Refused, match="Đã quá hạn"):
        apply_upload(assessment_id=assessment.pk, upload_id=upload.pk, choices={"1.1.1": Choice(0, "mine")}, by=clerk, now=late)


def test_an_upload_of_another_dossier_is_not_found(browser, assessment):
    upload = uploaded(browser, assessment, {"1.1.1|option": "Chậm"})
    other = build.assessment(assessment.population, build.unit())
    stranger = build.clerk(other.unit)
    browser.force_login(stranger)
    for args in ([assessment.pk, upload.pk], [other.pk, upload.pk]):
        assert browser.get(reverse("scoring:workbook", args=args)).status_code == 404
        assert browser.post(reverse("scoring:workbook", args=args), {"act": "drop"}).status_code == 404
    with pytest.raises(WorkbookUpload.DoesNotExist):
        drop_upload(assessment_id=other.pk, upload_id=upload.pk, by=stranger)


def test_a_component_granted_not_applicable_since_is_told_and_left_out(browser, assessment):
    upload = uploaded(browser, assessment, {"2.2|option": "Có vi phạm", "2.1.2|items": 1})
    build.exemption(assessment.unit, build.node(assessment.population, "2.2"))
    assert "nay không áp dụng cho đơn vị:</b> 2.2" in page(browser, upload)
    press(browser, upload, seen(browser, upload))
    assert list(Score.objects.values_list("node__code", flat=True)) == ["2.1.2"]


# --- Cost ----------------------------------------------------------------------------------------

MANY = {"1.1.1|option": "Chậm", "2.1.2|items": 3, "2.2|option": "Có vi phạm", "1.1.2|percent": 90, "1.1.3|nothing": "Có"}


@pytest.mark.parametrize("count", [1, 3, 5])
@pytest.mark.parametrize("known", [True, False])
def test_applying_costs_the_same_however_many_rows(assessment, clerk, browser, count, known):
    if known:
        build.answered(assessment)
    upload = uploaded(browser, assessment, dict(list(MANY.items())[:count]) if not known else {
        f"{code}|explanation": "Mới" for code in list(build.FULL_ANSWERS)[:count]
    })  # fmt: skip
    choices = {code.removeprefix("seen."): Choice(int(value), "mine") for code, value in seen(browser, upload).items() if code.startswith("seen.")}
    person = type(clerk).objects.get(pk=clerk.pk)
    with CaptureQueriesContext(connection) as queries:
        apply_upload(assessment_id=assessment.pk, upload_id=upload.pk, choices=choices, by=person)
    statements = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    # An update of known rows is one prepared statement on SQLite, logged row by row.
    others = [sql for sql in statements if not sql.startswith('UPDATE "scoring_score"')]
    assert len(others) <= 14


def test_pages_cost_the_same_however_many_differences(browser, assessment):
    one = uploaded(browser, assessment, {"1.1.1|option": "Chậm"})
    five = uploaded(browser, assessment, MANY)
    costs = []
    for upload in (one, five):
        with CaptureQueriesContext(connection) as queries:
            page(browser, upload)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_the_list_of_uploads_and_the_ways_to_it(browser, assessment):
    upload = uploaded(browser, assessment, {"1.1.1|option": "Chậm"})
    listed = browser.get(reverse("scoring:workbooks", args=[assessment.pk])).content.decode()
    assert "phieu.xlsx" in listed
    assert "chờ xem và ghi" in listed
    assert reverse("scoring:workbook", args=[assessment.pk, upload.pk]) in listed
    home = browser.get(reverse("scoring:home")).content.decode()
    sheet = browser.get(reverse("scoring:sheet", args=[assessment.pk, "1"])).content.decode()
    for html in (home, sheet):
        assert reverse("scoring:workbooks", args=[assessment.pk]) in html


def test_without_a_file_the_form_says_so(browser, assessment):
    response = browser.post(reverse("scoring:workbooks", args=[assessment.pk]), {})
    assert response.status_code == 422
    assert "Chọn tệp Excel đã điền." in response.content.decode()


def test_an_earlier_workbook_of_a_changed_dossier_still_fits(assessment, browser):
    data = made(assessment)
    save(assessment, "2.1.2", {"items": 2})
    assert places(read_again(assessment)) == places(assessment)
    upload = uploaded(browser, assessment, {"2.1.2|items": 2}, data)
    assert "<h1>Không có gì khác</h1>" in page(browser, upload)
