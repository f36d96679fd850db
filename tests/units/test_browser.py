"""The pages of this app in a real browser: accessible, no wider than a phone, and one road from log-in on."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse

from tests import build
from tests.browser import axe, no_sideways_scroll
from units.actions import create_account, notify
from units.authorization import Role
from units.management.commands.convert_unit_lists import DATA
from units.models import Notice, RoleAssignment, Unit, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def admin() -> User:
    """An administrator in a province with its real units, heads, accounts and notices."""
    call_command("import_units", DATA / "sonla-units.csv", verbosity=0)
    person = build.user_with_role(Role.ADMINISTRATOR, username="quantri")
    User.objects.filter(pk=person.pk).update(
        full_name="Cầm Thị Hoa", title="Chuyên viên phòng Cải cách hành chính"
    )
    unit = Unit.objects.get(code="SNV")
    build.tenure(unit, "Nguyễn Thị Phương Thảo", date(2020, 1, 1), date(2023, 12, 31), title="Giám đốc")
    build.tenure(unit, "Lò Văn Bình", date(2024, 1, 1), title="Phó Giám đốc", acting=True)
    for number, commune in enumerate(Unit.objects.filter(level="commune")[:12]):
        build.clerk(commune, username=f"xa{number}.canbo")
    RoleAssignment.objects.create(user=person, role=Role.INDEX_MANAGER, valid_from=date(2024, 1, 1))
    notify(users=[person], text="Xã Chiềng Sơn đã nộp hồ sơ tự đánh giá năm 2024", url="/lam-viec/")
    values = {"don_vi": "Ban Quản lý các khu công nghiệp tỉnh", "nam": "2024", "ly_do": "Phụ lục số liệu chưa khớp"}
    notify(users=[person], kind="returned", values=values, url="/lam-viec/ho-so/")
    Notice.objects.filter(kind="returned").update(mail="failed", mail_attempts=5, mail_error="Không nối được máy chủ thư")
    return person


PAGES = [
    "units:list",
    "units:detail",
    "units:tenure_add",
    "units:accounts",
    "units:account",
    "units:account_add",
    "units:account_change",
    "units:role_add",
    "units:role_end",
    "units:me",
    "units:notices",
    "units:notice_ways",
    "units:own_email",
    "units:notice_texts",
    "units:notice_text",
    "units:mail_failures",
    "password_change",
]


def addresses(admin: User) -> list[str]:
    clerk = User.objects.get(username="xa3.canbo")
    arguments = {
        "units:detail": [Unit.objects.get(code="SNV").pk],
        "units:tenure_add": [Unit.objects.get(code="SNV").pk],
        "units:account": [clerk.pk],
        "units:account_change": [clerk.pk],
        "units:role_add": [clerk.pk],
        "units:notice_text": ["returned"],
        "units:role_end": [clerk.role_assignments.get().pk],
    }
    found = [reverse(name, args=arguments.get(name, [])) for name in PAGES]
    merged = Unit.objects.get(code="03646", valid_from=date(2025, 7, 1))
    return [*found, f"{reverse('units:list')}?ngay=31/12/2024", merged.get_absolute_url()]


@pytest.mark.parametrize("width", [1440, 360])
def test_every_page_is_accessible_and_fits(browser, live_server, admin, width):
    urls = addresses(admin)

    def look(page):
        found = {}
        for url in urls:
            page.goto(live_server.url + url)
            no_sideways_scroll(page)
            found[url] = axe(page)
        return {url: findings for url, findings in found.items() if findings}

    assert browser.visit(look, width=width, user=admin) == {}


@pytest.mark.parametrize("width", [1440, 360])
def test_an_account_is_made_and_its_password_shown(browser, live_server, admin, width):
    def steps(page):
        page.goto(live_server.url + reverse("units:account_add"))
        page.fill("#id_full_name", "Lò Thị Phương Thảo Nguyên")
        page.fill("#id_username", "quantri")
        page.get_by_role("button", name="Tạo tài khoản").click()
        refused = axe(page)
        assert "đã có người dùng" in page.inner_text(".errsum")
        page.fill("#id_username", "thao.lo")
        page.get_by_role("button", name="Tạo tài khoản").click()
        assert "Đã tạo tài khoản thao.lo" in page.inner_text("h1")
        no_sideways_scroll(page)
        return refused + axe(page)

    assert browser.visit(steps, width=width, user=admin) == []
    assert User.objects.get(username="thao.lo").must_change_password


def test_a_new_person_logs_in_chooses_a_password_and_finds_a_commune(browser, live_server, admin):
    user, password = create_account(username="lan.dao", full_name="Lò Thị Lan", by=admin)
    build.RoleAssignment.objects.create(user=user, role=Role.LEADER, valid_from=date(2024, 1, 1))
    own = "mot-mat-khau-rieng-2024"

    def steps(page):
        page.goto(live_server.url + reverse("units:list"))
        page.fill("#id_username", "lan.dao")
        page.fill("#id_password", password)
        page.get_by_role("button", name="Đăng nhập").click()
        page.wait_for_url("**/doi-mat-khau/")
        page.fill("#id_old_password", password)
        page.fill("#id_new_password1", own)
        page.fill("#id_new_password2", own)
        page.get_by_role("button", name="Đổi mật khẩu").click()
        page.wait_for_url("**/doi-mat-khau/xong/")
        page.goto(live_server.url + reverse("units:list") + "?ngay=31/12/2024")
        page.fill("#id_q", "chieng lE")
        page.get_by_role("button", name="Tìm").click()
        page.get_by_role("link", name="Phường Chiềng Lề").click()
        return page.inner_text("main")

    text = browser.visit(steps, width=360, script=False)

    assert "Phường Tô Hiệu" in text
    assert "Cùng nhập vào đó:" in text
