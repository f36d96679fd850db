"""Result report and ranking as workbooks: an official-looking first sheet, and "Ghi chú" saying what it is.

Codes and texts are text cells, so that 1.10 stays 1.10 and nothing is ever a formula; figures are numbers
with two decimals, as printed. The first sheet prints on A4 with its head row repeated.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils import translation

from reports.content.paper import Paper
from reports.content.ranking_report import RankedUnit, RankingReport
from reports.content.self_report import SelfLine, SelfReport, UnitPaper
from reports.content.unit_report import UnitReport
from scoring.models import CellState
from scoring.queries.sheets import SheetLine

MARK = "DỮ LIỆU MINH HỌA – điểm số giả lập, không có giá trị pháp lý"
PROVISIONAL = "TẠM TÍNH – chưa công bố, số liệu có thể thay đổi"
DRAFT = "BẢN NHÁP, CHƯA NỘP – số liệu có thể thay đổi"
FONT = "Times New Roman"
FIGURE = "#,##0.00"
CHANGE = "+#,##0.00;-#,##0.00;0.00"

UNIT_HEAD = (
    "STT",
    "Lĩnh vực / tiêu chí / tiêu chí thành phần",
    "Điểm tối đa",
    "Tự đánh giá",
    "Thẩm định",
    "Điều tra XHH",
    "Điểm đạt được",
    "Chỉ số (%)",
    "Ghi chú",
)
UNIT_WIDTHS = (8, 60, 10, 10, 10, 10, 11, 10, 26)
STATES = {
    CellState.EMPTY: "chưa trả lời",
    CellState.NO_DATA: "chưa có dữ liệu điều tra",
    CellState.NOT_APPLICABLE: "k.a.d.",
}


def unit_workbook(report: UnitReport) -> bytes:
    """The result report of a unit as XLSX."""
    with translation.override("vi"):
        title = [
            "PHIẾU ĐIỂM",
            f"Chỉ số cải cách hành chính năm {report.paper.year} của {report.unit_name}"
            + (f", {report.district_inside}" if report.district else ""),
        ]
        total = (
            "",
            "TỔNG CỘNG",
            report.max_points,
            report.self_points,
            report.appraised_points,
            report.survey_points,
            report.points,
            report.index_percent,
            _standing(report),
        )
        rows = [(_unit_cells(line), line.level) for line in report.lines] + [(total, "area")]
        return _workbook(
            report.paper, "Phiếu điểm", title, UNIT_HEAD, UNIT_WIDTHS, rows, landscape=False, facts=_unit_facts(report)
        )


def _unit_cells(line: SheetLine) -> tuple[Any, ...]:
    if not line.applies:
        return (line.code, line.name, None, None, None, None, None, None, STATES[CellState.NOT_APPLICABLE])
    note = STATES.get(CellState(line.state), "") if line.is_leaf else ""
    if line.derived:
        note = "tính từ chênh lệch tự đánh giá và thẩm định"
    return (
        line.code,
        line.name,
        line.max_points,
        line.self_points,
        line.appraised_points,
        line.survey_points,
        line.points,
        line.percent,
        note,
    )


def _standing(report: UnitReport) -> str:
    band = f"nhóm {report.band}" if report.band else ""
    place = f"hạng {report.rank}/{report.ranked}" if report.rank is not None else "không xếp hạng"
    return ", ".join(part for part in (place, band) if part)


def _unit_facts(report: UnitReport) -> list[tuple[str, Any]]:
    year = report.paper.year
    return [
        ("Mã đơn vị", report.unit_code),
        ("Đơn vị", report.unit_name),
        ("Chỉ số (%)", report.index_percent),
        ("Hạng", report.rank),
        ("Số đơn vị được xếp hạng", report.ranked),
        *([("Hạng trong toàn tỉnh (tham khảo)", report.level_rank)] if report.district else []),
        ("Nhóm", report.band),
        (f"Chỉ số năm {year - 1} (%)", report.previous_index_percent),
        ("Thay đổi (điểm phần trăm)", report.change),
        *([] if report.comparable else [("So sánh", "không so sánh được hoàn toàn vì bộ tiêu chí đã thay đổi")]),
        *([] if report.complete else [("Chưa đủ", f"còn {report.missing} tiêu chí thành phần chưa có số liệu")]),
        ("k.a.d.", "không áp dụng với đơn vị, đã trừ khỏi điểm tối đa"),
        ("Căn cứ", report.framework_basis),
        ("Về bộ tiêu chí", report.framework_note),
    ]


def ranking_workbook(report: RankingReport) -> bytes:
    """The ranking of a level or of a district's communes as XLSX."""
    with translation.override("vi"):
        paper = report.paper
        title = [
            "BẢNG XẾP HẠNG",
            f"Chỉ số cải cách hành chính năm {paper.year} của các {paper.kind.inside}"
            + (f" thuộc {report.district_inside}" if report.district else ""),
        ]
        head, widths = _ranking_head(report)
        rows = [(_ranking_cells(row, report.by_district), "") for row in report.rows]
        return _workbook(paper, "Xếp hạng", title, head, widths, rows, landscape=True, facts=_ranking_facts(report))


