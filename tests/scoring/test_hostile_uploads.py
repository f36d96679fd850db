"""Files that mean harm, sent as a browser or a script would send them: refused in words, nothing stored."""

from __future__ import annotations

import hashlib
import io
import random
import struct
import subprocess
import sys
import textwrap
import unicodedata
import zipfile
import zlib
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from scoring.models import Evidence
from tests import build
from tests.scoring.test_uploads import PDF, SHEET, WORD, jpeg, office, png

pytestmark = pytest.mark.django_db

MIB = 1024 * 1024
ROOT = Path(__file__).resolve().parent.parent.parent
BOUNDARY = "ranhgioi"


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
def sent(client, unit):
    """Send one file under exactly this name to the real page."""
    client.force_login(build.clerk(unit))

    def send(name, data):
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        body = head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + data + f"\r\n--{BOUNDARY}--\r\n".encode()
        return client.generic(
            "POST",
            reverse("scoring:documents", args=[unit.pk]),
            body,
            content_type=f"multipart/form-data; boundary={BOUNDARY}",
            headers={"X-Upload": "1"},
        )

    return send


def with_part(name, data=b"x", main=WORD):
    return office(main, {"word/document.xml": b"<w:document/>", name: data})


def relations(kind, name="word/_rels/document.xml.rels", order=True):
    where = f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
    parts = [where, 'Target="http://x.example/t"', 'TargetMode="External"']
    tag = " ".join(parts if order else reversed(parts))
    return with_part(name, f"<Relationships><Relationship Id='r1' {tag}/></Relationships>".encode())


def objects(inside, head=b"/Filter/FlateDecode", newline=b"\r\n"):
    """A PDF with a packed object stream."""
    return (
        b"%PDF-1.7\n1 0 obj\n<</Type/ObjStm/N 1/First 4" + head + b">>\nstream" + newline + inside + b"\nendstream\nendobj\n%%EOF\n"
    )


SCRIPT = b"<</S/JavaScript/JS(app.alert(1))>>"


def catalog(more):
    return PDF.replace(b"/Catalog", b"/Catalog" + more)


def png_with_chunk(kind, data):
    whole = png()
    body = kind + data
    chunk = struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    return whole[:-12] + chunk + whole[-12:]


def locked_archive():
    data = bytearray(office())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        data[at + place] |= 1
    return bytes(data)


def doubled():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", b'<Types><Override ContentType="' + WORD + b'"/></Types>')
        archive.writestr("word/document.xml", b"<a/>")
        archive.writestr("WORD/document.xml", b"<b/>")
    return out.getvalue()


