"""Files as people write them are read as they meant them."""

from __future__ import annotations

import io
import unicodedata
from decimal import Decimal

import pytest

from parindex.spreadsheet import Sheet, guarded, unguarded, write_csv, write_xlsx
from parindex.tabular import CODE, DATE, LONG_TEXT, NUMBER, Column, FileRefused, read
from tests.importing import files
from tests.importing.files import score_xlsx

COLUMNS = (
    Column("code", kind=CODE, filled=True, most=20),
    Column("points", kind=NUMBER),
    Column("day", kind=DATE, needed=False),
    Column("note", kind=LONG_TEXT, needed=False),
)


def table_of(tmp_path, content: bytes, name: str = "a.csv", **options):
    path = tmp_path / name
    path.write_bytes(content)
    return read(path, columns=COLUMNS, **options)


@pytest.mark.parametrize(
    "content",
    [
        b"code,points\n1.10,1.5\n",
        b"\xef\xbb\xbfcode,points\r\n1.10,1.5\r\n",
        b"code;points\n1.10;1,5\n",
        b"code\tpoints\n1.10\t1,5\n",
        b" Code ,POINTS\n1.10,1.5\n",
        b'"code","points"\n"1.10","1,5"\n',
        b"points,code\n1.5,1.10\n",
        b"code,points\n1.10,1.5",
        b"code,points\r1.10,1.5\r",
    ],
)
def test_the_ways_a_csv_is_written(tmp_path, content):
    table = table_of(tmp_path, content)
    assert [(row.number, row["code"], row.points("points")) for row in table.rows] == [(2, "1.10", Decimal("1.5"))]
    assert not table.problems


def test_rows_have_the_numbers_a_spreadsheet_shows(tmp_path):
    table = table_of(tmp_path, b'code,points,note\nA,1,"two\nlines"\n\n,,\nB,x,\n')
    assert [(row.number, row["code"], row["note"]) for row in table.rows] == [(2, "A", "two\nlines"), (5, "B", "")]
    assert table.rows[1].points("points") is None
    assert table.problems.sentences()[0].startswith("Dòng 5, cột «points»: “x”")


def test_texts_come_out_in_one_form(tmp_path):
    messy = unicodedata.normalize("NFD", "  Sở\u200b  Nội\u202e vụ ")
    table = table_of(tmp_path, f"code,points,note\nA,1,{messy}\n".encode())
    assert table.rows[0]["note"] == "Sở Nội vụ"


def test_headers_in_another_form_are_matched_and_further_ones_named(tmp_path):
    columns = (Column("ghi chú"),)
    path = tmp_path / "a.csv"
    path.write_bytes(unicodedata.normalize("NFD", "ghi chú,lạ\nx,y\n").encode())
    table = read(path, columns=columns)
    assert table.rows[0]["ghi chú"] == "x"
    assert table.notices == ["Bỏ qua các cột: lạ."]


def test_a_workbook_keeps_text_codes_numbers_and_days(tmp_path):
    content = score_xlsx(("1.10", 1.1 + 2.2, files.DAY, "x"), header=("code", "points", "day", "note"))
    table = table_of(tmp_path, content, "a.xlsx")
    row = table.rows[0]
    assert (row["code"], row.points("points"), row.date("day"), row["note"]) == ("1.10", Decimal("3.3"), files.DAY.date(), "x")
    assert (table.sheet, table.problems.count) == ("Điểm", 0)


def test_blank_and_hidden_rows_keep_their_numbers(tmp_path):
    def hide(sheet):
        sheet.row_dimensions[4].hidden = True

    content = score_xlsx(("A", 1), (None, None), ("B", 2), header=("code", "points"), work=hide)
    table = table_of(tmp_path, content, "a.xlsx")
    assert [row.number for row in table.rows] == [2, 4]
    assert table.notices == ["Có 1 dòng đang ẩn; các dòng này vẫn được đọc."]


def test_only_the_sheet_asked_for_is_read(tmp_path):
    out = io.BytesIO()
    sheets = [Sheet("Một", ("code", "points"), [("A", Decimal(1))]), Sheet("Hai", ("code", "points"), [("B", Decimal(2))])]
    write_xlsx(out, sheets)
    first = table_of(tmp_path, out.getvalue(), "a.xlsx")
    assert (first.rows[0]["code"], first.notices) == ("A", ["Chỉ đọc trang đầu tiên; bỏ qua trang: Hai."])
    assert table_of(tmp_path, out.getvalue(), "a.xlsx", sheet="Hai").rows[0]["code"] == "B"
    assert table_of(tmp_path, out.getvalue(), "a.xlsx", sheet="Ba") is None
    assert table_of(tmp_path, out.getvalue(), "a.xlsx", further=("Hai",)).notices == []


@pytest.mark.parametrize(
    ("typed", "day"), [("2024-12-31", "2024-12-31"), ("31/12/2024", "2024-12-31"), ("1/2/2024", "2024-02-01")]
)
def test_days(tmp_path, typed, day):
    assert table_of(tmp_path, f"code,points,day\nA,1,{typed}\n".encode()).rows[0].date("day").isoformat() == day


@pytest.mark.parametrize("typed", ["31/02/2024", "2024", "12-31-2024", "0024-01-01"])
def test_no_days(tmp_path, typed):
    table = table_of(tmp_path, f"code,points,day\nA,1,{typed}\n".encode())
    assert table.rows[0].date("day") is None
    with pytest.raises(FileRefused) as caught:
        table.refuse_if_faulty()
    assert caught.value.details[0].startswith("Dòng 2, cột «day»")


@pytest.mark.parametrize("text", ["=1+1", "+84", "-5", "@x", "'=1", "''=1", "'", "a=b", "", "'abc"])
def test_a_guarded_text_is_no_formula_and_comes_back(tmp_path, text):
    assert not guarded(text).startswith(("=", "+", "-", "@"))
    assert unguarded(guarded(text)) == text
    out = io.BytesIO()
    write_csv(out, ("code", "points", "note"), [("A", Decimal("1.50"), text)], guard=("note",))
    row = table_of(tmp_path, out.getvalue()).rows[0]
    assert (row["note"], row["points"]) == (text, "1.50")


def test_no_cell_of_a_workbook_is_a_formula(tmp_path):
    out = io.BytesIO()
    write_xlsx(out, [Sheet("S", ("code", "points", "note"), [("A", None, "=1+1")])])
    assert table_of(tmp_path, out.getvalue(), "a.xlsx").rows[0]["note"] == "=1+1"


def test_an_uploaded_file_is_read_like_one_on_disk():
    upload = io.BytesIO(b"code,points\nA,1\n")
    table = read(upload, columns=COLUMNS, name="diem.csv")
    assert (table.name, len(table.sha256), table.rows[0]["code"]) == ("diem.csv", 64, "A")