def _ranking_head(report: RankingReport) -> tuple[tuple[str, ...], tuple[int, ...]]:
    districts = ("Huyện, thành phố", "Hạng trong huyện") if report.by_district else ()
    head = (
        "Hạng trong tỉnh" if report.by_district else "Hạng",
        "Mã đơn vị",
        "Đơn vị",
        *districts,
        "Điểm thẩm định",
        "Điểm điều tra XHH",
        "Tổng điểm",
        "Điểm tối đa áp dụng",
        "Chỉ số (%)",
        "Nhóm",
        f"Chỉ số năm {report.paper.year - 1} (%)",
        "Thay đổi (điểm %)",
        "Ghi chú",
    )
    return head, (7, 11, 40, *((24, 9) if report.by_district else ()), 10, 11, 10, 11, 10, 7, 11, 10, 24)


def _ranking_cells(row: RankedUnit, by_district: bool) -> tuple[Any, ...]:
    notes = ["" if row.complete else "chưa đủ", "" if row.rank is not None else "không xếp hạng"]
    if row.change is not None and not row.comparable:
        notes.append("bộ tiêu chí đã thay đổi")
    return (
        row.rank,
        row.unit_code,
        row.unit_name,
        *((row.district, row.own_rank) if by_district else ()),
        row.appraised_points,
        row.survey_points,
        row.points,
        row.max_points,
        row.index_percent,
        row.band,
        row.previous_index_percent,
        row.change,
        "; ".join(note for note in notes if note),
    )


def _ranking_facts(report: RankingReport) -> list[tuple[str, Any]]:
    return [
        ("Số đơn vị", len(report.rows)),
        ("Trung vị (%)", report.median),
        *((f"Nhóm {name}", count) for name, count in report.bands),
        ("Đồng hạng", "cùng chỉ số thì cùng hạng, hạng kế tiếp bỏ trống; trong cùng hạng xếp theo vần"),
        *([("Hạng trong tỉnh", "để tham khảo, vì mỗi huyện, thành phố tự thẩm định")] if report.by_district else []),
        *([("Chưa có kết quả", ", ".join(report.waiting))] if report.waiting else []),
    ]


SELF_HEAD = ("STT", "Lĩnh vực / tiêu chí / tiêu chí thành phần", "Điểm tối đa", "Tự đánh giá", "Tài liệu kiểm chứng", "Ghi chú")
SELF_WIDTHS = (8, 60, 10, 10, 50, 40)


def self_workbook(report: SelfReport) -> bytes:
    """The self-assessment report of a unit as XLSX."""
    with translation.override("vi"):
        title = [
            "BÁO CÁO",
            f"Tự đánh giá, chấm điểm Chỉ số cải cách hành chính năm {report.paper.year} của {report.unit_name}",
        ]
        remarks = {row.code: row.text or "chưa viết giải trình" for row in report.explanations}
        remarks |= {row.code: f"đề nghị không áp dụng: {row.text}" for row in report.not_applicable}
        rows = [(_self_cells(line, remarks), line.level) for line in report.lines]
        rows.append((("", "TỔNG CỘNG", report.max_points, report.points, "", ""), "area"))
        facts = [
            ("Mã đơn vị", report.unit_code),
            ("Đơn vị", report.unit_name),
            ("Lần nộp", report.number),
            ("Khó khăn, vướng mắc", report.difficulties or "Không có."),
            ("Đề xuất, kiến nghị", report.proposals or "Không có."),
        ]
        return _workbook(report.paper, "Tự đánh giá", title, SELF_HEAD, SELF_WIDTHS, rows, landscape=True, facts=facts)


def _self_cells(line: SelfLine, remarks: Mapping[str, str]) -> tuple[Any, ...]:
    if not line.applies:
        return (line.code, line.name, None, None, "", STATES[CellState.NOT_APPLICABLE])
    note = remarks.get(line.code, "" if line.answered else STATES[CellState.EMPTY])
    return (line.code, line.name, line.max_points, line.points, "; ".join(line.documents), note)


def _workbook(
    paper: Paper | UnitPaper,
    name: str,
    title: Sequence[str],
    head: Sequence[str],
    widths: Sequence[int],
    rows: Iterable[tuple[Sequence[Any], str]],
    *,
    landscape: bool,
    facts: Sequence[tuple[str, Any]],
) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    page.title = name
    _print_setup(page, widths, landscape=landscape)
    styles = _styles()
    marks = [MARK] * paper.demonstration + [_unfinished(paper)] * (not paper.published)
    lines = (paper.letterhead.body.replace("\n", " "), *title, *_decrees_in_short(paper), *marks)
    for row, line in enumerate(lines, start=1):
        _full_row(page, row, line, len(head), styles["title" if line in title else "mark" if line in marks else "line"])
    top = len(lines) + 2
    _row(page, top, head, styles["head"], [None] * len(head))
    page.print_title_rows = f"{top}:{top}"
    page.freeze_panes = page.cell(top + 1, 3)
    formats = [CHANGE if label.startswith("Thay đổi") else FIGURE for label in head]
    for row, (cells, level) in enumerate(rows, start=top + 1):
        _row(page, row, cells, styles.get(level, styles["cell"]), formats)
    _notes(book, paper, facts, styles)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _unfinished(paper: Paper | UnitPaper) -> str:
    return DRAFT if isinstance(paper, UnitPaper) else PROVISIONAL


