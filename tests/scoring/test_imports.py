"""import_answers, import_scores, import_exemptions, export_scores."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from criteria.models import Framework, Node, Population
from parindex import canonical
from parindex.decisions import Refused
from parindex.models import AuditEvent
from parindex.tabular import read
from scoring.actions.imports import ANSWER_COLUMNS, SCORE_COLUMNS, import_answers, import_scores
from scoring.models import Assessment, Assignment, Exemption, Score, ScoreRevision, Transition
from scoring.queries.exports import exported_scores
from tests import build

pytestmark = pytest.mark.django_db

ANSWERS = ("unit_code", "component_code", "answer", "note")
SCORES = ("unit_code", "component_code", "self_points", "appraised_points", "not_applicable", "note")
EXEMPTIONS = ("unit_code", "node_code", "reason")


@pytest.fixture
def province():
    build.standing_body()
    build.unit("D1", "Sở Một")
    build.unit("D2", "Sở Hai")
    return build.population()


def write(tmp_path: Path, header, rows, name="a.csv") -> str:
    path = tmp_path / name
    path.write_bytes(build.as_csv([dict(zip(header, row, strict=True)) for row in rows], header))
    return str(path)


def answers(tmp_path, *rows, **options):
    given = [(unit, code, answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False), note)
             for unit, code, answer, note in rows]  # fmt: skip
    call_command("import_answers", write(tmp_path, ANSWERS, given), **{"year": 2024, "level": "department", **options})


def scores(tmp_path, *rows, **options):
    call_command("import_scores", write(tmp_path, SCORES, rows), **{"year": 2024, "level": "department", **options})


def exemptions(tmp_path, *rows, **options):
    call_command(
        "import_exemptions", write(tmp_path, EXEMPTIONS, rows), **{"year": 2024, "level": "department", **options}
    )


def score(code: str, unit: str = "D1") -> Score:
    return Score.objects.get(node__code=code, assessment__unit__code=unit)


def refused(call, *arguments, **options) -> str:
    with pytest.raises(CommandError) as caught:
        call(*arguments, **options)
    return str(caught.value)


# --- Answers -------------------------------------------------------------------------------------


def test_answers_give_points_by_the_rule_and_count_as_submitted(tmp_path, province):
    person = build.user("an")
    rows = [("D1", code, answer, "Kèm báo cáo") for code, (answer, _points) in build.FULL_ANSWERS.items()]
    answers(tmp_path, *rows, by="an")
    for code, (answer, points) in build.FULL_ANSWERS.items():
        row = score(code)
        assert (row.self_points, row.answer, row.version) == (Decimal(points), canonical.dumps(dict(answer)), 1)
        assert (row.explanation, row.appraised_points, row.origin, row.saved_by) == ("Kèm báo cáo", None, "import", person)
    dossier = Assessment.objects.get(unit__code="D1")
    assert (dossier.state, dossier.submitted_by) == ("submitted", person)
    assert Transition.objects.get().move == "import_answers"
    assert Assessment.objects.get(unit__code="D2").state == "draft"


def test_the_first_import_opens_the_population_and_freezes_its_framework(tmp_path, province):
    answers(tmp_path, ("D1", "2.2", {"option": "Không vi phạm"}, ""))
    province.refresh_from_db()
    assert province.stage == "self_assessment"
    assert Framework.objects.get().frozen_at is not None
    assert Assignment.objects.filter(population=province).exists()
    assert Assessment.objects.count() == 3


@pytest.mark.postgresql
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite locks no rows")
def test_an_import_locks_the_framework_before_the_populations(tmp_path, province):
    """As the page that opens one does (docs/locking.md); the other way round the two would wait for each other."""
    with CaptureQueriesContext(connection) as captured:
        answers(tmp_path, ("D1", "2.1.2", {"items": 2}, ""))

    locks = [query["sql"] for query in captured if "FOR UPDATE" in query["sql"] or "FOR NO KEY UPDATE" in query["sql"]]
    tables = [sql.split(' FROM "')[1].split('"')[0] for sql in locks]
    assert tables.index("criteria_framework") < tables.index("criteria_population")


def test_every_row_has_a_revision_and_an_audit_row(tmp_path, province):
    answers(tmp_path, ("D1", "2.2", {"option": "Không vi phạm"}, ""), by=build.user("an").username)
    answers(tmp_path, ("D1", "2.2", {"option": "Có vi phạm"}, ""))
    row = score("2.2")
    assert row.version == 2
    kept = {r.version: canonical.loads(r.values) for r in ScoreRevision.objects.filter(score=row, kind="import")}
    assert (kept[1]["self_points"], kept[2]["answer"]) == (10, '{"option":"Có vi phạm"}')
    first, second = AuditEvent.objects.filter(action="score.saved", subject_id=str(row.pk)).order_by("pk")
    assert (first.actor, first.unit_id, first.origin) == ("an", row.assessment.unit_id, "import")
    assert canonical.loads(second.data)["changed"]["self_points"] == {"from": 10, "to": 0}
    files = AuditEvent.objects.filter(action="answers.imported")
    assert [canonical.loads(event.data)["changed"] for event in files.order_by("pk")] == [0, 1]


def test_the_same_file_again_changes_nothing(tmp_path, province, capsys):
    row = ("D1", "2.2", {"option": "Không vi phạm"}, "x")
    answers(tmp_path, row)
    answers(tmp_path, row)
    assert capsys.readouterr().out.splitlines()[1] == "Đã nhập 1 dòng: 0 mới, 0 sửa, 1 không đổi."
    assert (ScoreRevision.objects.count(), Transition.objects.count(), score("2.2").version) == (1, 1, 1)


def test_what_only_the_appraiser_answers_is_the_appraisers(tmp_path, province):
    answers(tmp_path, ("D1", "1.1.4", {"option": "Đạt"}, ""))
    row = score("1.1.4")
    assert (row.self_points, row.answer, row.appraised_points, row.appraised_version) == (None, "", Decimal(3), 1)


@pytest.mark.parametrize(
    ("code", "answer", "says"),
    [
        ("1.1.1", "Đúng hạn", "dạng JSON"),
        ("1.1.1", "[1]", "dạng JSON"),
        ("1.1.1", '{"option":"Đúng hạn","option":"Chậm"}', "dạng JSON"),
        ("1.1.1", '{"option":NaN}', "dạng JSON"),
        ("1.1.1", {"option": "Sớm"}, "Sớm"),
        ("1.1.1", {"items": 2}, "phương án"),
        ("1.1.2", {"numerator": 22, "denominator": 20}, "Tử số 22 lớn hơn mẫu số 20"),
        ("1.1.2", {"numerator": 0, "denominator": 0}, "không áp dụng"),
        ("1.1.2", {"percent": 101}, "100"),
        ("2.1.1", {"counts": {"Mỗi báo cáo gửi chậm": -1}}, "từ 0 trở lên"),
        ("2.1.1", {"counts": {"Khác": 1}}, "Khác"),
        ("2.1.2", {"items": 1.5}, "nguyên"),
        ("2.1.1", {"nothing_arose": True}, ""),
    ],
)
def test_answers_that_do_not_fit_are_refused_with_their_place(tmp_path, province, code, answer, says):
    message = refused(answers, tmp_path, ("D1", "2.2", {"option": "Không vi phạm"}, ""), ("D1", code, answer, ""))
    assert "Dòng 3, cột «answer»" in message
    assert says in message
    assert (Score.objects.count(), Assessment.objects.count()) == (0, 0)


@pytest.mark.parametrize(("code", "says"), [("1.2.1", "import_survey"), ("2.1.3", "tự tính"), ("1.1", "trực tiếp")])
def test_what_is_not_asked_is_refused(tmp_path, province, code, says):
    message = refused(answers, tmp_path, ("D1", code, {"items": 1}, ""))
    assert "Dòng 2, cột «component_code»" in message
    assert says in message


def test_an_answer_ends_a_granted_request(tmp_path, province):
    scores(tmp_path, ("D1", "1.1.2", "", "", "yes", "Không có nhiệm vụ"))
    answers(tmp_path, ("D1", "1.1.2", {"numerator": 18, "denominator": 20}, ""))
    row = score("1.1.2")
    assert (Exemption.objects.count(), row.na_requested, row.self_points) == (0, False, Decimal(15))


# --- Scores --------------------------------------------------------------------------------------


def test_scores_count_as_submitted_appraised_and_closed(tmp_path, province):
    scores(
        tmp_path,
        ("D1", "1.1.1", "7,25", "", "no", "Sổ cũ"),
        ("D1", "1.1.2", "15", "7.5", "", ""),
        ("D1", "1.1.4", "", "3", "no", ""),
        ("D1", "2.1.3", "5", "", "no", ""),
    )
    first, second, third = score("1.1.1"), score("1.1.2"), score("1.1.4")
    assert (first.self_points, first.appraised_points, first.explanation) == (Decimal("7.25"), Decimal("7.25"), "Sổ cũ")
    assert (second.self_points, second.appraised_points) == (Decimal(15), Decimal("7.5"))
    assert (third.self_points, third.appraised_points) == (None, Decimal(3))
    assert score("2.1.3").appraised_points == Decimal(5)
    assert first.appraised_version == first.version
    assert Assessment.objects.get(unit__code="D1").state == "closed"
    assert Transition.objects.get().target == "closed"


def test_scores_after_answers_keep_the_answers_they_agree_with(tmp_path, province):
    answers(tmp_path, ("D1", "1.1.1", {"option": "Đúng hạn"}, ""), ("D1", "1.1.2", {"numerator": 18, "denominator": 20}, ""),
            ("D1", "2.2", {"option": "Không vi phạm"}, ""))  # fmt: skip
    scores(tmp_path, ("D1", "1.1.1", "10", "2.5", "no", ""), ("D1", "1.1.2", "20", "", "no", ""), ("D1", "2.2", "", "0", "no", ""))
    assert (score("1.1.1").answer, score("1.1.1").appraised_points) == ('{"option":"Đúng hạn"}', Decimal("2.5"))
    assert (score("1.1.2").answer, score("1.1.2").self_points) == ("", Decimal(20))
    assert (score("2.2").self_points, score("2.2").appraised_points) == (Decimal(10), Decimal(0))


def test_answers_after_scores_leave_the_decision(tmp_path, province):
    scores(tmp_path, ("D1", "1.1.1", "2.5", "0", "no", ""))
    answers(tmp_path, ("D1", "1.1.1", {"option": "Đúng hạn"}, ""))
    row = score("1.1.1")
    assert (row.self_points, row.appraised_points, row.appraised_version) == (Decimal(10), Decimal(0), row.version)
    assert Assessment.objects.get(unit__code="D1").state == "closed"


def test_not_applicable_is_a_granted_request(tmp_path, province):
    scores(tmp_path, ("D1", "1.1.2", "", "", "yes", "Không có nhiệm vụ"))
    grant = Exemption.objects.get()
    assert (grant.node.code, grant.origin, grant.reason) == ("1.1.2", "request", "Không có nhiệm vụ")
    row = score("1.1.2")
    assert (row.na_requested, row.na_reason, row.appraised_version) == (True, "Không có nhiệm vụ", row.version)
    scores(tmp_path, ("D1", "1.1.2", "15", "", "no", ""))
    assert (Exemption.objects.count(), score("1.1.2").na_requested) == (0, False)
    assert list(AuditEvent.objects.filter(action__startswith="exemption").order_by("pk").values_list("action", flat=True)) == [
        "exemption.granted", "exemption.withdrawn",
    ]  # fmt: skip


def test_points_under_a_grant_of_the_cycle_are_kept_with_a_remark(tmp_path, province, capsys):
    exemptions(tmp_path, ("D1", "1", "Không thuộc phạm vi"))
    scores(tmp_path, ("D1", "1.1.2", "15", "", "no", ""))
    assert Exemption.objects.get().origin == "rule"
    assert "1 dòng có điểm nằm trong phần không áp dụng" in capsys.readouterr().err


def test_scores_saved_in_the_browser_are_not_written_over(tmp_path, province):
    scores(tmp_path, ("D1", "1.1.1", "10", "", "no", ""), ("D1", "2.2", "10", "", "no", ""))
    Score.objects.filter(node__code="1.1.1").update(origin="web")
    message = refused(scores, tmp_path, ("D2", "1.1.1", "10", "", "no", ""))
    assert "--replace" in message
    assert "--reason" in refused(scores, tmp_path, ("D1", "1.1.1", "0", "", "no", ""), replace=True)
    scores(tmp_path, ("D1", "1.1.1", "0", "", "no", ""), replace=True, reason="Nhập lại từ sổ gốc")
    row = score("1.1.1")
    assert (row.self_points, row.origin, row.version) == (Decimal(0), "import", 2)
    assert canonical.loads(row.revisions.get(version=1).values)["self_points"] == 10
    data = canonical.loads(AuditEvent.objects.filter(action="scores.imported").latest("pk").data)
    assert data["reason"] == "Nhập lại từ sổ gốc"
    scores(tmp_path, ("D1", "1.1.1", "5", "", "no", ""))  # nothing of the browser is left


def test_a_decision_made_in_the_browser_is_not_written_over(tmp_path, province):
    answers(tmp_path, ("D1", "1.1.1", {"option": "Đúng hạn"}, ""))
    row = score("1.1.1")
    Score.objects.filter(pk=row.pk).update(version=2, appraised_points=Decimal(0), appraised_at=build.NOW, appraised_version=2)
    ScoreRevision.objects.create(score=row, version=2, kind="appraisal", values="{}", at=build.NOW)
    assert "--replace" in refused(answers, tmp_path, ("D1", "1.1.1", {"option": "Chậm"}, ""))
    answers(tmp_path, ("D1", "1.1.1", {"option": "Chậm"}, ""), replace=True, reason="Sai tệp")
    row = score("1.1.1")
    assert (row.self_points, row.appraised_points) == (Decimal("2.5"), Decimal(0))
    assert row.appraised_version < row.version  # to be looked at again


def test_a_dry_run_writes_nothing(tmp_path, province, capsys):
    scores(tmp_path, ("D1", "1.1.1", "10", "", "no", ""), ("D1", "1.1.2", "", "", "yes", ""), dry_run=True)
    assert capsys.readouterr().out.startswith("Chạy thử, chưa ghi gì. 2 dòng: 2 mới")
    assert (Score.objects.count(), Exemption.objects.count(), AuditEvent.objects.count()) == (0, 0, 0)
    assert Population.objects.get().opened_at is None


def test_without_a_framework_nothing_begins(tmp_path, province):
    assert "chưa có bộ tiêu chí" in refused(scores, tmp_path, ("D1", "1.1.1", "10", "", "no", ""), level="district")
    Framework.objects.update(is_draft=True)
    refused(scores, tmp_path, ("D1", "1.1.1", "10", "", "no", ""))
    assert (Score.objects.count(), Population.objects.count()) == (0, 1)


def test_communes_go_to_the_population_of_their_district(tmp_path):
    build.standing_body()
    north, south = build.unit("H1", level="district"), build.unit("H2", level="district")
    build.unit("X1", level="commune", parent=north)
    build.unit("X2", level="commune", parent=south)
    build.unit("X1", level="commune", valid_from=date(2025, 7, 1))  # the same code, another territory
    Node.objects.filter(framework=build.framework("commune")).exists()
    Population.objects.create(
        cycle=build.cycle(), level="commune", parent=north, framework=Framework.objects.get(), reference_date=date(2024, 12, 31)
    )
    scores(tmp_path, ("X1", "1.1.1", "10", "", "no", ""), ("X2", "1.1.1", "5", "", "no", ""), level="commune")
    found = Score.objects.order_by("self_points").values_list("assessment__population__parent__code", "assessment__unit__valid_from")
    assert list(found) == [("H2", build.LONG_AGO), ("H1", build.LONG_AGO)]
    scores(tmp_path, ("X2", "1.1.1", "7", "", "no", ""), level="commune")
    assert score("1.1.1", "X2").self_points == 7


def test_a_person_on_a_page_needs_the_permission(tmp_path, province):
    path = write(tmp_path, SCORES, [("D1", "1.1.1", "10", "", "no", "")])
    table = read(path, columns=SCORE_COLUMNS)
    with pytest.raises(Refused) as caught:
        import_scores(table, year=2024, level="department", by=build.clerk(build.unit()), origin="web")
    assert caught.value.decision.hidden
    report = import_scores(table, year=2024, level="department", by=build.index_manager(), origin="web")
    assert report.new == 1


def queries_of(tmp_path, year: int, units) -> int:
    build.population(year=year)
    rows = [
        (unit.code, code, canonical.dumps(dict(answer)), "")
        for unit in units
        for code, (answer, _points) in build.FULL_ANSWERS.items()
    ]
    table = read(write(tmp_path, ANSWERS, rows), columns=ANSWER_COLUMNS)
    with CaptureQueriesContext(connection) as caught:
        assert import_answers(table, year=year, level="department", by=None).new == len(rows)
    return len(caught)


def test_the_number_of_queries_does_not_grow_with_the_rows(tmp_path):
    build.standing_body()
    units = [build.unit() for _number in range(12)]
    assert queries_of(tmp_path, 2023, units[:1]) == queries_of(tmp_path, 2024, units) <= 60


# --- Exemptions ----------------------------------------------------------------------------------


def test_exemptions_stand_at_any_node_and_open_nothing(tmp_path, province, capsys):
    rows = [("D1", "1", "Không có TTHC"), ("D1", "1.2.1", "Không điều tra"), ("D2", "2.1.1", "Miễn báo cáo")]
    exemptions(tmp_path, *rows, by=build.user("an").username)
    assert set(Exemption.objects.values_list("node__code", "origin")) == {("1", "rule"), ("1.2.1", "rule"), ("2.1.1", "rule")}
    assert Population.objects.get().opened_at is None
    exemptions(tmp_path, ("D1", "1", "Lý do khác"), ("D2", "2.1.1", "Miễn báo cáo"))
    assert capsys.readouterr().out.splitlines()[1] == "Đã nhập 2 dòng: 0 mới, 1 sửa, 1 không đổi."
    assert Exemption.objects.get(node__code="1").reason == "Lý do khác"
    assert AuditEvent.objects.filter(action="exemption.granted", actor="an").count() == 3


@pytest.mark.parametrize(
    ("row", "place"),
    [
        (("D9", "1", "x"), "cột «unit_code»"),
        (("D1", "7", "x"), "cột «node_code»"),
        (("D1", "1", ""), "cột «reason»"),
    ],
)
def test_faulty_exemptions_are_refused(tmp_path, province, row, place):
    assert f"Dòng 3, {place}" in refused(exemptions, tmp_path, ("D2", "1", "x"), row)
    assert Exemption.objects.count() == 0


# --- Round trip ----------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_export_and_import_give_the_same_year(tmp_path, province, suffix):
    exemptions(tmp_path, ("D2", "2.1", "Không báo cáo"), ("D2", "1.1.1", "Miễn"), ("D1", "2.2", "Theo quy định"))
    answers(tmp_path, ("D2", "1.1.3", {"numerator": 3, "denominator": 4}, "=1+1 không phải công thức"))
    scores(
        tmp_path,
        ("D1", "1.1.1", "7.25", "2.5", "no", ""),
        ("D1", "1.1.2", "", "", "yes", "Không có nhiệm vụ"),
        ("D1", "2.1.3", "5", "2.5", "no", ""),
        ("D2", "1.1.2", "", "15", "no", ""),
        ("D2", "2.1.1", "10", "", "no", "nằm dưới quy định không áp dụng"),
    )
    before = exported_scores(2024, "department")
    assert [row[:2] for row in before] == [
        ("D1", "1.1.1"), ("D1", "1.1.2"), ("D1", "2.1.3"), ("D1", "2.2"), ("D2", "1.1.2"), ("D2", "1.1.3"),
    ]  # fmt: skip
    path = tmp_path / f"diem.{suffix}"
    call_command("export_scores", year=2024, level="department", output=str(path))
    stored = list(Score.objects.order_by("pk").values_list("pk", "version", "answer", "self_points"))
    call_command("import_scores", str(path), year=2024, level="department")
    after = exported_scores(2024, "department")
    assert [row[:3] for row in after] == [row[:3] for row in before]
    again = tmp_path / f"lai.{suffix}"
    call_command("export_scores", year=2024, level="department", output=str(again))
    call_command("import_scores", str(again), year=2024, level="department")
    assert exported_scores(2024, "department") == after
    assert len(Score.objects.all()) >= len(stored)


def test_an_export_into_another_year_is_the_same(tmp_path, province):
    scores(tmp_path, ("D1", "1.1.1", "7.25", "2.5", "no", "x"), ("D1", "1.1.2", "", "", "yes", "Không có"), ("D2", "2.2", "10", "", "no", ""))
    path = str(tmp_path / "diem.csv")
    call_command("export_scores", year=2024, level="department", output=path)
    build.population(year=2025)
    call_command("import_scores", path, year=2025, level="department")
    assert exported_scores(2025, "department") == exported_scores(2024, "department")


@pytest.mark.parametrize("output", ["a.txt", "khong_co/a.csv"])
def test_an_odd_output_is_refused(tmp_path, province, output):
    with pytest.raises(CommandError):
        call_command("export_scores", year=2024, level="department", output=str(tmp_path / output))
