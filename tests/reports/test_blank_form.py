"""The self-assessment on paper: what stands on it, empty and filled, and who gets it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from parindex import clock
from parindex.models import Installation
from reports import pdf
from reports.content.answer_form import answer_form
from reports.views.answer_forms import made_pdf
from scoring.queries.dossiers import dossier_of
from scoring.queries.workspace import links_of
from tests import build
from tests.scoring.workbook_files import opened

pytestmark = pytest.mark.django_db

needs_pango = pytest.mark.skipif(not pdf.available(), reason="no Pango on this machine")


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """The clock stands inside the self-assessment."""
    monkeypatch.setattr(clock, "now", lambda: build.NOW)


@pytest.fixture
def assessment():
    return opened(build.unit("SGTVT", "Sở Giao thông vận tải"))


def form_of(assessment, *, filled):
    links = links_of(assessment)
    deadline = assessment.population.self_assessment_ends_at
    return answer_form(dossier_of(assessment, links), links, filled=filled, deadline=deadline)


def rows_of(form):
    return {row.code: row for group in form.groups for row in group.rows}


def words_of(data: bytes) -> tuple[int, str]:
    """Pages and words of a PDF, as a reader's search finds them."""
    import pypdfium2

    with pypdfium2.PdfDocument(data) as document:
        pages = [document[number] for number in range(len(document))]
        return len(pages), " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages)


def test_every_kind_of_rule_has_its_boxes_and_lines(assessment):
    rows = rows_of(form_of(assessment, filled=False))

    assert [(tick.label, tick.points, tick.ticked) for tick in rows["1.1.1"].ticks] == [
        ("Đúng hạn", "10 điểm", False), ("Chậm", "2,5 điểm", False), ("Không ban hành", "0 điểm", False),
    ]  # fmt: skip
    assert [blank.label for blank in rows["1.1.2"].blanks] == ["Tử số", "Mẫu số", "hoặc tỷ lệ (%)"]
    assert [tick.label for tick in rows["1.1.3"].ticks] == ["Không phát sinh"]
    assert [blank.label for blank in rows["2.1.1"].blanks] == ["Mỗi báo cáo gửi chậm (−0,25)", "Mỗi báo cáo không gửi (−0,50)"]
    assert [blank.label for blank in rows["2.1.2"].blanks] == ["Số sáng kiến được công nhận (+1,25)"]
    assert (rows["2.2"].may_refuse, rows["1.1.1"].may_refuse) == (True, False)
    assert rows["1.2.1"].closed == "Điểm do điều tra xã hội học."


def test_the_empty_form_shows_nothing_of_what_is_stored(assessment):
    build.answered(assessment, explanation="Đã báo cáo", saved_at=build.NOW)
    form = form_of(assessment, filled=False)
    rows = rows_of(form).values()
    assert not any(tick.ticked for row in rows for tick in row.ticks)
    assert not any(blank.value for row in rows for blank in row.blanks)
    assert {(row.explanation, row.points, row.documents) for row in rows} == {("", None, ())}
    assert form.as_of is None


def test_the_filled_form_shows_answers_points_and_when_they_were_saved(assessment):
    build.answered(assessment, ["1.1.1", "1.1.2", "2.1.1"], explanation="Đã báo cáo", saved_at=build.NOW)
    build.score(assessment, "2.2", na_requested=True, na_reason="Không có trụ sở")
    form = form_of(assessment, filled=True)
    rows = rows_of(form)
    assert [tick.ticked for tick in rows["1.1.1"].ticks] == [True, False, False]
    assert [(blank.label, blank.value) for blank in rows["1.1.2"].blanks] == [("Tử số", "18"), ("Mẫu số", "20")]
    assert [blank.value for blank in rows["2.1.1"].blanks] == ["1", "0"]
    assert (rows["2.2"].refused, rows["2.2"].reason) == (True, "Không có trụ sở")
    assert (rows["1.1.2"].points, form.claimed, form.as_of) == (15, Decimal("34.75"), build.NOW)


@needs_pango
def test_on_paper_it_carries_names_rules_points_and_a_place_to_sign(assessment):
    Installation.objects.create(demonstration=True)
    build.answered(assessment, ["1.1.1"], explanation="Kế hoạch 12", saved_at=build.NOW)
    empty = words_of(made_pdf(form_of(assessment, filled=False), "Phiếu"))[1]
    full = words_of(made_pdf(form_of(assessment, filled=True), "Phiếu"))[1]
    for words in (empty, full):
        for part in ("PHIẾU TỰ ĐÁNH GIÁ", "Sở Giao thông vận tải", "DỮ LIỆU MINH HỌA", "2.1.1", "THỦ TRƯỞNG ĐƠN VỊ", "NGƯỜI LẬP PHIẾU"):
            assert part in words
    assert "Phiếu trống" in empty
    assert "Kế hoạch 12" not in empty
    assert "Kế hoạch 12" in full
    assert "Theo dữ liệu lưu lúc 09:00, 20/11/2024" in full


@needs_pango
def test_a_large_sheet_takes_reasonable_pages_with_its_head_on_each(assessment):
    rows = build.small_rows()
    one = next(row for row in rows if row["code"] == "1.1.2")
    many = [{**one, "code": f"1.1.{n}", "max_points": "0.5"} for n in range(10, 131)]
    framework = build.framework("commune", 2024, [row for row in rows if row["code"] in ("1", "1.1")] + many)
    large = opened(build.unit(level="commune"), level="commune", framework=framework)
    pages, words = words_of(made_pdf(form_of(large, filled=False), "Phiếu"))
    assert 6 <= pages <= 20
    assert words.count("Tiêu chí thành phần và cách chấm") >= pages - 1  # the last may hold the signatures alone


@needs_pango
@pytest.mark.parametrize("name", ["blank_form", "filled_form"])
def test_the_unit_gets_it_and_a_stranger_does_not(client, assessment, name):
    client.force_login(build.clerk(assessment.unit))
    response = client.get(reverse(f"work:{name}", args=[assessment.pk]))
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response.content.startswith(b"%PDF")
    assert response["Cache-Control"] == "no-store"
    client.force_login(build.clerk(build.unit()))
    assert client.get(reverse(f"work:{name}", args=[assessment.pk])).status_code == 404


def test_without_the_libraries_it_says_so_and_offers_the_workbook(client, assessment, monkeypatch):
    monkeypatch.setattr(pdf, "available", lambda: False)
    client.force_login(build.clerk(assessment.unit))
    response = client.get(reverse("work:blank_form", args=[assessment.pk]))
    assert response.status_code == 503
    assert reverse("scoring:workbook_download", args=[assessment.pk]) in response.content.decode()