def _digest_label(paper: Paper | UnitPaper) -> str:
    return "Mã băm của nội dung" if isinstance(paper, UnitPaper) else "Mã băm của lần tính"


def _decrees_in_short(paper: Paper | UnitPaper) -> list[str]:
    if len(paper.decrees) != 1 or not paper.published:
        return []
    decree = paper.decrees[0]
    return [f"Theo Quyết định số {decree.number} ngày {decree.decided_on:%d/%m/%Y} của {decree.issuer}"]


def _print_setup(page: Any, widths: Sequence[int], *, landscape: bool) -> None:
    from openpyxl.utils import get_column_letter

    for number, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.orientation = "landscape" if landscape else "portrait"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddHeader.center.text = "&P"
    page.print_options.horizontalCentered = True


def _styles() -> dict[str, dict[str, Any]]:
    """One object per style, shared by all its cells."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    thin = Side(style="thin")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    top = Alignment(vertical="top", wrap_text=True)
    centre = Alignment(horizontal="center", vertical="center", wrap_text=True)
    grey = PatternFill("solid", fgColor="EEEEEE")
    return {
        "title": {"font": Font(name=FONT, size=14, bold=True), "alignment": centre},
        "line": {"font": Font(name=FONT, size=12), "alignment": centre},
        "mark": {"font": Font(name=FONT, size=11, bold=True, italic=True), "alignment": centre},
        "head": {"font": Font(name=FONT, size=11, bold=True), "alignment": centre, "border": border},
        "cell": {"font": Font(name=FONT, size=11), "alignment": top, "border": border},
        "area": {"font": Font(name=FONT, size=11, bold=True), "alignment": top, "border": border, "fill": grey},
        "criterion": {"font": Font(name=FONT, size=11, italic=True), "alignment": top, "border": border},
        "note": {"font": Font(name=FONT, size=11), "alignment": top},
    }


def _full_row(page: Any, row: int, text: str, columns: int, style: dict[str, Any]) -> None:
    page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=columns)
    _fill(page.cell(row, 1), text, style)


def _row(page: Any, row: int, cells: Sequence[Any], style: dict[str, Any], formats: Sequence[str | None]) -> None:
    for number, (value, shape) in enumerate(zip(cells, formats, strict=True), start=1):
        _fill(page.cell(row, number), value, style, shape)


def _fill(cell: Any, value: Any, style: dict[str, Any], shape: str | None = None) -> None:
    """A text is a text whatever it begins with; a ``Decimal`` keeps its two decimals; absent stays empty."""
    if isinstance(value, str):
        cell.value = value or None
        if value:
            cell.data_type, cell.number_format = "s", "@"
    elif value is not None:
        cell.value = value
        cell.number_format = (shape or FIGURE) if isinstance(value, Decimal) else "0"
    for name, look in style.items():
        setattr(cell, name, look)


def _notes(book: Any, paper: Paper | UnitPaper, facts: Sequence[tuple[str, Any]], styles: dict[str, dict[str, Any]]) -> None:
    """The second sheet: what the first is, and under which decisions it stands."""
    page = book.create_sheet("Ghi chú")
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 34, 90
    lines: list[tuple[str, Any]] = []
    if paper.demonstration:
        lines.append(("Dữ liệu minh họa", "Đơn vị có thật, điểm số do phần mềm tạo ra, không có giá trị pháp lý."))
    if not paper.published:
        lines.append(
            ("Bản nháp", "Chưa nộp, số liệu có thể thay đổi.")
            if isinstance(paper, UnitPaper)
            else ("Tạm tính", "Chưa công bố, số liệu có thể thay đổi.")
        )
    lines += [("Năm", paper.year), *facts]
    for decree in paper.decrees:
        where = f"{decree.district}: " if decree.district else ""
        version = f", lần công bố thứ {decree.version} (đính chính)" if decree.version > 1 else ""
        lines.append(
            ("Quyết định công bố", f"{where}{decree.number} ngày {decree.decided_on:%d/%m/%Y} của {decree.issuer}{version}")
        )
    if paper.doubted:
        lines.append(("Lưu ý", "Một số liệu của năm trước đã được công bố lại sau đó; chờ đính chính."))
    lines += [
        ("Ngày chốt đơn vị", f"{paper.reference_date:%d/%m/%Y}"),
        ("Cách tính", "Điểm thành phần làm tròn hai chữ số một lần; tổng là phép cộng các số đã in."),
        ("Mã kiểm chứng", paper.code),
        *((_digest_label(paper), digest) for digest in paper.digests),
    ]
    said = [(label, value) for label, value in lines if value not in (None, "")]
    for row, cells in enumerate(said, start=1):
        _row(page, row, cells, styles["note"], (None, FIGURE))
