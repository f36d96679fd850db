"""The demonstration province as it is loaded: every case is there, and it was made by the actions."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pypdfium2
import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from criteria.models import Framework, Population
from criteria.stages import Stage
from parindex import clock
from parindex.models import Installation
from parindex.startup import marked_as_demonstration
from reports.demo import accounts, cast, correction, deadlines, loading, running, workspace
from reports.demo.documents import Document
from sanctions.actions import compute
from sanctions.queries import level_outcomes
from scoring.evidence_warnings import Facts, dated_outside
from scoring.models import (
    Assessment,
    Evidence,
    Exemption,
    Publication,
    Score,
    SignedScan,
    Transition,
    UnitResult,
)
from scoring.policies import may_submit
from scoring.queries.carrying import candidates_of
from scoring.queries.dossiers import dossier_of, sheet_of
from scoring.queries.receipts import picture_of
from scoring.queries.returns import returned_of
from scoring.queries.runs import level_results
from scoring.queries.team import team_of
from scoring.states import State
from surveys.models import SurveyFile, SurveyPercent
from units.access import access_of
from units.authorization import Role
from units.models import Level, MailState, Notice, RoleAssignment, Tenure, Unit, User

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

NOW = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)  # 10:30 in Vietnam
YEAR_LEVELS = [
    (2023, Level.DEPARTMENT, 20), (2023, Level.DISTRICT, 12), (2023, Level.COMMUNE, 204),
    (2024, Level.DEPARTMENT, 20), (2024, Level.DISTRICT, 12), (2024, Level.COMMUNE, 204),
    (2025, Level.DEPARTMENT, 15), (2025, Level.COMMUNE, 75),
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def province(django_db_setup, django_db_blocker):
    """The province, loaded once for the module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert loading.load(now=NOW)
        connection.check_constraints()  # once here, or every test would check all the rows that are waiting for it
        yield
        transaction.set_rollback(True)
    accounts.path().unlink(missing_ok=True)


def outcomes(year, level):
    return [(row.unit_code, row.outcome.article, row.outcome.subject) for row in level_outcomes(year, level)]


def facts(year, level, code, subject="head"):
    return next(
        row.outcome.facts_value
        for row in level_outcomes(year, level)
        if row.unit_code == code and row.outcome.subject == subject
    )


def index(year, level, code):
    return next(row.result.index_percent for row in level_results(year, level).rows if row.result.unit_code == code)


def stored(name):
    with default_storage.open(name) as file:
        return file.read()


def dossier(code, year=2026):
    return Assessment.objects.select_related("population", "unit").get(
        unit__code=code, population__cycle__year=year
    )


# --- Published years -----------------------------------------------------------------------------


@pytest.mark.parametrize(("year", "level", "count"), YEAR_LEVELS)
def test_each_past_level_is_published_with_every_unit(year, level, count):
    results = level_results(year, level)

    assert results.published
    assert len(results.rows) == count
    assert all(row.result.complete and row.result.rank for row in results.rows)
    frameworks = Framework.objects.filter(cycle__year=year, level=level)
    assert frameworks.get().frozen_at is not None
    assert "không phải phụ lục pháp lý" in frameworks.get().drafted_note


def test_every_unit_reached_the_index_it_was_meant_to_reach():
    for year, level, _count in YEAR_LEVELS:
        for row in level_results(year, level).rows:
            unit = row.result.unit
            parent = unit.parent.code if unit.parent is not None else ""
            part = cast.parts_of(year, [cast.Someone(unit.code, unit.level, parent)])[unit.code]
            if part.submitted and (year, unit.code) != cast.CORRECTED:
                assert abs(row.result.index_percent - part.index) <= Decimal("0.01"), unit


def test_each_district_published_its_own_communes_before_the_year_ended():
    found = Publication.objects.filter(population__level=Level.COMMUNE, population__cycle__year=2024)

    assert found.count() == 12
    assert all(p.decided_on.year == 2024 and p.population.parent is not None for p in found)
    assert len({p.decision_number for p in found}) == 12
    assert all("minh họa" in p.decision_number for p in Publication.objects.all())


