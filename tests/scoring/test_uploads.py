"""Which files become evidence: by content, each refusal with its sentence."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from scoring import uploads
from scoring.uploads import UploadRefused, check, clean_name

WORD = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def png(width=2, height=2, after=b""):
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\x00\x00\x00" * 2))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b"") + after


def jpeg(width=640, height=480, after=b""):
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xe0\x00\x04ab" + frame + b"\xff\xda\x00\x02" + b"\x11" * 40 + b"\xff\xd9" + after


def office(main=WORD, parts=None, level=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", level) as archive:
        archive.writestr("[Content_Types].xml", b'<Types><Override ContentType="' + main + b'"/></Types>')
        for name, data in (parts or {"word/document.xml": b"<w:document/>"}).items():
            archive.writestr(name, data)
    return out.getvalue()


def upload(name, data):
    return SimpleUploadedFile(name, data)


GOOD = {
    "bao-cao.pdf": PDF,
    "Kế hoạch.PDF": PDF,
    "bien-ban.docx": office(),
    "so-lieu.xlsx": office(SHEET, {"xl/workbook.xml": b"<workbook/>"}),
    "anh.jpg": jpeg(),
    "anh.jpeg": jpeg(after=b"\x00\x00"),
    "anh.png": png(),
}


@pytest.mark.parametrize("name", GOOD)
def test_ordinary_documents_are_taken(name):
    checked = check(upload(name, GOOD[name]))

    assert checked.name == name
    assert checked.size == len(GOOD[name])
    assert len(checked.sha256) == 64


def packed_script():
    hidden = zlib.compress(b"<</S/JavaScript/JS(app.alert(1))>>")
    return (
        b"%PDF-1.7\n1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode>>\nstream\r\n"
        + hidden
        + b"\r\nendstream\nendobj\n%%EOF\n"
    )


def lying_archive():
    """A directory that names a small size for something that unpacks to much more."""
    data = bytearray(office(parts={"word/document.xml": b"\0" * (80 * 1024 * 1024)}))
    place = data.rfind(b"PK\x01\x02")
    data[place + 24 : place + 28] = struct.pack("<I", 1000)
    return bytes(data)


HOSTILE = {
    "rong.pdf": (b"", "vì tệp rỗng"),
    "chuong-trinh.pdf": (b"MZ\x90\x00" + b"\0" * 100, "không phải là PDF"),
    "trang.pdf": (b"<html><script>alert(1)</script></html>", "không phải là PDF"),
    "truoc.pdf": (b"<html>" + PDF, "không phải là PDF"),
    "cat.pdf": (b"%PDF-1.7\n1 0 obj", "bị cắt cụt"),
    "ma-lenh.pdf": (PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "mã lệnh"),
    "ma-lenh-an.pdf": (PDF.replace(b"/Catalog", b"/Catalog/AA<</S/J#61vaScript>>"), "mã lệnh"),
    "ma-lenh-nen.pdf": (packed_script(), "mã lệnh"),
    "chay.pdf": (PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/Launch/F(cmd.exe)>>"), "mã lệnh"),
    "kem.pdf": (PDF.replace(b"/Catalog", b"/Catalog/Names<</EmbeddedFiles 5 0 R>>"), "tệp đính kèm"),
    "khoa.pdf": (PDF.replace(b"trailer<<", b"trailer<</Encrypt 3 0 R"), "mật khẩu"),
    "hai-trong-mot.pdf": (PDF + office(), "lẫn nội dung khác"),
    "kem-trang.pdf": (PDF + b"<script>alert(1)</script>", "lẫn nội dung khác"),
    "thua.pdf": (PDF + b"\0" * 5000, "lẫn nội dung khác"),
    "anh.svg": (b"<svg onload='alert(1)'/>", "Chỉ nhận PDF, DOCX, XLSX, JPG, PNG"),
    "trang.html": (b"<script>alert(1)</script>", "Chỉ nhận PDF"),
    "tat.lnk": (b"L\0\0\0", "Chỉ nhận PDF"),
    "lenh.pdf.exe": (PDF, "Chỉ nhận PDF"),
    "khong-duoi": (PDF, "Chỉ nhận PDF"),
    "anh.gif": (b"GIF89a=1/*", "Chỉ nhận PDF"),
    "nen.zip": (office(), "Chỉ nhận PDF"),
    "cu.doc": (b"\xd0\xcf\x11\xe0", "Lưu lại dạng .docx"),
    "macro.docm": (office(), "có macro"),
    "trang.docx": (b"<html></html>", "không phải là DOCX"),
    "mat-khau.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "có mật khẩu"),
    "doi-ten.docx": (office(SHEET), "không phải là DOCX"),
    "doi-ten.xlsx": (office(), "không phải là XLSX"),
    "nen.docx": (office(b"text/plain"), "không phải là DOCX"),
    "macro-an.docx": (office(parts={"word/document.xml": b"x", "word/vbaProject.bin": b"x"}), "có macro"),
    "macro-loai.docx": (office(b"application/vnd.ms-word.document.macroEnabled.main+xml"), "có macro"),
    "nhung.docx": (office(parts={"word/embeddings/chay.exe": b"MZ"}), "chương trình bên trong"),
    "activex.docx": (office(parts={"word/activeX/activeX1.bin": b"x"}), "chương trình bên trong"),
    "mau-ngoai.docx": (
        office(
            parts={
                "word/document.xml": b"x",
                "word/_rels/settings.xml.rels": b'<R Type="x/attachedTemplate" Target="http://x" TargetMode="External"/>',
            }
        ),
        "gọi mẫu từ nơi khác",
    ),
    "leo.docx": (office(parts={"../../etc/cron.d/x": b"x"}), "cấu trúc tệp bất thường"),
    "goc.docx": (office(parts={"/etc/passwd": b"x"}), "cấu trúc tệp bất thường"),
    "thuc-the.docx": (
        office(b'x"/><!DOCTYPE a [<!ENTITY b "c">]><Override ContentType="' + WORD),
        "cấu trúc tệp bất thường",
    ),
    "bom.docx": (office(parts={"word/document.xml": b"\0" * (80 * 1024 * 1024)}), "lớn bất thường"),
    "bom-noi-doi.docx": (lying_archive(), "Không nhận tệp bom-noi-doi.docx"),
    "hong.docx": (office()[:-30], "bị hỏng"),
    "cat.docx": (b"PK\x03\x04" + b"\0" * 30, "bị hỏng"),
    "khong-phai.png": (jpeg(), "không phải là PNG"),
    "bom.png": (png(60_000, 60_000), "quá lớn"),
    "khong-co.png": (png(0, 5), "không có kích thước"),
    "sau.png": (png(after=b"<script>alert(1)</script>"), "lẫn nội dung khác"),
    "sau-nen.png": (png(after=office()), "lẫn nội dung khác"),
    "cut.png": (png()[:40], "bị cắt cụt"),
    "khong-phai.jpg": (png(), "không phải là JPG"),
    "bom.jpg": (jpeg(65_000, 65_000), "quá lớn"),
    "nen.jpg": (jpeg(after=office()), "lẫn nội dung khác"),
    "trang.jpg": (jpeg(after=b"<?php system('x'); ?>"), "lẫn nội dung khác"),
    "cut.jpg": (jpeg()[:30], "bị cắt cụt"),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("on_disk", [False, True])
def test_everything_else_is_refused_with_its_sentence(name, on_disk):
    data, words = HOSTILE[name]
    given = upload(name, data)
    if on_disk:
        given = TemporaryUploadedFile(name, "application/pdf", len(data), None)
        given.write(data)
        given.flush()

    with given, pytest.raises(UploadRefused) as caught:
        check(given)

    assert words in str(caught.value)
    assert f"Không nhận tệp {name}" in str(caught.value)


def test_there_are_enough_hostile_files():
    assert len(HOSTILE) >= 40


def test_a_file_above_the_limit_is_refused_before_it_is_read(settings):
    settings.MAX_UPLOAD_BYTES = 1024 * 1024

    with pytest.raises(UploadRefused) as caught:
        check(upload("to.pdf", PDF + b"\0" * 1024 * 1024))

    assert str(caught.value) == (
        "Không nhận tệp to.pdf vì lớn hơn 1 MB. Quét lại ở độ phân giải thấp hơn hoặc tách thành nhiều tệp."
    )


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Kê\u0301 hoa\u0323ch.pdf", "Kế hoạch.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\a\\bao cao.pdf", "bao cao.pdf"),
        ("bao\u202efdp.exe.pdf", "baofdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie x.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("bao-cao.pdf. . ", "bao-cao.pdf"),
        (".pdf", "pdf"),
        ("CON.pdf", "CON.pdf"),
        ("ạ" * 300 + ".pdf", "ạ" * 146 + ".pdf"),
        ("", ""),
    ],
)
def test_names_are_cleaned_for_people(given, kept):
    assert clean_name(given) == kept


def test_the_page_offers_the_kinds_that_are_taken():
    assert uploads.ACCEPT == ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"
