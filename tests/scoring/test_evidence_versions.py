"""The life of a document: replaced, withdrawn, brought back, given for many components; and its library."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from parindex import clock
from parindex.decisions import Refused
from parindex.models import AuditEvent, Job
from scoring.actions import (
    Particulars,
    add_evidence,
    link_evidence,
    replace_evidence,
    restore_evidence,
    use_evidence,
    use_newer,
    withdraw_evidence,
)
from scoring.models import Assessment, Evidence, EvidenceLink
from scoring.uploads import check
from tests import build

PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """An empty private store of its own for every test."""
    storages = {**settings.STORAGES}
    storages["default"] = {**storages["default"], "OPTIONS": {**storages["default"]["OPTIONS"], "location": tmp_path}}
    settings.STORAGES = storages
    return tmp_path


@pytest.fixture
def unit():
    return build.unit()


@pytest.fixture
def clerk(unit):
    return build.clerk(unit)


@pytest.fixture
def assessment(unit):
    ends = clock.now() + timedelta(days=1)
    return build.open_population(units=[unit], self_assessment_ends_at=ends).assessments.get()


def upload(number=0, name="118-BC.pdf"):
    return SimpleUploadedFile(name, PDF + b"\n" * number, "application/pdf")


def add(unit, by, content=0, **fields):
    given = upload(content, f"{content}.pdf")
    return add_evidence(unit_id=unit.pk, upload=given, checked=check(given), particulars=Particulars(**fields), by=by)[0]


def link(assessment, evidence, by, code="1.1.1", **fields):
    return link_evidence(assessment_id=assessment.pk, code=code, evidence_id=evidence.pk, by=by, **fields)


def replace(evidence, by, number=50, **fields):
    given = upload(number, "ban-moi.pdf")
    return replace_evidence(
        evidence_id=evidence.pk, upload=given, checked=check(given), particulars=Particulars(**fields), by=by
    )


def files_in(store):
    return [path for path in store.rglob("*") if path.is_file()]


def test_a_newer_version_takes_the_links_of_what_may_be_edited_and_leaves_the_rest(assessment, unit, clerk, store):
    old = add(unit, clerk, 1)
    link(assessment, old, clerk, pages="tr. 3")
    submitted = build.assessment(build.open_population(year=2023), unit, "submitted")
    kept = EvidenceLink.objects.create(
        score=build.score(submitted, "1.1.1"), evidence=old, linked_at=build.NOW, linked_by=clerk
    )

    newer, moved = replace(old, clerk, number=51)

    assert (newer.replaces, moved) == (old, 1)
    mine = EvidenceLink.objects.get(score__assessment=assessment)
    assert (mine.evidence, mine.pages) == (newer, "tr. 3")
    kept.refresh_from_db()
    assert kept.evidence == old
    assert len(files_in(store)) == 2
    assert AuditEvent.objects.filter(action="evidence.moved").count() == 1
    assert AuditEvent.objects.filter(action="evidence.replaced").count() == 1
    assert Job.objects.filter(kind="evidence.read", subject=str(newer.pk)).exists()


def test_the_same_replacement_twice_is_one(assessment, unit, clerk, store):
    old = add(unit, clerk)
    first, _moved = replace(old, clerk)
    again, moved = replace(old, clerk)

    assert (again, moved) == (first, 0)
    assert Evidence.objects.count() == len(files_in(store)) == 2


@pytest.mark.parametrize("how", ["replaced", "withdrawn", "same", "known"])
def test_what_cannot_be_replaced_says_why_and_leaves_no_file(unit, clerk, store, how):
    old = add(unit, clerk)
    number = 50
    if how == "replaced":
        replace(old, clerk, number=60)
    elif how == "withdrawn":
        withdraw_evidence(evidence_id=old.pk, by=clerk)
    elif how == "same":
        number = 0
    else:
        withdraw_evidence(evidence_id=add(unit, clerk, 50).pk, by=clerk)
    before = len(files_in(store))

    with pytest.raises(Refused) as caught:
        replace(old, clerk, number=number)

    assert caught.value.code == how
    assert len(files_in(store)) == before


def test_a_document_uploaded_before_becomes_the_newer_version(assessment, unit, clerk, store):
    old, other = add(unit, clerk), add(unit, clerk, 7)
    link(assessment, old, clerk)
    link(assessment, other, clerk)

    newer, _moved = replace(old, clerk, number=7)

    assert newer == other
    assert EvidenceLink.objects.get().evidence == other
    assert len(files_in(store)) == 2


def test_what_was_replaced_or_withdrawn_is_not_given_anew(assessment, unit, clerk):
    replaced, withdrawn = add(unit, clerk, 1), add(unit, clerk, 2)
    replace(replaced, clerk)
    withdraw_evidence(evidence_id=withdrawn.pk, by=clerk)

    for evidence, code in ((replaced, "replaced"), (withdrawn, "withdrawn")):
        with pytest.raises(Refused) as caught:
            link(assessment, evidence, clerk)
        assert caught.value.code == code
    restore_evidence(evidence_id=withdrawn.pk, by=clerk)
    assert link(assessment, withdrawn, clerk).pk


def test_a_dossier_that_came_back_moves_on_when_asked(assessment, unit, clerk):
    old = add(unit, clerk)
    row = link(assessment, old, clerk)
    Assessment.objects.filter(pk=assessment.pk).update(state="submitted")
    middle, _moved = replace(old, clerk)
    newest, _moved = replace(middle, clerk, number=70)
    Assessment.objects.filter(pk=assessment.pk).update(state="returned")

    assert use_newer(assessment_id=assessment.pk, link_id=row.pk, by=clerk) == newest
    assert use_newer(assessment_id=assessment.pk, link_id=row.pk, by=clerk) is None
    row.refresh_from_db()
    assert row.evidence == newest


def test_only_what_nothing_uses_is_withdrawn_and_nothing_is_deleted(assessment, unit, clerk, store):
    evidence = add(unit, clerk)
    row = link(assessment, evidence, clerk)
    with pytest.raises(Refused) as caught:
        withdraw_evidence(evidence_id=evidence.pk, by=clerk)
    assert caught.value.code == "used"
    assert caught.value.decision.details == ("1.1.1 (2024)",)

    row.delete()
    for _again in range(2):
        withdraw_evidence(evidence_id=evidence.pk, by=clerk)

    assert AuditEvent.objects.filter(action="evidence.withdrawn").count() == 1
    assert len(files_in(store)) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.filter(pk=evidence.pk).delete()


def test_one_document_for_many_components_in_one_act(assessment, unit, clerk):
    evidence = add(unit, clerk)
    link(assessment, evidence, clerk, "1.1.1", pages="tr. 1")
    wanted = {"assessment_id": assessment.pk, "evidence_id": evidence.pk, "by": clerk}

    given = use_evidence(pages={"1.1.2": "tr. 2", "2.1.2": ""}, drop=["1.1.1"], **wanted)
    again = use_evidence(pages={"1.1.2": "tr. 2", "2.1.2": ""}, drop=["1.1.1"], **wanted)

    assert (given, again) == ((2, 1), (0, 0))
    assert set(EvidenceLink.objects.values_list("score__node__code", "pages")) == {("1.1.2", "tr. 2"), ("2.1.2", "")}


def test_a_wrong_code_among_many_gives_nothing(assessment, unit, clerk):
    evidence = add(unit, clerk)

    with pytest.raises(Refused):
        use_evidence(
            assessment_id=assessment.pk, evidence_id=evidence.pk, pages={"1.1.1": "", "9.9.9": ""}, by=clerk
        )
    assert not EvidenceLink.objects.exists()


# --- Pages ---------------------------------------------------------------------------------------


def test_ticks_are_written_from_the_page(client, assessment, unit, clerk):
    evidence = add(unit, clerk)
    client.force_login(clerk)
    address = reverse("scoring:document_use", args=[evidence.pk])
    assert 'value="1.1.2"' in client.get(address).content.decode()

    fields = {"assessment": assessment.pk, "had": "", "code": ["1.1.1", "1.1.2"], "pages-1.1.1": "tr. 9"}
    for _again in range(2):
        response = client.post(address, fields, follow=True)

    assert "gắn hoặc sửa 0 tiêu chí" in response.content.decode()
    assert set(EvidenceLink.objects.values_list("score__node__code", "pages")) == {("1.1.1", "tr. 9"), ("1.1.2", "")}


def test_several_files_at_once_each_with_its_line(client, unit, clerk):
    client.force_login(clerk)
    files = [upload(1, "a.pdf"), SimpleUploadedFile("b.svg", b"<svg/>"), upload(2, "c.pdf")]

    html = client.post(reverse("scoring:documents", args=[unit.pk]), {"file": files}).content.decode()

    assert html.count('data-kind="stored"') == 2
    assert "Không nhận tệp b.svg. Chỉ nhận PDF" in html
    ids = ",".join(str(pk) for pk in Evidence.objects.order_by("pk").values_list("pk", flat=True))
    assert f"/thong-tin/?tai-lieu={ids}" in html


def test_the_file_of_a_withdrawn_or_replaced_document_is_offered_its_way(client, unit, clerk):
    withdrawn, old = add(unit, clerk, 1), add(unit, clerk, 2)
    withdraw_evidence(evidence_id=withdrawn.pk, by=clerk)
    newer, _moved = replace(old, clerk)
    client.force_login(clerk)

    html = client.post(
        reverse("scoring:documents", args=[unit.pk]), {"file": [upload(1, "a.pdf"), upload(2, "b.pdf")]}
    ).content.decode()

    assert reverse("scoring:document_restore", args=[withdrawn.pk]) in html
    assert reverse("scoring:document", args=[newer.pk]) in html
    assert Evidence.objects.count() == 3


def test_the_new_ones_are_described_on_one_page(client, unit, clerk):
    one, two = add(unit, clerk, 1), add(unit, clerk, 2)
    Evidence.objects.filter(pk=two.pk).update(suggested='{"issued_on":"2024-11-12","number":"7/KH-SNV"}')
    client.force_login(clerk)
    address = reverse("scoring:documents_describe", args=[unit.pk])

    page = client.get(f"{address}?tai-lieu={one.pk},{two.pk}").content.decode()
    assert "7/KH-SNV" in page
    assert "12/11/2024" in page
    wrong = {"tai-lieu": f"{one.pk},{two.pk}", f"d{one.pk}-number": "1/BC", f"d{two.pk}-issued_on": "hôm qua"}
    assert client.post(address, wrong).status_code == 422
    assert not Evidence.objects.exclude(number="").exists()
    right = {**wrong, f"d{two.pk}-issued_on": "12/11/2024", f"d{two.pk}-number": "7/KH-SNV"}
    assert client.post(address, right).status_code == 302
    two.refresh_from_db()
    assert (two.number, two.issued_on) == ("7/KH-SNV", date(2024, 11, 12))


def test_the_library_is_open_before_the_cycle_and_filters(client, unit, clerk):
    used = add(unit, clerk, 1, number="1/BC", issued_on=date(2020, 5, 5), title="Báo cáo cải cách")
    gone = add(unit, clerk, 2, number="2/BC")
    withdraw_evidence(evidence_id=gone.pk, by=clerk)
    client.force_login(clerk)
    address = reverse("scoring:documents", args=[unit.pk])
    assert address in client.get(reverse("scoring:home")).content.decode()

    def names(**query):
        html = client.get(address, query).content.decode()
        return [number for number in ("1/BC", "2/BC") if f">{number}</a>" in html]

    assert names() == ["1/BC"]
    assert names(loc="da-rut") == ["2/BC"]
    assert names(loc="ngoai-nam") == ["1/BC"]
    assert names(loc="chua-dung", q="bao cao CAI cach") == ["1/BC"]
    assert names(q="quyết định") == []
    assert names(nam="2020", xep="-ngay") == ["1/BC"]
    assert used.pk


def test_five_hundred_documents_are_a_light_page(client, unit, clerk):
    rows = [
        Evidence(
            unit=unit, original_name=f"Báo cáo số {number} về cải cách hành chính.pdf", stored_as=f"x/{number}", sha256=f"{number:064}",
            size=9000, content_type="application/pdf", number=f"{number}/BC-SNV", title="Báo cáo kết quả " * 12, uploaded_at=build.NOW,
        )
        for number in range(500)
    ]
    Evidence.objects.bulk_create(rows)
    client.force_login(clerk)

    assert len(client.get(reverse("scoring:documents", args=[unit.pk])).content) < 150_000


def test_a_twin_is_shown_to_appraisers_only(client, assessment, unit, clerk):
    other = build.unit(name="Sở Giao thông thử")
    mine = add(unit, clerk)
    add(other, build.clerk(other))
    address = reverse("scoring:document", args=[mine.pk])

    client.force_login(clerk)
    assert other.name not in client.get(address).content.decode()
    client.force_login(build.index_manager())
    assert other.name in client.get(address).content.decode()
    # an appraiser who sees this dossier but not the other one learns nothing of the other
    lead = build.unit()
    build.assignment(assessment.population, "1", lead)
    link(assessment, mine, clerk)
    Assessment.objects.filter(pk=assessment.pk).update(state="submitted")
    client.force_login(build.appraiser(lead))
    html = client.get(address).content.decode()
    assert mine.sha256 in html
    assert other.name not in html


# --- Many at the same moment ---------------------------------------------------------------------


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one transaction write at a time")
@pytest.mark.parametrize("turn", range(6))
def test_replaced_while_it_is_being_linked(assessment, unit, clerk, turn):
    old = add(unit, clerk)
    codes = ["1.1.1", "1.1.2", "2.1.2"]
    gate = threading.Barrier(len(codes) + 2)
    results = {}

    def run(name, work):
        try:
            gate.wait(timeout=20)
            results[name] = work()
        except Refused as refused:
            results[name] = refused
        finally:
            connection.close()

    works = {code: (lambda code=code: link(assessment, old, clerk, code)) for code in codes}
    works |= {"replace": lambda: replace(old, clerk), "again": lambda: replace(old, clerk)}
    threads = [threading.Thread(target=run, args=pair) for pair in works.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    newer = Evidence.objects.get(replaces=old)
    assert results["replace"][0] == results["again"][0] == newer
    refused = {code for code in codes if isinstance(results[code], Refused)}
    assert {results[code].code for code in refused} <= {"replaced"}
    assert not EvidenceLink.objects.filter(evidence=old).exists()
    assert set(EvidenceLink.objects.filter(evidence=newer).values_list("score__node__code", flat=True)) == set(codes) - refused