def test_a_correction_is_a_second_version_with_its_reason():
    versions = list(Publication.objects.filter(population__cycle__year=2023, population__level=Level.DEPARTMENT))

    assert [version.version for version in versions] == [2, 1]
    assert versions[0].reason == correction.REASON
    before, after = (version.run.results.get(unit_code="SXD") for version in reversed(versions))
    assert after.points < before.points == Decimal("83.08")
    later = {row.result.unit_code: row.result for row in level_results(2024, Level.DEPARTMENT).rows}
    assert later["SXD"].previous_index_percent == after.index_percent
    assert Publication.objects.filter(version=2).count() == 1


def test_computing_a_published_year_again_finds_nothing_new():
    for population in Population.objects.filter(stage=Stage.PUBLISHED, cycle__year__gte=2024)[:4]:
        assert not compute(population=population, origin="command").created


def test_the_figure_of_the_year_before_follows_the_lineage():
    rows = {row.result.unit_code: row.result for row in level_results(2025, Level.COMMUNE).rows}

    assert rows[cast.RENAMED_TWO_YEARS].previous_index_percent == Decimal("49.36")
    assert rows["03980"].previous_index_percent is None
    department = {row.result.unit_code: row.result for row in level_results(2025, Level.DEPARTMENT).rows}
    assert department["SDTTG"].previous_index_percent == index(2024, Level.DEPARTMENT, "BDT")
    assert department["SNV25"].previous_index_percent is None


# --- The cases -----------------------------------------------------------------------------------


def test_ninety_and_more_is_proposed_for_commendation_and_less_is_not():
    found = outcomes(2024, Level.DEPARTMENT)

    assert ("STC", "Điều 19", "unit") in found  # exactly 90,00
    assert ("STC", "Điều 19", "head") in found
    assert index(2024, Level.COMMUNE, "03646") == Decimal("89.99")
    assert "03646" not in {code for code, _article, _subject in outcomes(2024, Level.COMMUNE)}
    assert ("128", "Điều 19", "unit") in outcomes(2024, Level.DISTRICT)


def test_a_head_of_less_than_183_days_is_flagged():
    assert facts(2024, Level.DEPARTMENT, "VPUB")["head_under_183_days"] is True
    assert facts(2024, Level.DEPARTMENT, "STP")["head_under_183_days"] is False


def test_below_fifty_once_is_a_criticism_and_exactly_fifty_is_none():
    assert (cast.RECOVERED, "Điều 20.6", "head") in outcomes(2023, Level.COMMUNE)
    later = {code for code, _article, _subject in outcomes(2024, Level.COMMUNE)}
    assert cast.RECOVERED not in later
    assert index(2024, Level.COMMUNE, "04231") == Decimal("50.00")
    assert "04231" not in later


def test_two_years_below_fifty_under_the_same_head():
    assert (cast.TWO_YEARS_SAME_HEAD, "Điều 20.7", "head") in outcomes(2024, Level.COMMUNE)
    assert (cast.TWO_YEARS_SAME_HEAD, "Điều 20.6", "head") not in outcomes(2024, Level.COMMUNE)
    said = facts(2024, Level.COMMUNE, cast.TWO_YEARS_SAME_HEAD)
    assert said["first_criticism"]["year"] == 2023
    assert [year["year"] for year in said["years"]] == [2024, 2023]


def test_two_years_below_fifty_with_another_head():
    assert (cast.TWO_YEARS_NEW_HEAD, "Điều 20.6", "head") in outcomes(2024, Level.COMMUNE)
    said = facts(2024, Level.COMMUNE, cast.TWO_YEARS_NEW_HEAD)
    assert said["article_20_7"]["status"] == "not_met"
    assert said["unit_two_year_run"] is True
    assert len(said["heads"]) == 2


