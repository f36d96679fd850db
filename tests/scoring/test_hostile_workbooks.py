"""Malformed and hostile workbooks: each is refused with its sentence and its cell, and nothing is written."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from criteria.models import Node
from parindex import clock
from parindex.models import AuditEvent
from parindex.workbook_file import read_book
from scoring.models import Assessment, Score, ScoreRevision, WorkbookUpload
from scoring.workbook import layout as at
from scoring.workbook.layout import framework_mark
from scoring.workbook.styles import LISTS
from tests import build
from tests.importing import files
from tests.importing.files import rezip
from tests.scoring.workbook_files import FIRST, SECOND, changed, filled, made, opened, places, send

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
SECONDS, KILOBYTES = 10, 300 * 1024
#: Rows of the first sheet as the small framework gives them.
R111, R112, R113 = 4, 5, 8


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """The clock stands inside the self-assessment."""
    monkeypatch.setattr(clock, "now", lambda: build.NOW)


@pytest.fixture
def assessment():
    return opened(build.unit("SGTVT", "Sở Giao thông vận tải"))


def boxes(**cells: Any) -> Callable[[Assessment], bytes]:
    """A good workbook with boxes filled in: ``c2_1_2__items`` is 2.1.2|items."""
    named = {key[1:].replace("__", "|").replace("_", "."): value for key, value in cells.items()}
    return lambda assessment: filled(assessment, made(assessment), named)


def worked(work: Callable[[Any], None]) -> Callable[[Assessment], bytes]:
    """A good workbook after somebody has been at it."""
    return lambda assessment: changed(made(assessment), work)


def cell(sheet: str, place: str, value: Any, form: str = "") -> Callable[[Assessment], bytes]:
    """A good workbook with one cell set, and its number format."""

    def work(book: Any) -> None:
        book[sheet][place].value = value
        if form:
            book[sheet][place].number_format = form

    return worked(work)


def raw(change: Callable[[bytes], bytes], member: str = "xl/worksheets/sheet2.xml") -> Callable[[Assessment], bytes]:
    """A good workbook with the bytes of one part changed (the second sheet is the first area)."""
    return lambda assessment: rezip(made(assessment), change={member: change})


def with_part(name: str, content: bytes = b"x") -> Callable[[Assessment], bytes]:
    """A good workbook with a further part."""
    return lambda assessment: rezip(made(assessment), add=[(name, content)])


def fixed(data: bytes) -> Callable[[Assessment], bytes]:
    """A file that has nothing to do with the dossier."""
    return lambda _assessment: data


def other_unit(assessment: Assessment) -> bytes:
    """The workbook of another unit of the same population."""
    other = build.assessment(assessment.population, build.unit("SYT", "Sở Y tế"))
    return made(Assessment.objects.select_related("population__cycle", "population__framework", "unit").get(pk=other.pk))


def other_year(assessment: Assessment) -> bytes:
    """The unit's own workbook of the year before."""
    framework = build.framework("department", 2023)
    population = build.population("department", 2023, framework=framework, stage="self_assessment")
    return made(build.assessment(population, assessment.unit))


def other_dossier(assessment: Assessment) -> bytes:
    """A workbook whose dossier has been made anew since."""
    return made(assessment, assessment=assessment.pk + 1)


def other_level(assessment: Assessment) -> bytes:
    """A workbook taken when the unit stood in another level."""
    return made(assessment, level="commune")


def changed_framework(assessment: Assessment) -> bytes:
    """A workbook from before a criterion was renamed."""
    nodes = list(Node.objects.filter(framework=assessment.population.framework).order_by("position"))
    nodes[-2].name = "Sáng kiến, đề tài"
    return made(assessment, framework=framework_mark(nodes))


def base_with(change: Callable[[str], str], column: int = 2, row: int = 2) -> Callable[[Assessment], bytes]:
    """A workbook whose hidden state has been changed by hand."""

    def work(book: Any) -> None:
        place = book["_goc"].cell(row, column)
        place.value = change(str(place.value))

    return worked(work)


