"""import_survey: counts and percentages, kept with their file."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from parindex import canonical
from parindex.models import AuditEvent
from scoring.models import Assessment
from surveys.models import Campaign, SurveyCount, SurveyFile, SurveyPercent
from tests import build

pytestmark = pytest.mark.django_db

HEADER = ("unit_code", "component_code", "group", "answer", "count", "percent")
DEPUTIES, STAFF = "Đại biểu HĐND tỉnh", "Công chức của đơn vị"


@pytest.fixture
def province():
    build.standing_body()
    build.unit("D1", "Sở Một")
    build.unit("D2", "Sở Hai")
    return build.population()


def survey(tmp_path: Path, *rows, **options) -> bytes:
    path = tmp_path / "phieu.csv"
    content = build.as_csv([dict(zip(HEADER, row, strict=True)) for row in rows], HEADER)
    path.write_bytes(content)
    call_command("import_survey", str(path), **{"year": 2024, "level": "department", **options})
    return content


def refused(tmp_path, *rows, **options) -> str:
    with pytest.raises(CommandError) as caught:
        survey(tmp_path, *rows, **options)
    assert (SurveyCount.objects.count(), SurveyPercent.objects.count(), SurveyFile.objects.count()) == (0, 0, 0)
    return str(caught.value)


GOOD = ("D1", "1.2.1", DEPUTIES, "Tốt", "40", "")


def test_counts_and_percents_are_kept_with_their_file(tmp_path, province):
    person = build.user("an")
    content = survey(
        tmp_path, GOOD, ("D1", "1.2.1", STAFF, "không biết", "3", ""), ("D1", "1.2.2", "", "", "", "82,18"), by="an"
    )
    counts = SurveyCount.objects.order_by("pk").values_list("unit__code", "node__code", "group", "answer", "count")
    assert list(counts) == [("D1", "1.2.1", DEPUTIES, "Tốt", 40), ("D1", "1.2.1", STAFF, "Không biết", 3)]
    assert SurveyPercent.objects.get().percent == Decimal("82.18")
    file = SurveyFile.objects.get()
    assert (file.name, file.sha256, file.rows) == ("phieu.csv", hashlib.sha256(content).hexdigest(), 3)
    assert (file.imported_by_id, file.imported_by) == (person.pk, "an")
    with default_storage.open(file.stored_as) as kept:
        assert kept.read() == content
    assert canonical.loads(AuditEvent.objects.get(action="survey.imported").data)["new"] == 3


def test_it_opens_the_population(tmp_path, province):
    survey(tmp_path, GOOD)
    province.refresh_from_db()
    assert province.stage == "self_assessment"
    assert set(Assessment.objects.values_list("state", flat=True)) == {"draft"}


def test_a_later_file_replaces_by_its_key_and_leaves_the_rest(tmp_path, province, capsys):
    survey(tmp_path, GOOD, ("D1", "1.2.1", DEPUTIES, "Khá", "30", ""), ("D2", "1.2.2", "", "", "", "80"))
    survey(tmp_path, ("D1", "1.2.1", DEPUTIES, "Tốt", "41", ""), ("D2", "1.2.2", "", "", "", "80.5"), ("D2", "1.2.1", STAFF, "Yếu", "0", ""))
    assert capsys.readouterr().out.splitlines()[1] == "Đã nhập 3 dòng: 1 mới, 2 sửa, 0 không đổi."
    assert set(SurveyCount.objects.values_list("answer", "count")) == {("Tốt", 41), ("Khá", 30), ("Yếu", 0)}
    assert SurveyPercent.objects.get().percent == Decimal("80.5")
    first, second = SurveyFile.objects.order_by("pk")
    assert SurveyCount.objects.get(answer="Tốt").file == second
    assert SurveyCount.objects.get(answer="Khá").file == first
    replaced = canonical.loads(AuditEvent.objects.filter(action="survey.imported").latest("pk").data)["replaced"]
    assert [old[-1] for old in replaced] == [40, 80]
    assert Campaign.objects.count() == 1


def test_a_dry_run_keeps_neither_figures_nor_file(tmp_path, province):
    content = survey(tmp_path, ("D1", "1.2.1", DEPUTIES, "Tốt", "4711", ""), dry_run=True)
    assert (SurveyCount.objects.count(), SurveyFile.objects.count(), AuditEvent.objects.count()) == (0, 0, 0)
    assert not default_storage.exists(f"surveys/2024-department/{hashlib.sha256(content).hexdigest()}.csv")


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        (("D9", "1.2.1", DEPUTIES, "Tốt", "1", ""), "unit_code", "«D9»"),
        (("D1", "9.9", DEPUTIES, "Tốt", "1", ""), "component_code", "«9.9»"),
        (("D1", "1.1.1", DEPUTIES, "Tốt", "1", ""), "component_code", "không chấm bằng điều tra"),
        (("D1", "1.2.1", "Ai đó", "Tốt", "1", ""), "group", "Ai đó"),
        (("D1", "1.2.1", "", "Tốt", "1", ""), "group", "Không có nhóm"),
        (("D1", "1.2.1", DEPUTIES, "Rất tốt", "1", ""), "answer", "Rất tốt"),
        (("D1", "1.2.1", DEPUTIES, "Khá", "", ""), "count", "để trống"),
        (("D1", "1.2.1", DEPUTIES, "Khá", "1.000", ""), "count", "số nguyên"),
        (("D1", "1.2.1", DEPUTIES, "Khá", "-1", ""), "count", "-1"),
        (("D1", "1.2.1", DEPUTIES, "Khá", "99999999999", ""), "count", "quá lớn"),
        (("D1", "1.2.1", DEPUTIES, "Khá", "1", "50"), "percent", "không nhận tỷ lệ"),
        (("D1", "1.2.2", "", "", "", ""), "percent", "để trống"),
        (("D1", "1.2.2", "", "", "", "100,01"), "percent", "100"),
        (("D1", "1.2.2", "Người dân, tổ chức", "", "", "80"), "group", "chỉ nhận tỷ lệ"),
        (("D1", "1.2.2", "", "Tốt", "", "80"), "answer", "chỉ nhận tỷ lệ"),
        (("D1", "1.2.2", "", "", "5", "80"), "count", "chỉ nhận tỷ lệ"),
        (GOOD, "answer", "dòng 2"),
    ],
)
def test_faulty_rows_are_refused_with_their_place(tmp_path, province, row, column, says):
    message = refused(tmp_path, GOOD, row)
    assert f"Dòng 3, cột «{column}»" in message
    assert says in message


def test_two_percents_for_one_unit_are_refused(tmp_path, province):
    message = refused(tmp_path, ("D1", "1.2.2", "", "", "", "80"), ("D1", "1.2.2", "", "", "", "81"))
    assert "Dòng 3" in message
    assert "dòng 2" in message