def test_an_acting_head_who_was_appointed_later_is_the_same_person():
    before = facts(2023, Level.COMMUNE, cast.ACTING_THEN_APPOINTED)
    after = facts(2024, Level.COMMUNE, cast.ACTING_THEN_APPOINTED)

    assert before["head_acting"] is True
    assert after["head_acting"] is False
    assert before["head"] == after["head"]
    assert (cast.ACTING_THEN_APPOINTED, "Điều 20.7", "head") in outcomes(2024, Level.COMMUNE)


def test_a_unit_without_a_known_head_cannot_be_judged():
    said = facts(2024, Level.COMMUNE, cast.UNKNOWN_HEAD)

    assert said["head_known"] is False
    assert said["article_20_7"]["status"] == "undetermined"
    assert not Tenure.objects.filter(unit__code=cast.UNKNOWN_HEAD).exists()


def test_the_same_person_at_another_unit_is_only_information():
    said = facts(2024, Level.COMMUNE, cast.MOVED_HEAD)

    assert [other["unit_code"] for other in said["same_person_elsewhere"]] == [cast.TWO_YEARS_NEW_HEAD]
    assert said["article"] == "Điều 20.6"


def test_a_commune_that_only_changed_its_status_continues():
    assert (cast.RENAMED_TWO_YEARS, "Điều 20.7", "head") in outcomes(2025, Level.COMMUNE)


def test_a_tie_shares_its_place_and_the_next_is_left_out():
    rows = level_results(2024, Level.DEPARTMENT).rows
    tied = [row for row in rows if row.result.unit_code in ("SGDDT", "SVHTTDL")]
    ranks = [row.rank for row in rows]

    assert {row.result.index_percent for row in tied} == {Decimal("86.26")}
    assert len({row.rank for row in tied}) == 1
    assert tied[0].rank + 1 not in ranks
    assert tied[0].rank + 2 in ranks
    for year, (one, other) in cast.TIED_COMMUNES.items():
        assert index(year, Level.COMMUNE, one) == index(year, Level.COMMUNE, other)


def test_criteria_that_do_not_apply_leave_the_maximum():
    rows = {row.result.unit_code: row.result for row in level_results(2024, Level.DEPARTMENT).rows}

    assert rows["TTT"].max_points == rows["BDT"].max_points == Decimal("80.50")
    assert {grant.origin for grant in Exemption.objects.all()} == {"rule", "request"}
    communes = [row.result.max_points for row in level_results(2024, Level.COMMUNE).rows]
    assert Decimal(90) < min(communes) < Decimal(100) == max(communes)


@pytest.mark.parametrize("year", [2024, 2025])
def test_a_unit_that_never_submitted_was_closed_and_has_only_its_survey(year):
    found = dossier(cast.NEVER_SUBMITTED[year], year)
    result = UnitResult.objects.get(unit=found.unit, run__population=found.population, run__frozen_at__isnull=False)

    assert found.closed_unsubmitted_at is not None
    assert found.submitted_at is None
    assert found.scores.filter(not_self_assessed=True).count() == found.scores.count() == 61
    assert result.points == result.survey_points > 0
    assert (found.unit.code, "Điều 20.6", "head") in outcomes(year, Level.COMMUNE)


def test_appraisers_decided_differently_and_said_why():
    lowered = [
        score
        for score in Score.objects.filter(assessment__population__cycle__year=2024, appraised_points__isnull=False)
        if score.appraised_points != score.self_points
    ]

    assert len(lowered) > 300
    assert all(score.appraisal_reason and score.appraised_answer for score in lowered)


def test_the_survey_came_as_files_that_are_kept():
    files = SurveyFile.objects.filter(campaign__cycle__year__lt=2026)

    assert files.count() == len(YEAR_LEVELS)
    for file in files:
        content = stored(file.stored_as).decode()
        assert content.splitlines()[0] == "unit_code,component_code,group,answer,count,percent"
        assert len(content.splitlines()) == file.rows + 1


# --- The running year ----------------------------------------------------------------------------