def swapped_base(assessment: Assessment) -> bytes:
    """Two hidden rows exchanged."""

    def work(book: Any) -> None:
        sheet = book["_goc"]
        sheet["B2"].value, sheet["B3"].value = sheet["B3"].value, sheet["B2"].value
        sheet["A2"].value, sheet["A3"].value = sheet["A3"].value, "1.1.1"

    return changed(made(assessment), work)


def foreign_base(assessment: Assessment) -> bytes:
    """The hidden sheet of another dossier, copied over."""
    theirs = load_workbook(io.BytesIO(other_unit(assessment)))["_goc"]

    def work(book: Any) -> None:
        for row in theirs:
            for one in row:
                book["_goc"].cell(one.row, one.column).value = one.value

    return changed(made(assessment), work)


def sorted_rows(book: Any) -> None:
    """Two lines exchanged, as sorting does."""
    sheet = book[FIRST]
    for column in range(1, at.POINTS + 1):
        one, two = sheet.cell(R111, column), sheet.cell(R112, column)
        one.value, two.value = two.value, one.value


def hundred_thousand_rows(assessment: Assessment) -> bytes:
    """A hundred thousand lines below the table."""
    rows = b"".join(b'<row r="%d"><c r="G%d"><v>1</v></c></row>' % (n, n) for n in range(100, 100_101))
    return raw(lambda old: old.replace(b"</sheetData>", rows + b"</sheetData>"))(assessment)


