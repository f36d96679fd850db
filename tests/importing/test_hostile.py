"""Malformed and hostile files: each is refused with a sentence that names the place, and nothing is written."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from criteria.models import Framework, Population
from parindex.models import AuditEvent
from scoring.models import Assessment, Exemption, Score
from tests import build
from tests.importing import files
from tests.importing.files import GOOD, score_csv, score_xlsx, set_cell

ROOT = Path(__file__).resolve().parents[2]
SECONDS, KILOBYTES = 10, 300 * 1024


def row(**cells: str) -> bytes:
    """A good row in line 2, and in line 3 one with these cells."""
    given = dict(zip(files.SCORES, ("D01", "2.2", "5", "", "no", ""), strict=True)) | cells
    return score_csv(GOOD, tuple(given.values()))


#: name, file name, content, what the message must say
CASES = [
    ("empty", "a.csv", b"", ["rỗng"]),
    ("only_header", "a.csv", score_csv(), ["không có dòng dữ liệu"]),
    ("only_header_xlsx", "a.xlsx", score_xlsx(), ["không có dòng dữ liệu"]),
    ("no_header", "a.csv", b"D01,1.1.1,10,,no,\n", ["Dòng 1", "«unit_code»", "Thiếu cột"]),
    ("missing_column", "a.csv", score_csv(header=files.SCORES[1:]), ["Dòng 1", "cột «unit_code»", "Thiếu cột"]),
    (
        "misspelt_column",
        "a.csv",
        score_csv(header=("unit_code", "component_code", "self_point", *files.SCORES[3:])),
        ["Dòng 1", "cột «self_points»", "«self_point»"],
    ),
    ("double_column", "a.csv", score_csv(header=(*files.SCORES, "note")), ["Dòng 1", "cột «note»", "2 lần"]),
    ("title_above", "a.xlsx", score_xlsx(GOOD, header=("BẢNG ĐIỂM",)), ["Trang «Điểm», dòng 1", "Thiếu cột"]),
    ("unknown_unit", "a.csv", row(unit_code="D99"), ["Dòng 3", "cột «unit_code»", "«D99»", "31/12/2024"]),
    ("other_level", "a.csv", row(unit_code="X01"), ["Dòng 3", "cột «unit_code»", "cấp xã"]),
    ("other_time", "a.csv", row(unit_code="OLD"), ["Dòng 3", "cột «unit_code»", "thời gian khác"]),
    ("unknown_component", "a.csv", row(component_code="9.9"), ["Dòng 3", "cột «component_code»", "«9.9»"]),
    ("parent_node", "a.csv", row(component_code="1.1"), ["Dòng 3", "cột «component_code»", "không chấm điểm trực tiếp"]),
    ("survey_node", "a.csv", row(component_code="1.2.1"), ["Dòng 3", "cột «component_code»", "import_survey"]),
    ("double_row", "a.csv", score_csv(GOOD, GOOD), ["Dòng 3", "cột «component_code»", "dòng 2"]),
    ("empty_code", "a.csv", row(unit_code=""), ["Dòng 3", "cột «unit_code»", "để trống"]),
    ("over_maximum", "a.csv", row(self_points="10.01"), ["Dòng 3", "cột «self_points»", "10,01", "tối đa 10"]),
    ("over_maximum_2", "a.csv", row(appraised_points="11"), ["Dòng 3", "cột «appraised_points»", "tối đa 10"]),
    ("three_decimals", "a.csv", row(self_points="1.255"), ["Dòng 3", "cột «self_points»", "3 chữ số lẻ"]),
    ("thousands", "a.csv", row(self_points="1.234,5"), ["Dòng 3", "cột «self_points»", "1.234,5"]),
    ("unquoted_comma", "a.csv", score_csv(GOOD) + b"D01,2.2,1,5,,no,\n", ["Dòng 3", "7 ô", "ngoặc kép"]),
    ("words", "a.csv", row(self_points="mười"), ["Dòng 3", "cột «self_points»", "mười"]),
    ("not_a_number", "a.csv", row(self_points="NaN"), ["Dòng 3", "cột «self_points»", "NaN"]),
    ("infinite", "a.csv", row(self_points="Infinity"), ["Dòng 3", "cột «self_points»"]),
    ("exponent", "a.csv", row(self_points="1e1"), ["Dòng 3", "cột «self_points»", "1e1"]),
    ("negative", "a.csv", row(self_points="-1"), ["Dòng 3", "cột «self_points»", "-1"]),
    ("no_points", "a.csv", row(self_points=""), ["Dòng 3", "cột «self_points»", "Chưa có điểm"]),
    ("both", "a.csv", row(not_applicable="yes"), ["Dòng 3", "cột «self_points»", "để trống điểm"]),
    (
        "always_applies",
        "a.csv",
        row(component_code="2.1.1", self_points="", not_applicable="yes"),
        ["Dòng 3", "cột «not_applicable»", "import_exemptions"],
    ),
    ("maybe", "a.csv", row(not_applicable="có lẽ"), ["Dòng 3", "cột «not_applicable»", "yes hoặc no"]),
    ("utf16", "a.csv", score_csv(GOOD).decode().encode("utf-16"), ["UTF-8", "CSV UTF-8"]),
    ("old_encoding", "a.csv", score_csv(GOOD) + b"D01,2.2,5,,no,Ch\xfa th\xedch\n", ["Dòng 3", "UTF-8"]),
    ("null_byte", "a.csv", score_csv(GOOD) + b"D01,2.2,\x005,,no,\n", ["Dòng 3", "NUL"]),
    ("open_quote", "a.csv", score_csv(GOOD) + b'D01,2.2,5,,no,"x"y\n', ["Dòng 3", "ngoặc kép"]),
    ("huge_cell", "a.csv", row(note="x" * 30_000), ["Dòng 3", "20.000"]),
    ("long_note", "a.csv", row(note="x" * 1001), ["Dòng 3", "cột «note»", "1000 ký tự"]),
    ("pdf", "a.csv", b"%PDF-1.7\n" + score_csv(GOOD), ["không phải bảng tính"]),
    ("html", "a.csv", b"<html><table></table></html>", ["không phải bảng tính"]),
    ("csv_as_xlsx", "a.xlsx", score_csv(GOOD), ["«.xlsx»", "csv"]),
    ("xlsx_as_csv", "a.csv", score_xlsx(GOOD), ["«.csv»", "xlsx"]),
    ("old_xls", "a.xls", files.old_workbook(), [".xls", "Lưu thành"]),
    ("encrypted", "a.xlsx", files.old_workbook(b"EncryptedPackage"), ["mật khẩu"]),
    ("locked_zip", "a.xlsx", files.locked_member(), ["mật khẩu"]),
    ("macro", "a.xlsx", files.macro(), ["macro"]),
    ("macro_type", "a.xlsx", files.macro_type(), ["macro"]),
    ("truncated", "a.xlsx", score_xlsx(GOOD)[:-400], ["hỏng"]),
    ("not_xml", "a.xlsx", files.sheet_with(b"<worksheet><sheetData><row"), ["hỏng"]),
    ("word", "a.xlsx", files.word_document(), ["không phải bảng tính"]),
    ("empty_zip", "a.xlsx", b"PK\x05\x06" + b"\x00" * 18, ["hỏng"]),
    ("appended", "a.xlsx", score_xlsx(GOOD) + b"<script>" * 100, ["dữ liệu lạ"]),
    ("prepended", "a.xlsx", b"PK\x03\x04junk" + score_xlsx(GOOD), ["dữ liệu lạ"]),
    ("path_in_zip", "a.xlsx", files.with_path(), ["hỏng"]),
    ("many_members", "a.xlsx", files.many_members(), ["200"]),
    ("same_sheets", "a.xlsx", files.same_sheets(), ["hai trang cùng tên «Điểm»"]),
    ("doctype", "a.xlsx", files.entities(), ["DOCTYPE"]),
    ("formula", "a.xlsx", set_cell("C2", "=5+5"), ["Trang «Điểm», dòng 2, cột «self_points»", "công thức"]),
    ("formula_code", "a.xlsx", set_cell("A2", '="D01"'), ["dòng 2, cột «unit_code»", "công thức"]),
    ("code_number", "a.xlsx", set_cell("B2", 1.1), ["Trang «Điểm», dòng 2, cột «component_code»", "Ô là số (1.1)"]),
    ("code_date", "a.xlsx", set_cell("B2", files.DAY), ["dòng 2, cột «component_code»", "Ô là ngày (2024-02-01)"]),
    ("points_date", "a.xlsx", set_cell("C2", files.DAY), ["dòng 2, cột «self_points»", "Ô là ngày"]),
    ("error_value", "a.xlsx", set_cell("C2", "#N/A"), ["dòng 2, cột «self_points»", "#N/A"]),
    ("raw_nan", "a.xlsx", files.raw_number("NaN"), ["dòng 2, cột «self_points»", "NaN"]),
    ("raw_huge", "a.xlsx", files.raw_number("1e308"), ["dòng 2, cột «self_points»", "1e308"]),
    ("raw_decimals", "a.xlsx", files.raw_number("1.255"), ["dòng 2, cột «self_points»", "3 chữ số lẻ"]),
    ("text_number", "a.xlsx", set_cell("C2", "1 0"), ["dòng 2, cột «self_points»", "1 0"]),
    ("truth", "a.xlsx", set_cell("E2", True), ["dòng 2, cột «not_applicable»", "yes hoặc no"]),
    ("merged", "a.xlsx", files.merged(), ["Trang «Điểm», dòng 2: ", "A2:A3", "Bỏ gộp ô"]),
    ("wide", "a.xlsx", files.wide_xlsx(), ["200 cột"]),
]


@pytest.fixture
def year_2024(db):
    build.standing_body()
    build.unit("D01", "Sở Y tế")
    build.unit("X01", "Xã Chiềng On", "commune")
    build.unit("OLD", "Sở cũ", valid_to=build.date(2020, 12, 31))
    return build.population()


def written() -> tuple:
    """Everything an import could have written."""
    return (
        Score.objects.count(),
        Assessment.objects.count(),
        Exemption.objects.count(),
        AuditEvent.objects.count(),
        Population.objects.exclude(opened_at=None).count(),
        Framework.objects.exclude(frozen_at=None).count(),
    )


def refusal(path: Path) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("import_scores", str(path), year=2024, level="department")
    return str(caught.value)


@pytest.mark.parametrize(("name", "content", "says"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_a_bad_file_is_refused_with_its_place_and_nothing_is_written(tmp_path, year_2024, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)
    before, started = written(), time.monotonic()
    message = refusal(path)
    assert [part for part in says if part not in message] == []
    assert written() == before
    assert time.monotonic() - started < SECONDS


def test_there_are_at_least_thirty_of_them():
    assert len({case[0] for case in CASES}) == len(CASES) >= 30


HEAVY = {
    "bomb": ("a.xlsx", files.bomb, "64 MB"),
    "lying_bomb": ("a.xlsx", files.lying_bomb, "hỏng"),
    "million_rows": ("a.xlsx", files.million_rows_xlsx, "100000 dòng"),
    "million_rows_csv": ("a.csv", files.million_rows_csv, "100000 dòng"),
    "too_many_bytes": ("a.csv", lambda: score_csv() + b"x" * (21 * 1024 * 1024), "20 MB"),
}


#: Runs a command and prints its status, the memory (kilobytes) and the processor time (seconds) it and its children
#: took. A process of its own, because what is started from a big process counts as big.
METER = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=sys.stderr)
_pid, status, usage = os.wait4(child.pid, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss, usage.ru_utime + usage.ru_stime)
"""


