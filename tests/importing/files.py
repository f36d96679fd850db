"""Files that people send, good and hostile, made in memory. None is kept in the repository."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook

SCORES = ("unit_code", "component_code", "self_points", "appraised_points", "not_applicable", "note")
GOOD = ("D01", "1.1.1", "10", "", "no", "")


def score_csv(*rows: Sequence[str], header: Sequence[str] = SCORES) -> bytes:
    """A CSV file of import_scores; texts are quoted where they hold a comma."""
    lines = [",".join(f'"{cell}"' if "," in cell or "\n" in cell else cell for cell in row) for row in (header, *rows)]
    return ("\n".join(lines) + "\n").encode()


def score_xlsx(*rows: Sequence[Any], header: Sequence[str] = SCORES, work: Callable[[Any], None] | None = None) -> bytes:
    """A workbook of import_scores; ``work`` may change the sheet before it is saved."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Điểm"
    for row in (header, *rows):
        sheet.append(list(row))
    if work is not None:
        work(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rezip(
    data: bytes,
    *,
    change: Mapping[str, Callable[[bytes], bytes]] | None = None,
    add: Iterable[tuple[str, bytes]] = (),
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """The same container with some members changed or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", method) as target:
        for info in source.infolist():
            content = source.read(info)
            target.writestr(info.filename, (change or {}).get(info.filename, bytes)(content))
        for name, content in add:
            target.writestr(name, content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def sheet_with(data: bytes) -> bytes:
    """A workbook whose sheet is this XML."""
    return rezip(score_xlsx(GOOD), change={SHEET: lambda _old: data})


def sheet_xml(rows: bytes, prolog: bytes = b"") -> bytes:
    """The XML of a sheet around its rows."""
    return (
        b'<?xml version="1.0"?>' + prolog
        + b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + rows + b"</sheetData></worksheet>"
    )  # fmt: skip


def text_row(number: int, cells: Sequence[str]) -> bytes:
    """A row of inline texts."""
    inside = "".join(f'<c r="{chr(65 + i)}{number}" t="inlineStr"><is><t>{c}</t></is></c>' for i, c in enumerate(cells))
    return f'<row r="{number}">{inside}</row>'.encode()


def bomb() -> bytes:
    """A small container that unpacks to 300 MB."""
    start, end = sheet_xml(text_row(1, SCORES) + b"|").split(b"|")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(score_xlsx(GOOD))) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            if info.filename != SHEET:
                target.writestr(info.filename, source.read(info))
        with target.open(SHEET, "w") as member:
            member.write(start)
            for _megabyte in range(300):
                member.write(b" " * 1024 * 1024)
            member.write(end)
    return out.getvalue()


def lying_bomb() -> bytes:
    """The same, but its directory says that the sheet is small."""
    data = bytearray(bomb())
    place = data.index(b"PK\x01\x02")
    while True:
        name_length = struct.unpack_from("<H", data, place + 28)[0]
        if bytes(data[place + 46 : place + 46 + name_length]) == SHEET.encode():
            struct.pack_into("<I", data, place + 24, 5000)
            return bytes(data)
        place = data.index(b"PK\x01\x02", place + 4)


def million_rows_xlsx() -> bytes:
    """A million short rows."""
    rows = b"".join(b'<row r="%d"><c><v>1</v></c></row>' % number for number in range(2, 1_000_002))
    return sheet_with(sheet_xml(text_row(1, SCORES) + rows))


def million_rows_csv() -> bytes:
    """A million rows that each read well."""
    return score_csv() + b"D1,1.1,1,,no,\n" * 1_000_000


def wide_xlsx() -> bytes:
    """A cell in the last column a workbook can have."""
    return sheet_with(
        sheet_xml(text_row(1, SCORES) + b'<row r="2"><c r="XFD2" t="inlineStr"><is><t>x</t></is></c></row>')
    )


def entities() -> bytes:
    """Entities that would expand to a thousand million letters."""
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    prolog = f'<!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">{levels}]>'.encode()
    return sheet_with(sheet_xml(text_row(1, SCORES) + text_row(2, ["&e8;"]), prolog))


def merged() -> bytes:
    """Two cells merged."""
    return score_xlsx(GOOD, ("D01", "2.2", "5", "", "no", ""), work=lambda sheet: sheet.merge_cells("A2:A3"))


def macro() -> bytes:
    """A workbook with a macro project under a plain name."""
    return rezip(score_xlsx(GOOD), add=[("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0macro")])


def macro_type() -> bytes:
    """A workbook that calls itself one with macros."""
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    other = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    return rezip(score_xlsx(GOOD), change={"[Content_Types].xml": lambda old: old.replace(kind, other)})


def many_members() -> bytes:
    """A container with hundreds of parts."""
    return rezip(score_xlsx(GOOD), add=[(f"xl/media/{n}.bin", b"x") for n in range(300)])


def with_path() -> bytes:
    """A part that points outside the container."""
    return rezip(score_xlsx(GOOD), add=[("../../etc/cron.d/x", b"x")])


def locked_member() -> bytes:
    """A zip whose parts ask for a password."""
    data = bytearray(score_xlsx(GOOD))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + offset] |= 1
            place = data.find(mark, place + 4)
    return bytes(data)


def word_document() -> bytes:
    """A text document under the name of a workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("[Content_Types].xml", "<Types/>")
        target.writestr("word/document.xml", "<w/>")
    return out.getvalue()


def same_sheets() -> bytes:
    """Two sheets of one name."""
    book = Workbook()
    book.active.title = "Điểm"
    book.create_sheet("Hai").append(["x"])
    out = io.BytesIO()
    book.save(out)
    return rezip(out.getvalue(), change={"xl/workbook.xml": lambda old: old.replace(b'name="Hai"', 'name="Điểm"'.encode())})


def old_workbook(stream: bytes = b"Workbook") -> bytes:
    """The beginning of a file of the old kind, with the name of a stream in it."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504 + stream.decode().encode("utf-16-le") + b"\x00" * 600


def raw_number(value: str) -> bytes:
    """A workbook whose number cell C2 holds this."""
    cells = text_row(2, ["D01", "1.1.1"]).replace(b"</row>", f'<c r="C2"><v>{value}</v></c></row>'.encode())
    return sheet_with(sheet_xml(text_row(1, SCORES) + cells))


def set_cell(place: str, value: Any) -> bytes:
    """A good workbook with one cell changed."""
    return score_xlsx(GOOD, work=lambda sheet: sheet.__setitem__(place, value))


DAY = datetime(2024, 2, 1)