def test_the_departments_are_at_work_with_two_weeks_left():
    population = Population.objects.get(cycle__year=2026, level=Level.DEPARTMENT)
    states = Counter(population.assessments.values_list("state", flat=True))

    assert population.stage == Stage.SELF_ASSESSMENT
    assert clock.local(population.self_assessment_ends_at).strftime("%d/%m/%Y %H:%M") == "07/12/2026 17:00"
    assert states == {State.DRAFT: 8, State.AWAITING_HEAD: 2, State.SUBMITTED: 4, State.RETURNED: 1}
    untouched = [a for a in population.assessments.all() if not a.scores.exists()]
    assert {a.unit.code for a in untouched} == {
        code for code, standing in running.DEPARTMENTS.items() if standing == running.NOT_STARTED
    }


def test_the_clerk_who_is_tried_out_is_half_done_and_may_go_on():
    found = dossier("SXD25")
    progress = dossier_of(found).progress

    assert 35 <= found.scores.count() <= 50
    assert progress.left > 30
    assert found.unit.evidence.count() == 8
    decision = may_submit(sheet_of(found), [], NOW)
    assert decision


def test_what_was_submitted_lacked_nothing_and_was_approved_by_the_head():
    moves = Transition.objects.filter(assessment=dossier("STP")).order_by("id")

    assert [move.move for move in moves] == ["propose", "submit"]
    assert moves[1].by.role_assignments.get().role == Role.HEAD
    returned = Transition.objects.filter(assessment=dossier("SYT"), move="return").get()
    assert returned.reason == running.RETURN_REASON


def test_the_communes_are_half_verified():
    population = Population.objects.get(cycle__year=2026, level=Level.COMMUNE)
    scores = Score.objects.filter(assessment__population=population)
    decided = scores.filter(appraised_at__isnull=False)
    states = Counter(population.assessments.values_list("state", flat=True))

    assert population.stage == Stage.APPRAISAL
    assert states[State.DRAFT] == 1
    assert 15 <= states[State.CLOSED] <= 40
    assert 35 <= 100 * decided.count() / scores.count() <= 75
    assert not decided.exclude(appraised_by__role_assignments__role=Role.APPRAISER).exists()
    closed = dossier(running.UNSUBMITTED)
    assert (closed.state, closed.closed_unsubmitted_at is not None) == (State.SUBMITTED, True)


def test_nobody_decided_what_another_body_verifies():
    by_area = {}
    rows = Score.objects.filter(assessment__population__cycle__year=2026, appraised_at__isnull=False)
    for code, unit_code in rows.values_list("node__code", "appraised_by__role_assignments__unit__code").distinct():
        by_area.setdefault(code.split(".")[0], set()).add(unit_code)

    assert by_area == {
        "1": {"SNV25"}, "2": {"STP"}, "3": {"VPUB"}, "4": {"SNV25"}, "5": {"SNV25"}, "6": {"STC25"}, "7": {"SKHCN25"},
    }  # fmt: skip


def test_the_result_of_the_communes_is_provisional_and_waits_for_the_satisfaction_index():
    results = level_results(2026, Level.COMMUNE)

    assert not results.published
    assert len(results.rows) == 75
    assert not any(row.result.complete for row in results.rows)
    assert not SurveyPercent.objects.filter(campaign__cycle__year=2026).exists()


def test_nothing_was_done_in_the_future():
    assert not Score.objects.filter(saved_at__gt=NOW).exists()
    assert not Score.objects.filter(appraised_at__gt=NOW).exists()
    assert not Transition.objects.filter(at__gt=NOW).exists()
    assert not Evidence.objects.filter(uploaded_at__gt=NOW).exists()


def test_the_evidence_is_real_and_stored():
    assert Evidence.objects.count() >= 16
    for evidence in Evidence.objects.all():
        document = pypdfium2.PdfDocument(stored(evidence.stored_as))
        words = document[0].get_textpage().get_text_range()
        document.close()
        assert evidence.number in words or words == ""
        assert stored(evidence.stored_as)[:5] == b"%PDF-"
    scans = SignedScan.objects.values_list("evidence_id", flat=True)
    idle = Evidence.objects.filter(links__isnull=True).exclude(pk__in=scans)
    assert {row.number for row in idle} == {"92/TB-SXD", "Dự thảo 2"}