#: Name as sent → (content, words of its sentence).
CONTENTS = {
    "exe-doi-ten.pdf": (b"MZ\x90\x00" + b"\0" * 300, "không phải là PDF"),
    "elf.png": (b"\x7fELF" + b"\0" * 300, "không phải là PNG"),
    "trang.html": (b"<script>alert(1)</script>", "Chỉ nhận PDF"),
    "trang-doi-ten.pdf": (b"<html><script>alert(1)</script></html>", "không phải là PDF"),
    "anh.svg": (b"<svg onload='alert(1)'/>", "Chỉ nhận PDF"),
    "anh-doi-ten.png": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "không phải là PNG"),
    "ma-lenh.pdf": (catalog(b"/OpenAction" + SCRIPT), "có mã lệnh"),
    "ma-lenh-doi-chu.pdf": (catalog(b"/AA<</S/J#61v#61Script>>"), "có mã lệnh"),
    "ma-lenh-nen.pdf": (objects(zlib.compress(SCRIPT)), "có mã lệnh"),
    "ma-lenh-khong-nen.pdf": (objects(SCRIPT, head=b""), "có mã lệnh"),
    "ma-lenh-xuong-dong.pdf": (objects(zlib.compress(SCRIPT), newline=b"\r"), "có mã lệnh"),
    "ma-lenh-sau-xa.pdf": (objects(zlib.compress(b" " * 3 * MIB + SCRIPT)), "có mã lệnh"),
    "ma-lenh-hai-lop.pdf": (objects(b"x", head=b"/Filter[/ASCII85Decode/FlateDecode]"), "bất thường"),
    "chay.pdf": (catalog(b"/OpenAction<</S/Launch/F(cmd.exe)>>"), "có mã lệnh"),
    "gui-di.pdf": (catalog(b"/OpenAction<</S/SubmitForm/F(http://x)>>"), "có mã lệnh"),
    "kem-tep.pdf": (catalog(b"/Names<</EmbeddedFiles 5 0 R>>"), "tệp đính kèm"),
    "khoa.pdf": (PDF.replace(b"trailer<<", b"trailer<</Encrypt 3 0 R"), "mật khẩu"),
    "pdf-nen.pdf": (PDF + office(), "lẫn nội dung khác"),
    "pdf-trang.pdf": (PDF.replace(b"1 0 obj", b"%<html><script>alert(1)</script>\n1 0 obj"), "lẫn nội dung khác"),
    "gif-js.gif": (b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)//;", "Chỉ nhận PDF"),
    "gif-js.jpg": (b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)//;", "không phải là JPG"),
    "png-nen.png": (png(after=office()), "lẫn nội dung khác"),
    "png-nen-trong.png": (png_with_chunk(b"tEXt", b"a\0" + office()), "lẫn nội dung khác"),
    "jpg-php.jpg": (jpeg(after=b"<?php system('x'); ?>"), "lẫn nội dung khác"),
    "macro.docm": (office(), "có macro"),
    "macro.xlsm": (office(SHEET), "có macro"),
    "macro-doi-ten.docx": (with_part("word/vbaProject.bin"), "có macro"),
    "macro-kieu-cu.xlsx": (office(SHEET, {"xl/workbook.xml": b"<a/>", "xl/macrosheets/sheet1.xml": b"<a/>"}), "có macro"),
    "kieu-macro.docx": (office(b"application/vnd.ms-word.document.macroEnabled.main+xml"), "có macro"),
    "tat.lnk": (b"L\0\0\0\x01\x14\x02\0", "Chỉ nhận PDF"),
    "hai-duoi.pdf.exe": (PDF, "Chỉ nhận PDF"),
    "bom.docx": (with_part("word/media/a.bin", b"\0" * (90 * MIB)), "lớn bất thường"),
    "bom.xlsx": (office(SHEET, {"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b" " * (90 * MIB)}), "lớn bất thường"),
    "bom.png": (png(60_000, 60_000), "ảnh quá lớn"),
    "bom.jpg": (jpeg(65_000, 65_000), "ảnh quá lớn"),
    "bom.pdf": (objects(zlib.compress(b" " * (80 * MIB))), "lớn bất thường"),
    "rong.pdf": (b"", "vì tệp rỗng"),
    "cut.pdf": (PDF[:30], "bị cắt cụt"),
    "cut.png": (png()[:40], "bị cắt cụt"),
    "cut.docx": (office()[:-30], "bị hỏng"),
    "sai-dau.docx": (b"PK\x05\x06" + b"\0" * 40, "không phải là DOCX"),
    "sai-dau.jpg": (png(), "không phải là JPG"),
    "doi-loai.docx": (office(SHEET), "không phải là DOCX"),
    "nen-trong.docx": (with_part("word/embeddings/a.zip", office()), "tệp nén nhúng"),
    "mau-ngoai.docx": (relations("attachedTemplate"), "gọi mẫu từ nơi khác"),
    "mau-ngoai-dao.docx": (relations("attachedTemplate", order=False), "gọi mẫu từ nơi khác"),
    "doi-tuong-ngoai.docx": (relations("oleObject"), "gọi mẫu từ nơi khác"),
    "thuc-the.docx": (with_part("word/x.xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'), "bất thường"),
    "thuc-the-utf16.docx": (with_part("word/x.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("utf-16")), "bất thường"),
    "activex.docx": (with_part("word/activeX/activeX1.bin"), "chương trình bên trong"),
    "nhung-exe.docx": (with_part("word/embeddings/chay.exe", b"MZ"), "chương trình bên trong"),
    "goi-chay.docx": (with_part("word/embeddings/oleObject1.bin", "\x01Ole10Native".encode("utf-16-le")), "chương trình bên trong"),
    "dde.docx": (with_part("word/y.xml", b"<w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText>"), "gọi chương trình khác"),
    "leo.docx": (with_part("../../etc/cron.d/x"), "bất thường"),
    "trung-ten.docx": (doubled(), "bất thường"),
    "mat-khau.docx": (locked_archive(), "mật khẩu"),
    "mat-khau-cu.xlsx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "mật khẩu"),
    "cu.doc": (b"\xd0\xcf\x11\xe0", "Lưu lại dạng .docx"),
    "khong-duoi": (PDF, "Chỉ nhận PDF"),
}

#: Names that mean harm, over a document that would be taken.
NAMES = {
    "../../etc/passwd.pdf": "chứa đường dẫn",
    "/etc/cron.d/x.pdf": "chứa đường dẫn",
    "C:\\Windows\\System32\\x.pdf": "chứa đường dẫn",
    "C:x.pdf": "chứa đường dẫn",
    "..": "chứa đường dẫn",
    "bao-cao.exe.pdf": "đuôi chương trình",
    "bao-cao.html.pdf": "đuôi chương trình",
    "bao-cao.pdf.": "kết thúc bằng dấu chấm",
    "bao-cao.pdf ": "kết thúc bằng dấu chấm",
    "CON.pdf": "tên riêng của Windows",
    "nul.pdf": "tên riêng của Windows",
    "COM1.bao-cao.pdf": "tên riêng của Windows",
    "a" * 300 + ".pdf": "dài quá 255",
    "bao\u202efdp.exe": "đảo chiều chữ",
    "bao\u202egpj.pdf": "đảo chiều chữ",
    "a\x00.pdf": "ký tự điều khiển",
    "a\x1b[2J.pdf": "ký tự điều khiển",
}


def assert_refused(response, words, store):
    html = response.content.decode()
    assert response.status_code == 422, html[:500]
    assert 'data-kind="refused"' in html
    assert "Không nhận tệp" in html
    assert words in html
    assert not Evidence.objects.exists()
    assert [path for path in store.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", CONTENTS)
def test_a_hostile_file_is_refused_with_its_sentence(sent, store, name):
    data, words = CONTENTS[name]

    assert_refused(sent(name, data), words, store)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:40])
def test_a_hostile_name_is_refused_with_its_sentence(sent, store, name):
    assert_refused(sent(name, PDF), NAMES[name], store)


def test_there_are_enough_of_them():
    assert len(CONTENTS) + len(NAMES) >= 40


def test_two_hundred_megabytes_are_dropped_while_they_arrive(sent, store, settings, tmp_path_factory):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path_factory.mktemp("tam"))

    response = sent("to.pdf", PDF + b"\0" * 200 * MIB)

    assert_refused(response, "lớn hơn 25 MB", store)
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []


BOMBS = """
    import io, resource, sys, zipfile, zlib
    import django
    django.setup()
    from django.core.files.uploadedfile import TemporaryUploadedFile
    from scoring.uploads import UploadRefused, check
    from tests.scoring.test_hostile_uploads import CONTENTS
    name = sys.argv[1]
    data, words = CONTENTS.pop(name)
    file = TemporaryUploadedFile(name, "application/octet-stream", len(data), None)
    file.write(data)
    file.flush()
    del data
    CONTENTS.clear()

    def now():
        # the present size, and its peak since the last reset
        fields = dict(line.split(":", 1) for line in open("/proc/self/status"))
        return int(fields["VmHWM"].split()[0])

    with open("/proc/self/clear_refs", "w") as clear:
        clear.write("5")
    before = now()
    try:
        check(file)
    except UploadRefused as refused:
        assert words in str(refused), refused
    else:
        raise SystemExit("taken")
    print((now() - before) // 1024)
"""


@pytest.mark.parametrize("name", ["bom.docx", "bom.xlsx", "bom.png", "bom.jpg", "bom.pdf", "ma-lenh-sau-xa.pdf"])
@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs the peak memory of Linux")
def test_a_bomb_stays_within_bounds(name):
    code = textwrap.dedent(BOMBS)
    child = subprocess.run(
        [sys.executable, "-c", code, name], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        env={**__import__("os").environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )

    assert child.returncode == 0, child.stderr[-2000:]
    assert int(child.stdout.split()[-1]) < 100  # MiB above what the interpreter needs anyway


def scan_of(size):
    """A PDF of about this size that holds one incompressible picture."""
    noise = random.Random(7).randbytes(size)
    noise = noise.replace(b"endstream", b"endStream").replace(b"stream", b"Stream")
    return (
        b"%PDF-1.4\n1 0 obj\n<</Type/XObject/Subtype/Image>>\nstream\n" + noise + b"\nendstream\nendobj\ntrailer<<>>\n%%EOF\n"
    )


ORDINARY = {
    unicodedata.normalize("NFD", "Kế hoạch cải cách hành chính năm 2024.pdf"): PDF,
    "Báo cáo.docx.pdf": PDF,
    "Quyết định số 12.QĐ-UBND (bản ký) v1.2.pdf": PDF + b"\n",
    "Console và COM.pdf": PDF + b"\r\n",
    "pdf-1.4.pdf": PDF.replace(b"1.7", b"1.4"),
    "pdf-1.5.pdf": objects(zlib.compress(b"<</Type/Catalog>>")).replace(b"1.7", b"1.5"),
    "pdf-2.0.pdf": PDF.replace(b"1.7", b"2.0"),
    "tu-word.docx": office(
        parts={
            "word/document.xml": b"<w:document><w:instrText>PAGE</w:instrText></w:document>",
            "word/_rels/document.xml.rels": (
                b'<Relationships><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"'
                b' Target="https://chinhphu.vn" TargetMode="External"/></Relationships>'
            ),
            "word/embeddings/Microsoft_Excel_Sheet1.xlsx": office(SHEET),
        }
    ),
    "so-lieu.xlsx": office(SHEET, {"xl/workbook.xml": b"<workbook/>", "xl/printerSettings/printerSettings1.bin": b"\0" * 50}),
    "anh.jpg": jpeg(),
    "anh.png": png(),
}


@pytest.mark.parametrize("name", ORDINARY)
def test_what_looks_like_it_but_is_ordinary_is_taken(sent, name):
    response = sent(name, ORDINARY[name])

    assert response.status_code == 200, response.content.decode()
    assert 'data-kind="stored"' in response.content.decode()
    assert Evidence.objects.get().original_name == unicodedata.normalize("NFC", name)


def test_a_scan_of_nearly_twenty_five_megabytes_is_taken(sent):
    data = scan_of(25 * MIB - 4096)

    response = sent("ban-quet.pdf", data)

    assert response.status_code == 200
    evidence = Evidence.objects.get()
    assert evidence.sha256 == hashlib.sha256(data).hexdigest()
    with default_storage.open(evidence.stored_as) as file:
        assert hashlib.sha256(file.read()).hexdigest() == evidence.sha256
