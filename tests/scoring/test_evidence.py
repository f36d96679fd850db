"""Documents of a unit: kept once, linked to components, given only to those who may see them."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from criteria.models import Population
from parindex.decisions import Refused
from parindex.models import AuditEvent
from scoring.actions import Particulars, add_evidence, describe_evidence, link_evidence, unlink_evidence
from scoring.models import Assessment, Evidence, EvidenceLink, Score
from scoring.uploads import check
from tests import build

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """An empty private store of its own for every test."""
    storages = {**settings.STORAGES}
    storages["default"] = {**storages["default"], "OPTIONS": {**storages["default"]["OPTIONS"], "location": tmp_path}}
    settings.STORAGES = storages
    return tmp_path


def files_in(store):
    return sorted(path for path in store.rglob("*") if path.is_file())


@pytest.fixture
def unit():
    return build.unit()


@pytest.fixture
def clerk(unit):
    return build.clerk(unit)


@pytest.fixture
def assessment(unit):
    return build.open_population(units=[unit]).assessments.get()


def upload(name="118-BC.pdf", data=PDF):
    return SimpleUploadedFile(name, data, "application/pdf")


def add(unit, by, name="118-BC.pdf", data=PDF, **fields):
    given = upload(name, data)
    return add_evidence(
        unit_id=unit.pk, upload=given, checked=check(given), particulars=Particulars(**fields), by=by, now=build.NOW
    )


def link(assessment, evidence, by, code="1.1.1", **fields):
    return link_evidence(
        assessment_id=assessment.pk, code=code, evidence_id=evidence.pk, by=by, now=build.NOW, **fields
    )


def test_a_document_lies_under_a_random_name_with_its_hash(unit, clerk, store):
    evidence, new = add(unit, clerk, "Kê\u0301 hoạch.pdf", number="118/BC-SNV", issued_on=date(2024, 11, 12))

    assert new
    assert evidence.original_name == "Kế hoạch.pdf"
    assert evidence.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (evidence.number, evidence.issued_on, evidence.size) == ("118/BC-SNV", date(2024, 11, 12), len(PDF))
    [path] = files_in(store)
    assert path.read_bytes() == PDF
    assert "hoạch" not in str(path.relative_to(store))
    assert AuditEvent.objects.get().action == "evidence.added"


def test_the_same_file_again_is_the_same_document(unit, clerk, store):
    first, _new = add(unit, clerk)
    again, new = add(unit, build.clerk(unit), "ban-sao.pdf")

    assert (again, new) == (first, False)
    assert len(files_in(store)) == 1
    assert AuditEvent.objects.count() == 1


def test_the_same_file_of_another_unit_is_another_document(unit, clerk):
    other = build.unit()

    assert add(unit, clerk)[0] != add(other, build.clerk(other))[0]


def test_a_stranger_cannot_add_to_a_unit(unit, store):
    with pytest.raises(Refused) as caught:
        add(unit, build.clerk(build.unit()))

    assert caught.value.decision.hidden
    assert files_in(store) == []


def test_a_row_that_cannot_be_written_leaves_no_file(unit, clerk, store, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError("no row")

    monkeypatch.setattr("scoring.actions.evidence.audit.record", broken)

    with pytest.raises(RuntimeError):
        add(unit, clerk)
    assert files_in(store) == []


def test_one_document_proves_many_components(assessment, unit, clerk):
    evidence, _new = add(unit, clerk)

    link(assessment, evidence, clerk, "1.1.1", pages="tr. 1")
    link(assessment, evidence, clerk, "1.1.2", pages="Phụ lục,  tr. 4–9")

    assert [(row.score.node.code, row.pages) for row in EvidenceLink.objects.order_by("id")] == [
        ("1.1.1", "tr. 1"),
        ("1.1.2", "Phụ lục, tr. 4–9"),
    ]
    assert Score.objects.get(node__code="1.1.2").version == 0


def test_linking_again_changes_the_page_only(assessment, unit, clerk):
    evidence, _new = add(unit, clerk)
    link(assessment, evidence, clerk, pages="tr. 1")
    link(assessment, evidence, clerk, pages="tr. 2")
    link(assessment, evidence, clerk, pages="tr. 2")

    assert EvidenceLink.objects.get().pages == "tr. 2"
    assert AuditEvent.objects.filter(action="evidence.linked").count() == 2


def test_a_document_of_another_unit_cannot_be_linked(assessment, clerk):
    other = build.unit()
    evidence, _new = add(other, build.clerk(other))

    with pytest.raises(Refused) as caught:
        link(assessment, evidence, clerk)

    assert caught.value.code == "evidence"
    assert not EvidenceLink.objects.exists()


def test_taken_away_the_document_stays(assessment, unit, clerk, store):
    evidence, _new = add(unit, clerk)
    row = link(assessment, evidence, clerk)

    for _again in range(2):
        unlink_evidence(assessment_id=assessment.pk, link_id=row.pk, by=clerk, now=build.NOW)

    assert not EvidenceLink.objects.exists()
    assert Evidence.objects.get() == evidence
    assert len(files_in(store)) == 1
    assert AuditEvent.objects.filter(action="evidence.unlinked").count() == 1


def test_a_dossier_that_was_submitted_keeps_its_documents(assessment, unit, clerk):
    evidence, _new = add(unit, clerk)
    row = link(assessment, evidence, clerk)
    Assessment.objects.filter(pk=assessment.pk).update(state="submitted")

    with pytest.raises(Refused):
        link(assessment, evidence, clerk, "1.1.2")
    with pytest.raises(Refused):
        unlink_evidence(assessment_id=assessment.pk, link_id=row.pk, by=clerk, now=build.NOW)

    assert EvidenceLink.objects.get() == row


def describe(evidence, by, **fields):
    return describe_evidence(evidence_id=evidence.pk, particulars=Particulars(**fields), by=by, now=build.NOW)


def test_particulars_are_corrected_while_every_dossier_that_uses_them_is_open(assessment, unit, clerk):
    evidence, _new = add(unit, clerk, number="118/BC")
    describe(evidence, clerk, number="119/BC")
    link(assessment, evidence, clerk)
    describe(evidence, clerk, number="120/BC")
    Assessment.objects.filter(pk=assessment.pk).update(state="returned")
    describe(evidence, clerk, number="121/BC")

    evidence.refresh_from_db()
    assert evidence.number == "121/BC"
    assert AuditEvent.objects.filter(action="evidence.described").count() == 3


@pytest.mark.parametrize(
    ("state", "stage", "reason"),
    [
        ("submitted", "self_assessment", "Hồ sơ đã nộp."),
        ("closed", "appraisal", "Hồ sơ đã thẩm định xong, không sửa được nữa."),
        ("draft", "settled", "Kết quả đã chốt, không sửa được nữa."),
        ("draft", "published", "Kết quả đã chốt, không sửa được nữa."),
    ],
)
def test_particulars_stay_as_they_were_submitted(client, assessment, unit, clerk, state, stage, reason):
    evidence, _new = add(unit, clerk, number="118/BC")
    spare, _new = add(unit, clerk, "khac.pdf", PDF + b"\n", number="7/QĐ")
    link(assessment, evidence, clerk)
    Assessment.objects.filter(pk=assessment.pk).update(state=state)
    Population.objects.filter(pk=assessment.population_id).update(stage=stage)

    with pytest.raises(Refused) as caught:
        describe(evidence, clerk, number="999/BC")
    describe(spare, clerk, number="8/QĐ")

    assert "hồ sơ năm 2024" in caught.value.reason
    assert reason in caught.value.reason
    evidence.refresh_from_db()
    assert evidence.number == "118/BC"
    client.force_login(clerk)
    page = client.get(reverse("scoring:document", args=[evidence.pk])).content.decode()
    assert reason in page
    assert "Ghi thông tin" not in page
    assert "Ghi thông tin" in client.get(reverse("scoring:document", args=[spare.pk])).content.decode()


def test_one_submitted_dossier_among_open_ones_is_enough(assessment, unit, clerk):
    evidence, _new = add(unit, clerk, number="118/BC")
    link(assessment, evidence, clerk)
    earlier = build.assessment(build.open_population(year=2023), unit, "submitted")
    EvidenceLink.objects.create(
        score=build.score(earlier, "1.1.1"), evidence=evidence, linked_at=build.NOW, linked_by=clerk
    )

    with pytest.raises(Refused) as caught:
        describe(evidence, clerk, number="999/BC")

    assert "hồ sơ năm 2023" in caught.value.reason


# --- The file ------------------------------------------------------------------------------------


def test_the_file_is_given_as_an_attachment_under_its_vietnamese_name(client, unit, clerk):
    evidence, _new = add(unit, clerk, "Kế hoạch năm.pdf")
    client.force_login(clerk)

    response = client.get(reverse("scoring:download", args=[evidence.pk]))

    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''K%E1%BA%BF%20ho%E1%BA%A1ch%20n%C4%83m.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "private, no-store"


def may_download(client, person, evidence):
    client.force_login(person)
    response = client.get(reverse("scoring:download", args=[evidence.pk]))
    assert response.status_code in (200, 404)
    return response.status_code == 200 and b"".join(response.streaming_content) == PDF


def test_the_file_is_given_only_to_those_who_may_see_it(client, assessment, unit, clerk):
    standing = build.standing_body()
    lead, other = build.unit(), build.unit()
    build.assignment(assessment.population, "1", lead)
    evidence, _new = add(unit, clerk)
    link(assessment, evidence, clerk)
    Assessment.objects.filter(pk=assessment.pk).update(state="submitted")

    assert may_download(client, build.head_of(unit), evidence)
    assert may_download(client, build.index_manager(), evidence)
    assert may_download(client, build.user_with_role("council"), evidence)
    assert may_download(client, build.appraiser(lead), evidence)
    assert not may_download(client, build.appraiser(standing), evidence)  # it verifies area 2 only
    assert not may_download(client, build.appraiser(other), evidence)
    assert not may_download(client, build.clerk(other), evidence)
    assert not may_download(client, build.head_of(lead), evidence)
    assert not may_download(client, build.user_with_role("leader"), evidence)
    assert not may_download(client, build.user_with_role("supervisor"), evidence)
    assert not may_download(client, build.user_with_role("auditor"), evidence)
    assert not may_download(client, build.user_with_role("administrator"), evidence)


def test_an_appraiser_is_led_from_the_chip_to_the_document_and_no_further(client, assessment, unit, clerk):
    lead = build.unit()
    build.assignment(assessment.population, "1", lead)
    evidence, _new = add(unit, clerk, number="118/BC")
    row = link(assessment, evidence, clerk)
    Assessment.objects.filter(pk=assessment.pk).update(state="submitted")
    client.force_login(build.appraiser(lead))

    response = client.get(reverse("scoring:evidence_link", args=[assessment.pk, row.pk]), follow=True)

    assert response.redirect_chain == [(reverse("scoring:document", args=[evidence.pk]) + "xem/", 302)]
    html = response.content.decode()
    assert "118/BC" in html
    assert "Sửa thông tin" not in html
    for name in ("dossier", "table", "missing", "history"):
        assert client.get(reverse(f"scoring:{name}", args=[assessment.pk])).status_code == 404
    assert client.get(reverse("scoring:sheet", args=[assessment.pk, "1"])).status_code == 404
    assert client.get(reverse("scoring:documents", args=[unit.pk])).status_code == 404


def test_an_appraiser_sees_nothing_before_the_dossier_is_submitted(client, assessment, unit, clerk):
    lead = build.unit()
    build.assignment(assessment.population, "1", lead)
    evidence, _new = add(unit, clerk)
    link(assessment, evidence, clerk)

    assert not may_download(client, build.appraiser(lead), evidence)


def test_without_login_nothing(client, unit, clerk):
    evidence, _new = add(unit, clerk)

    response = client.get(reverse("scoring:download", args=[evidence.pk]))

    assert response.status_code == 302
    assert response["Location"].startswith("/dang-nhap/")


def test_a_file_that_is_gone_from_the_store_is_not_found(client, unit, clerk):
    evidence, _new = add(unit, clerk)
    default_storage.delete(evidence.stored_as)
    client.force_login(clerk)

    assert client.get(reverse("scoring:download", args=[evidence.pk])).status_code == 404


# --- Pages ---------------------------------------------------------------------------------------


def test_a_file_is_uploaded_and_linked_on_one_page(client, assessment, unit, clerk):
    client.force_login(clerk)
    address = reverse("scoring:evidence_add", args=[assessment.pk, "1.1.1"])

    fields = {"what": "upload", "file": upload(), "number": "118/BC", "issued_on": "12/11/2024", "pages": "tr. 3"}
    response = client.post(address, fields, follow=True)

    row = EvidenceLink.objects.get()
    assert (str(row.evidence), row.evidence.issued_on, row.pages) == ("118/BC", date(2024, 11, 12), "tr. 3")
    assert response.redirect_chain[0][0] == f"/lam-viec/ho-so/{assessment.pk}/linh-vuc/1/#c1-1-1"
    assert "118/BC" in response.content.decode()


def test_the_same_file_again_links_the_document_that_is_there(client, assessment, unit, clerk):
    evidence, _new = add(unit, clerk, number="118/BC")
    client.force_login(clerk)

    address = reverse("scoring:evidence_add", args=[assessment.pk, "1.1.2"])
    response = client.post(address, {"what": "upload", "file": upload("khac.pdf")}, follow=True)

    assert EvidenceLink.objects.get().evidence == evidence
    assert "đã có trong kho, dùng lại tài liệu đã có: 118/BC." in response.content.decode()


def test_a_document_that_is_there_is_chosen(client, assessment, unit, clerk):
    evidence, _new = add(unit, clerk)
    client.force_login(clerk)

    address = reverse("scoring:evidence_add", args=[assessment.pk, "1.1.2"])
    client.post(address, {"what": "choose", "evidence": evidence.pk, "pages": "tr. 5"})

    assert EvidenceLink.objects.get().pages == "tr. 5"


def test_a_refused_file_is_said_and_nothing_is_stored(client, assessment, clerk, store):
    client.force_login(clerk)

    address = reverse("scoring:evidence_add", args=[assessment.pk, "1.1.2"])
    response = client.post(address, {"what": "upload", "file": upload("anh.pdf", b"MZ\x90\x00")})

    assert response.status_code == 422
    assert "Không nhận tệp anh.pdf vì nội dung không phải là PDF." in response.content.decode()
    assert not Evidence.objects.exists()
    assert files_in(store) == []


def test_a_file_too_big_is_dropped_while_it_arrives(client, assessment, clerk, store, settings):
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    client.force_login(clerk)

    address = reverse("scoring:evidence_add", args=[assessment.pk, "1.1.2"])
    response = client.post(address, {"what": "upload", "file": upload("to.pdf", PDF + b"\0" * 3 * 1024 * 1024)})

    assert response.status_code == 422
    assert "Không nhận tệp to.pdf vì lớn hơn 1 MB." in response.content.decode()
    assert files_in(store) == []


def test_the_list_shows_where_each_document_is_used(client, assessment, unit, clerk):
    evidence, _new = add(unit, clerk, number="118/BC")
    link(assessment, evidence, clerk, "1.1.2", pages="tr. 4")
    client.force_login(clerk)

    page = client.get(reverse("scoring:documents", args=[unit.pk])).content.decode()

    assert "118/BC" in page
    assert "1.1.2 (tr. 4)" in page
    assert "Không tải lên tài liệu có độ mật" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(client, unit, clerk, django_assert_num_queries, count):
    population = build.open_population(units=[unit])
    assessment = population.assessments.get()
    for number in range(count):
        evidence, _new = add(unit, clerk, f"{number}.pdf", PDF + b"\n" * number)
        link(assessment, evidence, clerk, "1.1.1")
    client.force_login(clerk)

    # session, user, unit, roles, year of the running dossier, documents, links, mark of the installation,
    # unit's name in the header
    with django_assert_num_queries(9):
        client.get(reverse("scoring:documents", args=[unit.pk]))


def test_strangers_find_no_list(client, unit):
    client.force_login(build.clerk(build.unit()))

    assert client.get(reverse("scoring:documents", args=[unit.pk])).status_code == 404