def bomb(assessment: Assessment) -> bytes:
    """A sheet that unpacks to 300 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made(assessment))) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = source.read(info)
            with target.open(info.filename, "w") as member:
                if info.filename != "xl/worksheets/sheet2.xml":
                    member.write(content)
                    continue
                start, end = content.split(b"</sheetData>")
                member.write(start)
                for _megabyte in range(300):
                    member.write(b" " * 1024 * 1024)
                member.write(b"</sheetData>" + end)
    return out.getvalue()


def huge_strings(assessment: Assessment) -> bytes:
    """Five thousand cells of fifteen thousand letters each, from one shared string."""
    rows = b"".join(
        b'<row r="%d"><c r="K%d" t="inlineStr"><is><t>%s</t></is></c></row>' % (n, n, b"x" * 15_000) for n in range(100, 1_100)
    )
    return raw(lambda old: old.replace(b"</sheetData>", rows + b"</sheetData>"))(assessment)


def plain_book() -> bytes:
    """A workbook somebody made."""
    book = Workbook()
    book.active.append(["Mã", "Trả lời"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def in_file(name: str) -> str:
    return f"Trang «{name}»"


#: name → (file name, file, what the page must say)
CASES: dict[str, tuple[str, Callable[[Assessment], bytes], list[str]]] = {
    # The file as a whole
    "empty": ("a.xlsx", fixed(b""), ["Tệp rỗng"]),
    "csv": ("a.csv", fixed(b"Ma,Tra loi\n1.1.1,10\n"), ["không phải sổ làm việc Excel"]),
    "pdf": ("a.xlsx", fixed(b"%PDF-1.7\n"), ["không phải sổ làm việc Excel"]),
    "html": ("a.xlsx", fixed(b"<html><table></table></html>"), ["không phải sổ làm việc Excel"]),
    "word": ("a.xlsx", fixed(files.word_document()), ["Nội dung không phải bảng tính"]),
    "old_xls": ("a.xls", fixed(files.old_workbook()), [".xls", "Lưu thành"]),
    "password": ("a.xlsx", fixed(files.old_workbook(b"EncryptedPackage")), ["mật khẩu"]),
    "locked_zip": ("a.xlsx", fixed(files.locked_member()), ["mật khẩu"]),
    "macro": ("a.xlsm", with_part("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"), ["macro"]),
    "macro_type": ("a.xlsx", fixed(files.macro_type()), ["macro"]),
    "renamed": ("a.docx", made, ["«.docx»"]),
    "links": ("a.xlsx", with_part("xl/externalLinks/externalLink1.xml", b"<x/>"), ["liên kết tới tệp"]),
    "connection": ("a.xlsx", with_part("xl/connections.xml", b"<x/>"), ["nguồn dữ liệu khác"]),
    "embedded": ("a.xlsx", with_part("xl/embeddings/oleObject1.bin"), ["đối tượng nhúng"]),
    "truncated": ("a.xlsx", lambda a: made(a)[:-300], ["hỏng"]),
    "appended": ("a.xlsx", lambda a: made(a) + b"<script>" * 99, ["dữ liệu lạ"]),
    "prepended": ("a.xlsx", lambda a: b"PK\x03\x04junk" + made(a), ["dữ liệu lạ"]),
    "path": ("a.xlsx", with_part("../../etc/x"), ["hỏng"]),
    "many_parts": ("a.xlsx", lambda a: rezip(made(a), add=[(f"xl/media/{n}", b"x") for n in range(300)]), ["200 thành phần"]),
    "doctype": ("a.xlsx", raw(lambda old: old.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY e "x">]><worksheet', 1)), ["DOCTYPE"]),
    "not_xml": ("a.xlsx", raw(lambda old: old[:500]), [in_file(FIRST), "hỏng"]),
    "bomb": ("a.xlsx", bomb, ["64 MB"]),
    "rows": ("a.xlsx", hundred_thousand_rows, [in_file(FIRST), "5000 dòng"]),
    "huge_strings": ("a.xlsx", huge_strings, [in_file(FIRST), "quá lớn"]),
    "wide": ("a.xlsx", cell(FIRST, "XFD4", 1), [in_file(FIRST), "200 cột"]),
    "many_sheets": ("a.xlsx", worked(lambda book: [book.create_sheet(f"T{n}") for n in range(70)]), ["60 trang"]),
    # Whose it is
    "somebodys": ("a.xlsx", fixed(plain_book()), ["không phải phiếu tự đánh giá", "«_goc»"]),
    "other_unit": ("a.xlsx", other_unit, ["đơn vị mang mã SYT"]),
    "other_year": ("a.xlsx", other_year, ["năm 2023"]),
    "other_level": ("a.xlsx", other_level, ["cấp khác"]),
    "other_dossier": ("a.xlsx", other_dossier, ["hồ sơ khác"]),
    "other_layout": ("a.xlsx", lambda a: made(a, layout=99), ["mẫu tệp đã thay đổi"]),
    "framework": ("a.xlsx", changed_framework, ["Bộ tiêu chí hoặc mẫu tệp đã thay đổi"]),
    "base_version": ("a.xlsx", base_with(lambda old: old.replace('"version":0', '"version":7')), ["«_goc»", "dữ liệu gốc đã bị sửa"]),
    "base_unit": ("a.xlsx", base_with(lambda old: old.replace("SGTVT", "SYT"), row=1), ["dữ liệu gốc đã bị sửa"]),
    "base_seal": ("a.xlsx", base_with(lambda old: old[:-1] + "x", row=8), ["dữ liệu gốc đã bị sửa"]),
    "base_number": ("a.xlsx", cell("_goc", "B2", 5), ["dữ liệu gốc đã bị sửa"]),
    "base_formula": ("a.xlsx", cell("_goc", "B2", "=1"), ["dữ liệu gốc đã bị sửa"]),
    "base_swapped": ("a.xlsx", swapped_base, ["dữ liệu gốc đã bị sửa"]),
    "base_copied": ("a.xlsx", foreign_base, ["đơn vị mang mã SYT"]),
    "base_gone": ("a.xlsx", worked(lambda book: book.remove(book["_goc"])), ["thiếu trang ẩn «_goc»"]),
    # Structure
    "sheet_gone": ("a.xlsx", worked(lambda book: book.remove(book[SECOND])), ["Trang «Lĩnh vực 2»: Thiếu trang này"]),
    "sheet_renamed": ("a.xlsx", worked(lambda book: setattr(book[SECOND], "title", "Hai")), ["Trang «Hai»: Trang này không có", "Trang «Lĩnh vực 2»: Thiếu"]),
    "sheet_added": ("a.xlsx", worked(lambda book: book.create_sheet("Nháp")), ["Trang «Nháp»: Trang này không có"]),
    "row_inserted": ("a.xlsx", worked(lambda book: book[FIRST].insert_rows(R112)), ["ô A6: Dòng của mã 1.1.2 đã chuyển chỗ (trước ở dòng 5)"]),
    "row_deleted": ("a.xlsx", worked(lambda book: book[FIRST].delete_rows(R111)), ["ô A4: Thiếu dòng của mã 1.1.1"]),
    "rows_sorted": ("a.xlsx", worked(sorted_rows), ["đã chuyển chỗ"]),
    "row_twice": ("a.xlsx", cell(FIRST, "A30", "1.1.1|option"), ["ô A30: Dòng của mã 1.1.1 có hai lần (đã có ở dòng 4)"]),
    "row_unknown": ("a.xlsx", cell(FIRST, "A30", "9.9.9|option"), ["ô A30: Dòng mang mã lạ «9.9.9»"]),
    "key_changed": ("a.xlsx", cell(FIRST, "A4", "2.2|option"), ["ô A4: Dòng mang mã lạ «2.2»", "ô A4: Thiếu dòng của mã 1.1.1"]),
    "key_formula": ("a.xlsx", cell(FIRST, "A4", "=B4"), ["ô A4: Dòng mang mã lạ", "Thiếu dòng của mã 1.1.1"]),
    "column_inserted": ("a.xlsx", worked(lambda book: book[FIRST].insert_cols(7)), ["ô G2: Đầu cột phải là «Trả lời»"]),
    "head_changed": ("a.xlsx", cell(FIRST, "G2", "Điểm"), ["ô G2: Đầu cột phải là «Trả lời»"]),
    "merged": ("a.xlsx", worked(lambda book: book[FIRST].merge_cells("G4:G5")), ["Trang «Lĩnh vực 1»: Các ô G4:G5 bị gộp"]),
    "code_changed": ("a.xlsx", cell(FIRST, "B4", "1.1.9"), ["ô B4: Ô này chỉ để xem"]),
    "name_changed": ("a.xlsx", cell(FIRST, "C4", "Ban hành kế hoạch năm 2025"), ["ô C4: Ô này chỉ để xem"]),
    "maximum_changed": ("a.xlsx", cell(FIRST, "D4", 100), ["ô D4: Ô này chỉ để xem"]),
    "maximum_formula": ("a.xlsx", cell(FIRST, "D4", "=10"), ["ô D4: Ô này chỉ để xem"]),
    "points_typed": ("a.xlsx", cell(FIRST, "M4", 10), ["ô M4: Điểm do hệ thống tính, không gõ"]),
    "beside": ("a.xlsx", cell(FIRST, "P4", "xem lại"), ["ô M4: Có nội dung ngoài bảng"]),
    "below": ("a.xlsx", cell(FIRST, "C40", "Ghi chú"), ["ô C40: Có nội dung ngoài bảng"]),
    "not_asked": ("a.xlsx", cell(FIRST, "G11", "Tốt"), ["ô G11: Ô này không dùng"]),
    "not_offered": ("a.xlsx", boxes(c1_1_1__na="Có"), ["ô I4: Ô này không dùng"]),
    # Cells
    "formula": ("a.xlsx", boxes(c2_1_2__items="=1+1"), ["Trang «Lĩnh vực 2», ô G6: Ô là công thức"]),
    "formula_text": ("a.xlsx", boxes(c2_1_2__explanation="=A1"), ["ô K6: Ô là công thức"]),
    "error_value": ("a.xlsx", boxes(c2_1_2__items="#N/A"), ["ô G6: Ô mang giá trị lỗi (#N/A)"]),
    "words": ("a.xlsx", boxes(c2_1_2__items="ba"), ["ô G6: “ba” không phải là số nguyên"]),
    "date": ("a.xlsx", boxes(c2_1_2__items=datetime(2024, 5, 1)), ["ô G6: Ô là ngày (2024-05-01), không phải số"]),
    "date_text": ("a.xlsx", boxes(c2_1_2__explanation=datetime(2024, 5, 1)), ["ô K6: Ô là ngày (2024-05-01)"]),
    "percent_format": ("a.xlsx", cell(FIRST, f"G{R112 + 2}", 0.9, "0%"), ["ô G7: Ô định dạng phần trăm (lưu là 0.9)"]),
    "truth": ("a.xlsx", boxes(c2_1_2__items=True), ["ô G6: Ô là giá trị đúng/sai"]),
    "negative": ("a.xlsx", boxes(c2_1_2__items=-1), ["ô G6: “-1” không phải là số nguyên"]),
    "fraction": ("a.xlsx", boxes(c2_1_1__count1=1.5), ["ô G4: “1,5” không phải là số nguyên"]),
    "negative_count": ("a.xlsx", boxes(c2_1_1__count2=-2), ["ô G5: “-2” không phải là số nguyên"]),
    "two_readings": ("a.xlsx", boxes(c1_1_2__numerator="1.250", c1_1_2__denominator="2000"), ["ô G5: “1.250” đọc được hai cách"]),
    "exceeds": ("a.xlsx", boxes(c1_1_2__numerator=22, c1_1_2__denominator=20), ["ô G5: Tử số 22 lớn hơn mẫu số 20"]),
    "zero": ("a.xlsx", boxes(c1_1_2__numerator=0, c1_1_2__denominator=0), ["ô G6: Mẫu số bằng 0"]),
    "one_number": ("a.xlsx", boxes(c1_1_2__numerator=5), ["Còn thiếu mẫu số"]),
    "both_ways": ("a.xlsx", boxes(c1_1_2__numerator=5, c1_1_2__denominator=6, c1_1_2__percent=80), ["ô G7: ", "không ghi cả hai"]),
    "over_hundred": ("a.xlsx", boxes(c1_1_2__percent=120), ["ô G7: Tỷ lệ 120% lớn hơn 100%"]),
    "digits": ("a.xlsx", boxes(c1_1_2__percent="1e5"), ["ô G7: ", "1e5"]),
    "wrong_label": ("a.xlsx", boxes(c1_1_1__option="Rất sớm"), ["ô G4: Không có phương án “Rất sớm”"]),
    "label_number": ("a.xlsx", boxes(c1_1_1__option=10), ["ô G4: Không có phương án “10”"]),
    "maybe": ("a.xlsx", boxes(c2_2__na="có lẽ"), ["ô I8: «có lẽ» không hợp lệ"]),
    "yes_and_answer": ("a.xlsx", boxes(c2_2__na="Có", c2_2__option="Không vi phạm"), ["ô G8: Đã chọn «Có»"]),
    "both_yes": ("a.xlsx", boxes(c1_1_3__na="Có", c1_1_3__nothing="Có"), ["ô I8: Đã chọn «Có» cả"]),
    "reason_alone": ("a.xlsx", boxes(c2_2__reason="Không có trụ sở"), ["ô J8: Có lý do nhưng chưa chọn «Có»"]),
    "long_reason": ("a.xlsx", boxes(c2_2__na="Có", c2_2__reason="x" * 1001), ["ô J8: Lý do dài hơn 1000"]),
    "long_explanation": ("a.xlsx", boxes(c2_1_2__explanation="x" * 5001), ["ô K6: Giải trình dài hơn 5000"]),
    "too_long": ("a.xlsx", boxes(c2_1_2__explanation="x" * 20_001), ["ô K6: Ô dài quá mức"]),
}  # fmt: skip


def written() -> tuple[int, ...]:
    """Everything an upload could have written."""
    return (Score.objects.count(), ScoreRevision.objects.count(), WorkbookUpload.objects.count(), AuditEvent.objects.count())


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_with_its_place_and_nothing_is_written(client, assessment, case):
    name, make, says = CASES[case]
    client.force_login(build.clerk(assessment.unit))
    data = make(assessment)
    before, started = written(), time.monotonic()

    response = send(client, assessment, data, name)

    assert response.status_code == 422
    html = unescape(response.content.decode())
    assert [part for part in says if part not in html] == []
    assert written() == before
    assert time.monotonic() - started < SECONDS


def test_there_are_at_least_forty_of_them():
    assert len(CASES) >= 40


def test_the_rows_named_above_are_those_of_the_framework(assessment):
    where = places(assessment)
    assert [where[key][1] for key in ("1.1.1|option", "1.1.2|numerator", "1.1.3|numerator")] == [R111, R112, R113]


def test_the_good_workbook_behind_all_of_them_is_taken(client, assessment):
    client.force_login(build.clerk(assessment.unit))
    assert send(client, assessment, made(assessment)).status_code == 302


def test_what_stands_in_the_guide_or_the_lists_does_no_harm(client, assessment):
    """These two are for people only: whatever is done to them changes no answer."""

    def work(book: Any) -> None:
        book["Hướng dẫn"]["A30"].value = "=HYPERLINK(1)"
        book[LISTS]["A1"].value = "Rất tốt"

    client.force_login(build.clerk(assessment.unit))
    assert send(client, assessment, changed(made(assessment), work)).status_code == 302


def test_all_problems_are_listed_up_to_two_hundred(client):
    rows = build.small_rows()
    one = next(row for row in rows if row["code"] == "2.1.2")
    many = [{**one, "code": f"2.1.{n}", "max_points": "0.2"} for n in range(2, 252)]
    framework = build.framework("commune", 2024, [row for row in rows if row["code"] in ("2", "2.1")] + many)
    large = opened(build.unit(level="commune"), level="commune", framework=framework)
    client.force_login(build.clerk(large.unit))
    data = filled(large, made(large), {f"2.1.{n}|items": -1 for n in range(2, 252)})

    html = unescape(send(client, large, data).content.decode())

    assert "có 250 chỗ chưa đúng" in html
    assert html.count("<li>Trang «Lĩnh vực 2», ô G") == 200
    assert "… và 50 chỗ nữa." in html


#: Reads every file of a folder; the memory of its children counts with its own.
READ_ALL = """
import resource, sys, django
django.setup()
from pathlib import Path
from parindex.tabular import FileRefused
from parindex.workbook_file import read_book
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        with path.open("rb") as file:
            read_book(file, name=path.name)
    except FileRefused:
        pass
# Not ru_maxrss: that begins with what the process that started this one had.
own = int(next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")).split()[1])
print(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
"""


def test_reading_all_of_them_in_one_process_stays_small(tmp_path, assessment):
    for case in ("bomb", "rows", "huge_strings", "many_parts", "doctype", "wide", "too_long", "links", "truncated"):
        name, make, _says = CASES[case]
        (tmp_path / f"{case}-{name}").write_bytes(make(assessment))
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        [sys.executable, "-c", READ_ALL, str(tmp_path)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert int(done.stdout) < KILOBYTES


def test_the_sheet_is_read_as_a_spreadsheet_shows_it(assessment):
    book = read_book(io.BytesIO(filled(assessment, made(assessment), {"1.1.2|percent": 1.1})), name="a.xlsx")
    assert book.sheets[FIRST].cell(R112 + 2, at.ANSWER) == ("n", "1.1")
