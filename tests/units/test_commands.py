"""The commands of this app on real files, as they are typed."""

from __future__ import annotations

import json
import stat
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from parindex.models import AuditEvent
from tests import build
from units.actions import notify
from units.authorization import Role
from units.management.commands.convert_unit_lists import DATA
from units.models import Head, Notice, RoleAssignment, Succession, Tenure, Unit, User
from units.queries.person import pointers

pytestmark = pytest.mark.django_db

UNITS = "code,name,short_name,level,parent_code,valid_from,valid_to,predecessor_codes"
HEADS = "unit_code,full_name,title,acting,from_date,to_date"


def written(folder: Path, *lines: str) -> Path:
    path = folder / "tep.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def refusal(command: str, path: Path, **options) -> str:
    with pytest.raises(CommandError) as refused:
        call_command(command, path, **options)
    return str(refused.value)


def test_the_units_of_son_la_load_twice_without_a_change(capsys):
    call_command("import_units", DATA / "sonla-units.csv")
    call_command("import_units", DATA / "sonla-units.csv")

    first, second = capsys.readouterr().out.splitlines()
    assert first == "Đã nhập 320 dòng: 320 mới, 0 sửa, 0 không đổi."
    assert second == "Đã nhập 320 dòng: 0 mới, 0 sửa, 320 không đổi."
    assert (Unit.objects.count(), Succession.objects.count(), AuditEvent.objects.count()) == (320, 211, 320)
    assert Unit.objects.exclude(remark="").count() == 20


def test_a_dry_run_checks_and_writes_nothing(tmp_path, capsys):
    path = written(tmp_path, UNITS, "001,Xã A,,commune,,2010-01-01,,")

    call_command("import_units", path, dry_run=True)

    assert capsys.readouterr().out.strip() == "Chạy thử, chưa ghi gì. 1 dòng: 1 mới, 0 sửa, 0 không đổi."
    assert (Unit.objects.count(), AuditEvent.objects.count()) == (0, 0)


def test_an_import_carries_the_name_of_by(tmp_path):
    build.user("an")

    call_command("import_units", written(tmp_path, UNITS, "001,Xã A,,commune,,2010-01-01,,"), by="an")

    event = AuditEvent.objects.get()
    assert (event.actor, event.origin, event.action) == ("an", "import", "unit.created")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",Xã A,,commune,,2010-01-01,,", "Dòng 2, cột «code»: Ô này không được để trống."),
        ("001,,,commune,,2010-01-01,,", "Dòng 2, cột «name»: Ô này không được để trống."),
        (
            "001,Xã A,,xã,,2010-01-01,,",
            "Dòng 2, cột «level»: “xã” không phải một cấp. Ghi department, district hoặc commune.",
        ),
        ("001,Xã A,,commune,,hôm qua,,", "Dòng 2, cột «valid_from»: “hôm qua” không phải là ngày."),
        (
            "001,Xã A,,commune,,2010-01-01,2009-12-31,",
            "Dòng 2, cột «valid_to»: Ngày cuối 31/12/2009 đứng trước ngày đầu 01/01/2010.",
        ),
        (
            "001,Xã A,,commune,009,2010-01-01,,",
            "Dòng 2, cột «parent_code»: Không có huyện, thành phố nào mang mã 009",
        ),
        (
            "001,Xã A,,commune,,2010-01-01,,008",
            "Dòng 2, cột «predecessor_codes»: Không có đơn vị nào mang mã 008",
        ),
    ],
)
def test_a_faulty_file_of_units_names_the_place(tmp_path, line, said):
    assert said in refusal("import_units", written(tmp_path, UNITS, line))
    assert not Unit.objects.exists()


def test_a_missing_header_is_named(tmp_path):
    said = refusal(
        "import_units", written(tmp_path, UNITS.replace("valid_to,", ""), "001,Xã A,,commune,,2010-01-01,")
    )

    assert "cột «valid_to»: Thiếu cột này ở dòng tiêu đề." in said


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["S1,,Giám đốc,no,2020-01-01,"], "Dòng 2, cột «full_name»: Ô này không được để trống."),
        (["S1,An,Giám đốc,có,2020-01-01,"], "Dòng 2, cột «acting»: “có” không hợp lệ. Ghi yes hoặc no."),
        (
            ["S1,An,Giám đốc,no,2020-01-01,2019-01-01"],
            "Dòng 2, cột «to_date»: Ngày cuối 01/01/2019 đứng trước",
        ),
        (["S9,An,Giám đốc,no,2020-01-01,"], "Dòng 2, cột «unit_code»: Không có đơn vị nào mang mã S9"),
        (
            ["S1,An,Giám đốc,no,2020-01-01,", "S1,Bình,Giám đốc,no,2021-01-01,"],
            "Dòng 3, cột «from_date»: Trùng thời gian với An (từ 01/01/2020, dòng 2).",
        ),
    ],
)
def test_a_faulty_file_of_heads_names_the_place(tmp_path, lines, said):
    build.unit("S1")

    assert said in refusal("import_heads", written(tmp_path, HEADS, *lines))
    assert not Head.objects.exists()