def test_the_library_of_the_department_shows_every_kind_of_document():
    library = {(row.number, row.replaces_id is not None): row for row in dossier("SXD25").unit.evidence.all()}

    newer = library["92/TB-SXD", True]
    assert newer.replaces == library["92/TB-SXD", False]
    assert newer.links.get().score.node.code == "1.2.3"
    assert library["Dự thảo 2", False].withdrawn_at is not None
    assert library["131/BC-SXD", False].links.count() == 3
    old = library["41/QĐ-SXD", False]
    assert dated_outside(Facts.of(old), cast.RUNNING)
    years = old.links.values_list("score__assessment__population__cycle__year", "score__node__code")
    assert set(years) == {(2025, "4.1.2"), (2025, "6.1.2"), (2026, "4.1.2")}
    scan = pypdfium2.PdfDocument(stored(library["05/BB-SXD", False].stored_as))
    assert scan[0].get_textpage().count_chars() == 0
    scan.close()


def test_a_scan_is_the_same_bytes_every_time():
    document = Document("Sở Xây dựng", "1/BB-SXD", NOW.date(), "Biên bản kiểm tra", ("Đã kiểm tra.",))

    assert workspace.scan_of(document) == workspace.scan_of(document)
    assert b"D:20261123" in workspace.scan_of(document)


def test_two_clerks_share_the_department_and_talk():
    found = dossier("SXD25")
    one, other = (User.objects.get(username=name) for name in ("canbo.sxd", workspace.SECOND))
    team = team_of(found)
    holders = {leaf.node.code: team.holders(leaf) for leaf in dossier_of(found).leaves}

    assert holders["8.2.1"] == holders["5.1.1"] == (one,)
    assert holders["7.1.1"] == holders["5.4.1"] == (other,)
    assert [note.by.username for note in found.notes.filter(node__code="1.3.2")] == ["canbo.sxd", "lanhdao.sxd"]
    assert found.report_text.difficulties
    assert found.report_text.proposals


def test_some_answers_of_last_year_wait_to_be_confirmed_and_many_could_be_copied():
    found = dossier_of(dossier("SXD25"))
    waiting = Score.objects.filter(carried_from__isnull=False)

    assert tuple(row.node.code for row in waiting.select_related("node").order_by("node__position")) == workspace.COPIED
    assert len([each for each in candidates_of(found) if each.holds]) > 30


def test_what_came_back_names_its_components_and_one_is_mended():
    returned = returned_of(dossier("SYT"))

    assert {point.node.code: point.settled for point in returned.points} == {
        code: code == workspace.MENDED for code in workspace.RETURN_POINTS
    }


def test_whatever_was_submitted_has_its_receipt():
    handed = Assessment.objects.filter(population__cycle__year=2026, submitted_at__isnull=False)

    for each in handed:
        receipt = each.submissions.get()
        assert (receipt.at, receipt.by) == (each.submitted_at, each.submitted_by)
    found = dossier("STP")
    assert found.submissions.get().digest == picture_of(found)
    assert found.submissions.get().scans.get().evidence.original_name.endswith(".pdf")
    assert SignedScan.objects.count() == 1


def test_notices_of_many_kinds_wait_for_those_who_are_tried_out():
    mine = Notice.objects.filter(user__username__in=["canbo.sxd", "lanhdao.sxd"])

    assert set(mine.values_list("kind", flat=True)) == {
        "stage_opens", "deadline_7", "proposed", "sent_back", "submitted", "upload_refused", "reminder",
    }  # fmt: skip
    assert not mine.filter(created_at__gt=NOW).exists()
    assert not mine.filter(mail=MailState.WAITING).exists()
    assert not mine.filter(created_at__year=2025, read_at__isnull=True).exists()
    assert mine.filter(created_at__year=2026, read_at__isnull=True).count() == 5
    assert not any("{" in notice.text + notice.body for notice in mine)


