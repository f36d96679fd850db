"""What design §3.10 keeps from the public is planted in every place it could come from and looked for in every answer."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from pypdf import PdfReader

from criteria.stages import Stage
from parindex import canonical
from reports import urls
from sanctions.models import Outcome
from scoring.models import Evidence, EvidenceLink, Exemption, Publication, Score, Transition
from tests import build
from tests.sanctions.years import published, totals_year
from units.models import Head, Level, RoleAssignment, User

pytestmark = pytest.mark.django_db

#: One word per place; none of them may leave the house.
PLANTED = {
    "head": "Lường Kín Đứng",
    "acting head": "Quàng Kín Quyền",
    "clerk": "Cầm Kín Soạn",
    "username": "canbokin",
    "appraiser": "Hoàng Kín Thẩm",
    "publisher": "Lò Kín Ký",
    "explanation": "giải trình kín",
    "reason of the appraiser": "lý do kín thẩm định",
    "reason of a request": "lý do kín đề nghị",
    "reason of a grant": "lý do kín miễn",
    "reason of a move": "lý do kín trả lại",
    "reason of an extension": "lý do kín gia hạn",
    "evidence number": "127/KIN-SNV",
    "evidence title": "trích yếu kín",
    "evidence issuer": "nơi kín ban hành",
    "evidence file": "tep-kin.pdf",
    "pages of evidence": "trang kín",
    "note of evidence": "ghi chú kín",
}

#: Answers that lift the unit above 90: 70 of 75 points.
BETTER = (
    ("1.1.3", {"numerator": 4, "denominator": 4}, "10"),
    ("2.1.1", {"counts": {"Mỗi báo cáo gửi chậm": 0, "Mỗi báo cáo không gửi": 0}}, "10"),
    ("2.1.2", {"items": 4}, "5"),
)


@pytest.fixture
def world():
    """A published unit above 90 after a year below 50, with a planted word wherever people write."""
    unit = build.unit("KIN", "Sở Công Khai")
    published(totals_year(2023, {unit: "45"}))
    population = build.open_population(stage=Stage.COUNCIL)
    clerk = build.clerk(unit, username=PLANTED["username"])
    judge, boss = build.user("nguoitham"), build.user("nguoiky")
    for person, name in ((clerk, "clerk"), (judge, "appraiser"), (boss, "publisher")):
        User.objects.filter(pk=person.pk).update(
            full_name=PLANTED[name], title=PLANTED[name], email="kin@example.vn"
        )
    head = Head.objects.create(full_name=PLANTED["head"], person_code="MANGUOIKIN")
    build.tenure(unit, "", to_date=build.date(2024, 9, 30), head=head)
    build.tenure(
        unit, PLANTED["acting head"], build.date(2024, 10, 1), acting=True, title="Quyền Giám đốc kín"
    )
    dossier = build.assessment_at("closed", population=population, unit=unit)
    build.score(dossier, "1.1.4", appraised_points=Decimal(5))
    for code, answer, points in BETTER:
        Score.objects.filter(assessment=dossier, node__code=code).update(
            answer=canonical.dumps(answer), self_points=Decimal(points), appraised_points=Decimal(points)
        )
    Score.objects.filter(assessment=dossier).update(
        explanation=PLANTED["explanation"],
        appraisal_reason=PLANTED["reason of the appraiser"],
        na_reason=PLANTED["reason of a request"],
        saved_by=clerk,
        appraised_by=judge,
    )
    type(dossier).objects.filter(pk=dossier.pk).update(
        extension_reason=PLANTED["reason of an extension"],
        closed_unsubmitted_reason=PLANTED["reason of a move"],
    )
    build.exemption(unit, build.node(population, "1.2"))
    Exemption.objects.update(reason=PLANTED["reason of a grant"], granted_by=judge)
    evidence = Evidence.objects.create(
        unit=unit,
        original_name=PLANTED["evidence file"],
        stored_as=PLANTED["evidence file"],
        sha256="0" * 64,
        size=1,
        content_type="application/pdf",
        number=PLANTED["evidence number"],
        title=PLANTED["evidence title"],
        issuer=PLANTED["evidence issuer"],
        uploaded_at=build.NOW,
        uploaded_by=clerk,
    )
    EvidenceLink.objects.create(
        score=Score.objects.filter(assessment=dossier).first(),
        evidence=evidence,
        pages=PLANTED["pages of evidence"],
        note=PLANTED["note of evidence"],
        linked_at=build.NOW,
        linked_by=clerk,
    )
    Transition.objects.create(
        assessment=dossier,
        move="return",
        source="submitted",
        target="returned",
        at=build.NOW,
        by=judge,
        reason=PLANTED["reason of a move"],
    )
    published(population)
    return unit


def addresses() -> list[str]:
    """Every public page and file; a new address fails here until it is named."""
    years, levels = (2023, 2024), [str(level) for level in Level.values]
    arguments = {
        "home": [{}],
        "method": [{}],
        "data": [{}],
        "table": [
            {"year": y, "level": v, "kind": k} for y in years for v in levels for k in ("csv", "json", "xlsx")
        ],
        "ranking": [{"year": y, "slug": s} for y in years for s in ("so-nganh", "cap-huyen", "cap-xa")],
        "unit": [{"year": y, "code": "KIN"} for y in years],
        "framework": [{"year": 2024, "level": v} for v in levels],
        "node": [
            {"year": 2024, "level": "department", "code": c} for c in ("1", "1.1", "1.1.1", "2.1.3", "1.2.1")
        ],
        "area": [{"year": 2024, "level": "department", "code": c} for c in ("1", "2")],
        "corrections": [{"year": y} for y in years],
        "unit_document": [{"year": y, "code": "KIN", "kind": k} for y in years for k in ("pdf", "xlsx")],
        "ranking_document": [
            {"year": y, "slug": "so-nganh", "kind": k} for y in years for k in ("pdf", "xlsx")
        ],
    }
    own = {pattern.name for pattern in urls.urlpatterns if getattr(pattern, "name", None)}
    assert own == set(arguments)
    found = [reverse(f"public:{name}", kwargs=each) for name, listed in arguments.items() for each in listed]
    return [*found, "/?q=kin", "/?q=luong", "/?q=canbokin", "/2024/so-nganh/?q=kin", "/2024/so-nganh/?lv=1"]


def said(response) -> str:
    """The text of an answer with its headers; a workbook is unpacked, a PDF read with what it says of itself."""
    body = response.content
    if body[:5] == b"%PDF-":
        read = PdfReader(io.BytesIO(body))
        body = "\n".join([str(read.metadata), *(page.extract_text() for page in read.pages)]).encode()
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    return f"{response.serialize_headers().decode()}\n{body.decode()}"


def test_nothing_that_is_not_public_leaves_in_any_answer(client, world):
    assert Outcome.objects.filter(subject="head").exists()
    assert RoleAssignment.objects.exists()
    assert Publication.objects.count() == 2
    secrets = [*PLANTED.values(), "kin@example.vn", "MANGUOIKIN", "Quyền Giám đốc kín"]

    answers = {address: said(client.get(address)) for address in addresses()}

    leaks = [
        (address, secret)
        for address, text in answers.items()
        for secret in secrets
        # What a search was asked for is repeated by the page.
        if secret.lower() in text.lower() and not address.endswith(f"q={secret}")
    ]
    assert leaks == []
    assert "Sở Công Khai" in answers["/2024/so-nganh/"]


def test_no_outcome_is_public_before_it_is_decided(client, world):
    assert {"commendation", "criticism"} <= set(Outcome.objects.values_list("kind", flat=True))

    pages = [
        said(client.get(address)) for address in ("/2023/don-vi/KIN/", "/2024/don-vi/KIN/", "/2024/so-nganh/")
    ]

    for html in pages:
        assert "khen thưởng" not in html
        assert "phê bình" not in html
        assert "xem xét kỷ luật" not in html
        assert "đề nghị" not in html


def test_a_component_says_why_in_the_words_of_its_rule(client, world):
    html = said(client.get("/2024/don-vi/KIN/"))

    assert "18/20 = 90,00% → bậc từ 90% đến dưới 100%" in html
    assert "Không áp dụng cho đơn vị này, không tính vào điểm tối đa" in html


def test_an_answer_changed_after_publication_is_not_shown(client, world):
    row = Score.objects.get(node__code="1.1.2")
    Score.objects.filter(pk=row.pk).update(
        answer='{"denominator":40,"numerator":37}',
        saved_at=Publication.objects.latest("pk").published_at + timedelta(1),
    )

    html = said(client.get("/2024/don-vi/KIN/"))

    assert "37/40" not in html
    assert "18/20" not in html


def test_a_year_that_is_not_published_does_not_exist(client, world):
    running = build.open_population(year=2025)
    unit = build.unit("DANG", "Sở Đang Làm")
    build.assessment_at("closed", population=running, unit=unit)

    for address in (
        "/2025/so-nganh/",
        "/2025/cap-xa/",
        "/2025/don-vi/DANG/",
        "/2025/tieu-chi/department/",
        "/2025/tieu-chi/department/1/",
        "/2025/dinh-chinh/",
        "/du-lieu/2025/department.csv",
        "/2024/don-vi/DANG/",
        "/2024/don-vi/KHONG-CO/",
        "/du-lieu/2024/commune.json",
    ):
        assert client.get(address).status_code == 404, address
    assert "Sở Đang Làm" not in said(client.get("/?q=dang lam"))


def test_public_pages_only_read(client, world):
    for address in addresses():
        assert client.post(address).status_code == 405, address