def test_heads_load_with_and_without_codes_and_with_an_open_end(tmp_path, capsys):
    build.unit("S1")
    path = written(
        tmp_path,
        HEADS + ",person_code",
        "S1,Cầm Thị Hoa,Phó Giám đốc,yes,01/01/2020,31/12/2020,P7",
        "S1,Cầm Thị Hoa,Giám đốc,no,01/01/2021,,",
    )

    call_command("import_heads", path)

    assert capsys.readouterr().out.strip() == "Đã nhập 2 dòng: 2 mới, 0 sửa, 0 không đổi."
    assert list(Tenure.objects.values_list("acting", "head__person_code")) == [(True, "P7"), (False, "P7")]


def workbook(folder: Path, header: str, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    book.active.append(header.split(","))
    for row in rows:
        book.active.append(row)
    path = folder / "tep.xlsx"
    book.save(path)
    return path


def test_a_workbook_with_real_dates_loads(tmp_path):
    build.unit("001")
    path = workbook(tmp_path, HEADS, ["001", "An", "Chủ tịch", "no", date(2024, 1, 15), None])

    call_command("import_heads", path)

    assert Tenure.objects.get().from_date == date(2024, 1, 15)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (1, "dòng 2, cột «unit_code»"),
        (date(2024, 1, 1), "dòng 2, cột «unit_code»"),
        ("=A1", "dòng 2, cột «unit_code»"),
    ],
)
def test_a_code_in_a_workbook_is_never_guessed(tmp_path, cell, said):
    build.unit("1")
    path = workbook(tmp_path, HEADS, [cell, "An", "Chủ tịch", "no", date(2024, 1, 15), None])

    assert said in refusal("import_heads", path).lower()
    assert not Tenure.objects.exists()


# --- Accounts ------------------------------------------------------------------------------------


def test_the_first_administrator_is_made_on_the_server(capsys):
    call_command("create_account", "quantri", role="administrator", full_name="Cầm Thị Hoa")

    password = capsys.readouterr().out.split()[-1]
    user = User.objects.get(username="quantri")
    assert (user.check_password(password), user.must_change_password) == (True, True)
    assert user.role_assignments.get().role == Role.ADMINISTRATOR


def test_a_role_of_a_unit_needs_a_unit_of_today():
    with pytest.raises(CommandError, match="không có đơn vị nào mang mã"):
        call_command("create_account", "an.lo", role="clerk", unit="S9")
    assert not User.objects.exists()


def test_a_person_gets_everything_held_about_them(tmp_path):
    unit = build.unit("S1")
    an, binh = build.head_of(unit, username="an"), build.user("binh")
    User.objects.filter(pk=an.pk).update(full_name="Lò Văn An")
    build.tenure(unit, "Lò Văn An")
    build.tenure(build.unit("S2"), "Lò Văn An")
    notify(users=[an], text="Việc của An")
    notify(users=[binh], text="Việc của Bình")
    population = build.open_population(units=[unit])
    score = build.score(
        population.assessments.get(), "1.1.1", {"option": "Chậm"}, saved_by=an, saved_at=build.NOW
    )
    AuditEvent.objects.create(
        at=build.NOW,
        actor_id=an.pk,
        actor="an",
        action="score.saved",
        subject_type="scoring.score",
        subject_id="1",
    )
    AuditEvent.objects.create(
        at=build.NOW,
        actor="quantri",
        action="account.changed",
        subject_type="units.user",
        subject_id=str(an.pk),
    )
    output = tmp_path / "an.json"

    call_command("export_person", username="an", output=str(output))

    held = json.loads(output.read_text(encoding="utf-8"))
    assert held["account"]["full_name"] == "Lò Văn An"
    assert [row["text"] for row in held["rows"]["units.Notice"]] == ["Việc của An"]
    assert [row["role"] for row in held["rows"]["units.RoleAssignment"]] == ["head"]
    assert [row["id"] for row in held["rows"]["scoring.Score"]] == [score.pk]
    assert [row["action"] for row in held["rows"]["parindex.AuditEvent"]] == ["score.saved"]
    assert [row["action"] for row in held["log_about_the_account"]] == ["account.changed"]
    assert len(held["tenures_as_head"]) == 1
    assert "md5$" not in output.read_text(encoding="utf-8")
    assert "Bình" not in output.read_text(encoding="utf-8")
    assert stat.S_IMODE(output.stat().st_mode) == 0o600


def test_every_table_that_points_to_an_account_is_found():
    found = {model.__name__ for model in apps.get_models() if pointers(model)}

    assert {"RoleAssignment", "Notice", "AuditEvent", "Job", "Score", "Transition", "Publication"} <= found
    assert (RoleAssignment in apps.get_models(), pointers(Notice)) == (True, ["user_id"])


def test_an_unknown_name_is_said(tmp_path):
    with pytest.raises(CommandError, match="Không có tài khoản tên «nobody»"):
        call_command("export_person", username="nobody", output=str(tmp_path / "x.json"))