def metered(*command: str) -> tuple[int, int, float, str]:
    """Status, kilobytes, seconds and the error output of a command of ours."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        [sys.executable, "-c", METER, sys.executable, *command],
        cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", check=True, timeout=120,
    )  # fmt: skip
    status, kilobytes, seconds = done.stdout.split()
    return int(status), int(kilobytes), float(seconds), done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("case", HEAVY)
def test_the_whole_command_stays_small_and_quick(tmp_path, case):
    name, make, says = HEAVY[case]
    path = tmp_path / name
    path.write_bytes(make())
    status, kilobytes, seconds, errors = metered(
        "manage.py", "import_scores", str(path), "--year", "2024", "--level", "department"
    )
    assert status == 1
    assert says in errors
    assert kilobytes < KILOBYTES
    assert seconds < SECONDS


READ_ALL = """
import sys, django
django.setup()
from pathlib import Path
from parindex.tabular import FileRefused, read
from scoring.actions.imports import SCORE_COLUMNS
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        read(path, columns=SCORE_COLUMNS)
    except FileRefused:
        pass
"""


def test_reading_all_of_them_in_one_process_stays_small(tmp_path):
    for case, name, content, _says in CASES:
        (tmp_path / f"{case}-{name}").write_bytes(content)
    status, kilobytes, _seconds, errors = metered("-c", READ_ALL, str(tmp_path))
    assert (status, errors) == (0, "")
    assert kilobytes < KILOBYTES


def test_every_problem_is_listed_up_to_a_hundred(tmp_path, year_2024):
    path = tmp_path / "a.csv"
    path.write_bytes(score_csv(*[("D99", f"9.{number}", "x", "", "no", "") for number in range(150)]))
    lines = refusal(path).splitlines()
    assert lines[0].startswith("Tệp «a.csv» có 450 lỗi")
    assert len(lines) == 1 + 100 + 1
    assert lines[-1].strip() == "… và 350 lỗi nữa."


def test_a_missing_file_is_said_so(tmp_path, year_2024):
    assert "Không có tệp này" in refusal(tmp_path / "x.csv")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"by": "khong_co"}, "Không có tài khoản"),
        ({"year": 1999}, "Năm 1999"),
        ({"year": 2023}, "Năm 2023 chưa có bộ tiêu chí"),
    ],
)
def test_odd_options_are_refused(tmp_path, year_2024, options, says):
    path = tmp_path / "a.csv"
    path.write_bytes(score_csv(GOOD))
    with pytest.raises(CommandError, match=says):
        call_command("import_scores", str(path), **{"year": 2024, "level": "department", **options})
    assert Score.objects.count() == 0
