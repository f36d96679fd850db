"""Samples for the component gallery: long Vietnamese names, every state, many rows. No real scores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.http import QueryDict

from parindex.components import (
    AnswerCard,
    CardLink,
    Choice,
    Conflict,
    Entry,
    Evidence,
    Figure,
    File,
    Input,
    Option,
    Past,
    PastRow,
    RailArea,
    ScoringStep,
    Step,
    Version,
)

SAVE_URL = "/lam-viec/thanh-phan/"
AT = datetime(2024, 11, 25, 6, 51, tzinfo=UTC)
D = Decimal

UNITS = (
    "Văn phòng UBND tỉnh",
    "Sở Nội vụ",
    "Sở Khoa học và Công nghệ",
    "Sở Lao động - Thương binh và Xã hội",
    "Sở Nông nghiệp và Phát triển nông thôn",
    "Ban Quản lý các khu công nghiệp tỉnh",
    "Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân tỉnh",
    "UBND thị trấn Nông trường Mộc Châu, huyện Mộc Châu",
)
AREAS = (
    "Chỉ đạo, điều hành",
    "Thể chế",
    "Thủ tục hành chính",
    "Tổ chức bộ máy",
    "Công chức, viên chức",
    "Tài chính",
    "Hiện đại hóa",
    "Một cửa",
)
TOKENS = (
    "ink", "ink-2", "ink-3", "bg", "paper", "paper-2", "line", "line-2", "control", "accent", "accent-2",
    "accent-soft", "accent-line", "ok", "warn", "bad", "ok-soft", "warn-soft", "bad-soft", "h1", "h2", "h3", "h4",
)


@dataclass(frozen=True)
class Row:
    """A line of the sample ranking."""

    rank: int
    name: str
    index: Decimal
    band: str
    before: Decimal | None
    areas: tuple[Decimal | None, ...]

    @property
    def change(self) -> Decimal | None:
        """Against last year."""
        return None if self.before is None else self.index - self.before

    @property
    def lowest_area(self) -> str:
        """Name of the area with the smallest share."""
        known = [(value, place) for place, value in enumerate(self.areas) if value is not None]
        return AREAS[min(known)[1]]


def ranking(count: int = 60) -> tuple[Row, ...]:
    """So many invented lines, from 96 downwards, one of them without a year before."""
    rows = []
    for place in range(count):
        index = D("96.13") - D("1.07") * place
        band = "A" if index >= 90 else "B" if index >= 70 else "C" if index >= 50 else "D"
        areas = tuple(None if (place + n) % 17 == 5 else min(D(100), index + D((n * 7 + place) % 9 - 4)) for n in range(8))
        before = None if place == 4 else index - D("2.31") + D("0.77") * (place % 5)
        rows.append(Row(place + 1, UNITS[place % len(UNITS)], index, band, before, areas))
    return tuple(rows)


class FilterForm(forms.Form):
    """The filter above a list."""

    q = forms.CharField(label="Tìm theo tên", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    nam = forms.ChoiceField(label="Năm", required=False, choices=[("2024", "2024"), ("2023", "2023")])
    nhom = forms.ChoiceField(label="Nhóm", required=False, choices=[("", "Tất cả"), ("A", "A"), ("B", "B")])


class DocumentForm(forms.Form):
    """An ordinary form with every kind of input."""

    number = forms.CharField(label="Số, ký hiệu", help_text="Ghi như trên văn bản, ví dụ 131/BC-SGTVT.")
    title = forms.CharField(label="Trích yếu", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    issued_on = forms.DateField(label="Ngày ban hành", error_messages={"invalid": "Ghi ngày dạng 30/11/2024."})
    kind = forms.ChoiceField(label="Loại văn bản", choices=[("", "Chọn loại"), ("kh", "Kế hoạch"), ("bc", "Báo cáo")])
    scope = forms.ChoiceField(
        label="Dùng cho",
        widget=forms.RadioSelect,
        choices=[("one", "Một tiêu chí thành phần"), ("many", "Nhiều tiêu chí thành phần của cùng lĩnh vực")],
    )
    file = forms.FileField(label="Tệp", required=False, help_text="PDF, DOCX, XLSX, JPG, PNG.")
    open_to_all = forms.BooleanField(label="Không có nội dung mật; tôi đã xem lại văn bản", required=False)


def faulty_form() -> DocumentForm:
    """The form as it comes back with errors."""
    return DocumentForm(QueryDict("number=&issued_on=31/02/2024&scope=one"), auto_id="loi_%s")


OPTION_CARD = AnswerCard(
    anchor="c1-1-1",
    code="1.1.1",
    name="Ban hành Kế hoạch CCHC năm",
    max_points=D("1.00"),
    points=D("1.00"),
    save_url=SAVE_URL,
    key="gallery:1.1.1",
    version=3,
    kind="option",
    legend="Chọn mức đạt của 1.1.1",
    options=(
        Option("Ban hành trong quý IV năm trước liền kề", "Ban hành trong quý IV năm trước liền kề", D("1.00"), True),
        Option("Ban hành trong quý I năm kế hoạch", "Ban hành trong quý I năm kế hoạch", D("0.50")),
        Option("Ban hành sau quý I hoặc không ban hành", "Ban hành sau quý I hoặc không ban hành", D("0.00")),
    ),
    evidence=(Evidence("215/KH-SGTVT", "#", "14/12/2023 · tr. 1"),),
    add_url="#",
    saving="saved",
    saved_at=AT,
    links=(CardLink("Quy định chấm", "#"), CardLink("Ghi chú nội bộ (2)", "#")),
    past=Past(
        2023,
        (
            PastRow("Trả lời", "Ban hành trong quý IV năm trước liền kề"),
            PastRow("Tự chấm", "1,00", num=True),
            PastRow("Được", "1,00", num=True),
        ),
    ),
)
RATIO_CARD = AnswerCard(
    anchor="c1-1-3",
    code="1.1.3",
    name="Mức độ hoàn thành Kế hoạch CCHC năm của cơ quan và của các phòng, đơn vị trực thuộc, kể cả nhiệm vụ giao bổ sung",
    max_points=D("2.00"),
    points=D("1.50"),
    save_url=SAVE_URL,
    key="gallery:1.1.3",
    version=7,
    kind="inputs",
    legend="Số liệu của 1.1.3",
    inputs=(
        Input("numerator", "Số nhiệm vụ hoàn thành", "18"),
        Input("denominator", "Tổng số nhiệm vụ trong kế hoạch", "20"),
    ),
    ratio=True,
    together=True,
    result="= 90,00",
    result_unit="%",
    nothing_arose_words="Trong năm không phát sinh nhiệm vụ nào",
    steps=(
        ScoringStep("dưới 70%", D("0.00")),
        ScoringStep("từ 70% đến dưới 80%", D("0.50")),
        ScoringStep("từ 80% đến dưới 90%", D("1.00")),
        ScoringStep("từ 90% đến dưới 100%", D("1.50")),
        ScoringStep("đủ 100%", D("2.00")),
    ),
    reached=3,
    why="18/20 = 90,00%, bậc từ 90% đến dưới 100%",
    evidence=(
        Evidence("131/BC-SGTVT", "#", "15/11/2024 · Biểu 2, tr. 11"),
        Evidence("31/KH-SGTVT", "#", "02/02/2022", "ngày ngoài năm 2024"),
    ),
    add_url="#",
    explanation="Còn 2 nhiệm vụ chuyển sang quý I/2025 theo Công văn 3120/UBND-KT của UBND tỉnh.",
    saving="saved",
    saved_at=AT,
    links=(CardLink("Quy định chấm", "#"),),
    past=Past(2023, (PastRow("Trả lời", "20/20 = 100,00%"), PastRow("Được", "2,00", num=True)), "Cùng bộ tiêu chí."),
)
COUNT_CARD = AnswerCard(
    anchor="c1-2-1",
    code="1.2.1",
    name="Báo cáo CCHC định kỳ đủ số lượng, đúng thời hạn (quý I, 6 tháng, quý III, năm)",
    max_points=D("1.00"),
    points=None,
    save_url=SAVE_URL,
    key="gallery:1.2.1",
    version=0,
    kind="inputs",
    legend="Số liệu của 1.2.1",
    inputs=(
        Input("counts-0", "Số báo cáo gửi chậm", "x1", "(−0,25)", "“x1” không phải là số nguyên không âm."),
        Input("counts-1", "Số báo cáo không gửi", "", "(−0,50)"),
    ),
    error="“x1” không phải là số nguyên không âm. Chỉ ghi chữ số, ví dụ 12.",
    evidence_missing="Chưa có tài liệu. Thêm tài liệu hoặc viết giải trình thì mới trình được.",
    add_url="#",
    explanation_open=True,
    explanation_label="Giải trình (bắt buộc khi không có tài liệu)",
    saving="invalid",
)
CLOSED_CARD = replace(
    OPTION_CARD, anchor="c1-1-2", code="1.1.2", key="gallery:1.1.2", saving="closed", disabled=True, add_url="", past=None
)
SURVEY_CARD = AnswerCard(
    anchor="c1-7-1",
    code="1.7.1",
    name="Tính kịp thời, quyết liệt trong chỉ đạo, điều hành CCHC của người đứng đầu",
    max_points=D("2.00"),
    answered_by="survey",
    answered_by_words="Điểm do điều tra xã hội học, Sở Nội vụ tổng hợp. Đơn vị không phải trả lời.",
)
CONFLICT_CARD = replace(
    OPTION_CARD,
    anchor="c1-3-1",
    code="1.3.1",
    key="gallery:1.3.1",
    past=None,
    conflict=Conflict(
        url=SAVE_URL,
        sentence="Hà Văn Dũng vừa lưu câu trả lời khác lúc 14:05.",
        versions=(
            Version("mine", "Bản của bạn", "Ban hành trong quý I", D("0.50"), True),
            Version("theirs", "Bản của Hà Văn Dũng", "Ban hành sau quý I", D("0.25")),
        ),
        kept=(("option", "Ban hành trong quý I"),),
    ),
)

JOB = SimpleNamespace(
    title="Tính chỉ số của 204 xã, phường, thị trấn",
    state="running",
    live=True,
    percent=64,
    step="Tính điểm từng tiêu chí",
    progress=131,
    total=204,
    error="",
    started_at=AT,
    finished_at=None,
)
JOB_FAILED = SimpleNamespace(
    title="Tính chỉ số của 12 huyện, thành phố",
    state="failed",
    live=False,
    percent=30,
    step="",
    progress=0,
    total=0,
    error="Thiếu phiếu 8.3.1 của 2 huyện. Nhập phiếu rồi bấm chạy lại.",
    started_at=AT,
    finished_at=AT,
)


def samples(params: QueryDict) -> dict[str, Any]:
    """Everything the gallery prints."""
    rows = ranking()
    page: Page[Row] = Paginator(rows, 20).get_page(params.get("trang"))
    return {
        "tokens": TOKENS,
        "rows": page.object_list,
        "page": page,
        "all_rows": rows,
        "bricks": [(row.index, row.band) for row in rows],
        "heat_rows": rows[::8],
        "areas": AREAS,
        "filter_form": FilterForm(params or None),
        "form": DocumentForm(),
        "faulty_form": faulty_form(),
        "option_card": OPTION_CARD,
        "ratio_card": RATIO_CARD,
        "count_card": COUNT_CARD,
        "closed_card": CLOSED_CARD,
        "survey_card": SURVEY_CARD,
        "conflict_card": CONFLICT_CARD,
        "job": JOB,
        "job_failed": JOB_FAILED,
        "job_steps": (
            Step("Đọc điểm và số phiếu: xong", "done", note="14:02:10 · 15.096 điểm, 2.652 dòng phiếu"),
            Step("Tính điểm từng tiêu chí", "now", note="đang chạy"),
            Step("Cộng, xếp hạng, xếp nhóm"),
            Step("Ghi lần tính và mã kiểm chứng"),
        ),
        "stages": (
            Step("Chuẩn bị", "done", dates="đến 09/11"),
            Step("Tự đánh giá", "now", dates="10/11 – 30/11"),
            Step("Thẩm định", dates="đến 15/12"),
            Step("Giải trình", dates="5 ngày làm việc"),
            Step("Thẩm định lần 2", dates="đến 31/12"),
            Step("Hội đồng", dates="đến 10/01"),
            Step("Công bố", dates="15/01/2025"),
        ),
        "entries": (
            Entry("trả lời 7.2.2, chữ ký số", who="Lò Thị Hương", at=AT, now=True),
            Entry("thêm tài liệu 118/BC-SGTVT vào 1.2.1 và 1.2.2", who="Hà Văn Dũng", at=AT),
            Entry("nhắc: còn 7 ngày", who="Sở Nội vụ", when="08:00, 23/11/2024", done=True),
        ),
        "figures": (
            Figure("Đã trả lời", "69", "/ 85"),
            Figure("Điểm tự chấm", "58,38", "/ 77,50"),
            Figure("Còn có thể lấy", "16,06"),
            Figure("Đã mất", "3,06"),
            Figure("Năm 2023", "89,89", "%"),
        ),
        "tabs": (
            Choice("Sở, ban, ngành", "#", True, 20),
            Choice("Huyện, thành phố", "#", count=12),
            Choice("Xã, phường, thị trấn", "#", count=204),
        ),
        "pills": (
            Choice("Tất cả", "#", True, 18),
            Choice("Chưa trả lời", "#", count=2),
            Choice("Thiếu tài liệu", "#", count=2),
            Choice("Bị trả lại", "#", count=1),
            Choice("Khác năm trước", "#", count=5),
        ),
        "rail": tuple(
            RailArea(f"{n}. {name}", "#", 3 * n % 14, 14 if n > 2 else 6, n == 1) for n, name in enumerate(AREAS, 1)
        ),
        "files": (File("CSV", "#"), File("XLSX", "#"), File("Bản in (PDF)", "#", print=True)),
        "years": [(2020, D("85.12")), (2021, D("86.40")), (2022, None), (2023, D("89.89")), (2024, D("89.38"))],
        "parts": (("s4", D("58.38")), ("s2", D("16.06")), ("sx", D("3.06"))),
        "parts_key": (("s4", "tự chấm"), ("s2", "còn có thể lấy"), ("sx", "đã mất")),
        "long_steps": (
            ScoringStep("Ban hành trong quý IV năm trước", D("1.00")),
            ScoringStep("Ban hành trong quý I năm kế hoạch", D("0.50")),
            ScoringStep("Ban hành sau quý I hoặc không ban hành", D("0.00")),
        ),
        "at": AT,
        "errors": (
            ("1.3.2: chưa có tài liệu hoặc giải trình", "#c1-2-1"),
            ("8.2.1: chưa trả lời", "#c1-1-3"),
            ("7.2.1: mẫu số phải lớn hơn 0", ""),
        ),
        "recipients": ("Sở Giao thông vận tải", "Chủ tịch UBND tỉnh (để báo cáo)", "Lưu: VT, CCHC"),
    }