# --- Accounts ------------------------------------------------------------------------------------


def test_every_role_can_be_tried_out(client):
    keys = json.loads(_said("demo_accounts", "--json"))

    assert {key["role"] for key in keys} == set(Role.values)
    assert all(set(key) == {"username", "password", "role", "unit_code"} for key in keys)
    for key in keys:
        user = User.objects.get(username=key["username"])
        assert client.post("/dang-nhap/", {"username": key["username"], "password": key["password"]}).status_code == 302
        assert access_of(user, clock.today(NOW)).is_(Role(key["role"]))
        assert (user.role_assignments.get().unit.code if key["unit_code"] else "") == key["unit_code"]


def _said(*command):
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def test_the_passwords_are_kept_for_the_owner_only_and_stay():
    first = _said("demo_accounts", "--json")

    assert accounts.path().parent == settings.VAR
    assert accounts.path().stat().st_mode & 0o777 == 0o600
    assert _said("demo_accounts", "--json") == first


def test_an_account_whose_password_was_lost_gets_a_new_one():
    before = {key.username: key.password for key in accounts.ensure(now=NOW)}
    kept = {username: password for username, password in before.items() if username != "hoidong"}
    accounts.keep(kept)

    after = {key.username: key.password for key in accounts.ensure(now=NOW)}

    assert {**after, "hoidong": ""} == {**before, "hoidong": ""}
    assert User.objects.get(username="hoidong").check_password(after["hoidong"])


def test_the_table_names_roles_and_units_in_words():
    table = _said("demo_accounts")

    assert "canbo.sxd" in table
    assert "Sở Xây dựng" in table
    assert "Người đứng đầu đơn vị" in table


def test_everybody_else_has_a_name_and_no_password():
    others = User.objects.exclude(username__in=[account.username for account in accounts.ACCOUNTS])

    assert others.count() > 150
    assert not any(user.has_usable_password() for user in others)
    assert all(user.full_name for user in others)
    assert not RoleAssignment.objects.filter(valid_from__gt=clock.today(NOW)).exists()


# --- A second time -------------------------------------------------------------------------------


def test_loading_again_does_nothing_and_asks_one_question():
    with CaptureQueriesContext(connection) as queries:
        assert loading.load(now=NOW) is False
    assert len(queries) == 1
    assert marked_as_demonstration(connection)
    assert "đã có" in _said("load_demo")


def test_a_deadline_to_come_is_left_alone():
    assert deadlines.roll(now=NOW) == []


def test_a_passed_deadline_moves_to_two_weeks_ahead_with_what_follows():
    later = NOW + timedelta(days=40)
    population = Population.objects.get(cycle__year=2026, level=Level.DEPARTMENT)
    appraisal = population.appraisal_ends_at - population.self_assessment_ends_at

    said = deadlines.roll(now=later)

    population.refresh_from_db()
    assert len(said) == 2
    assert "17:00 ngày 16/01/2027" in said[1] or "17:00 ngày 16/01/2027" in said[0]
    assert clock.local(population.self_assessment_ends_at).strftime("%d/%m/%Y %H:%M") == "16/01/2027 17:00"
    assert population.appraisal_ends_at - population.self_assessment_ends_at == appraisal
    communes = Population.objects.get(cycle__year=2026, level=Level.COMMUNE)
    assert clock.local(communes.appraisal_ends_at).strftime("%d/%m/%Y") == "16/01/2027"
    assert communes.self_assessment_ends_at < NOW
    assert deadlines.roll(now=later) == []


def test_a_database_without_the_mark_is_left_alone():
    Installation.objects.update(demonstration=False)

    for command in ("demo_roll_deadline", "demo_accounts"):
        with pytest.raises(CommandError, match="không phải bản minh họa"):
            call_command(command)
    with pytest.raises(CommandError, match="dữ liệu khác"):
        call_command("load_demo")


def test_the_units_are_the_official_ones():
    assert Unit.objects.count() == 320
    assert Unit.objects.valid_on(clock.today(NOW)).count() == 90
