"""Accounts and roles: made, ended and closed by the administrator, with a row of the log for each."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.urls import reverse

from parindex import clock
from parindex.decisions import Refused
from parindex.models import AuditEvent
from tests import build
from units.access import access_of
from units.actions import (
    activate_account,
    change_account,
    create_account,
    deactivate_account,
    end_role,
    grant_role,
    reset_password,
)
from units.authorization import Permission, Role
from units.models import Level, RoleAssignment, User

pytestmark = pytest.mark.django_db

TODAY = date(2024, 11, 20)


@pytest.fixture
def admin() -> User:
    return build.user_with_role(Role.ADMINISTRATOR, username="quantri")


def actions_logged() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


# --- Actions -------------------------------------------------------------------------------------


def test_a_new_account_gets_a_password_that_must_be_changed(admin):
    user, password = create_account(
        username="sgtvt.huong", full_name=" Lò  Thị Hương ", by=admin, now=build.NOW
    )

    user.refresh_from_db()
    assert (user.full_name, user.must_change_password, user.check_password(password)) == (
        "Lò Thị Hương",
        True,
        True,
    )
    event = AuditEvent.objects.get()
    assert (event.action, event.actor, event.subject_id) == ("account.created", "quantri", str(user.pk))
    assert password not in event.data


def test_one_time_passwords_differ_and_pass_the_validators(admin):
    passwords = {create_account(username=f"nguoi{number}", by=admin)[1] for number in range(20)}

    assert len(passwords) == 20
    for password in passwords:
        validate_password(password)


@pytest.mark.parametrize("username", ["an", "lò.an", "an an", "-an1", "", "x" * 151])
def test_a_user_name_is_plain_letters_and_figures(admin, username):
    with pytest.raises(Refused) as refused:
        create_account(username=username, by=admin)
    assert (refused.value.code, User.objects.count()) == ("username", 1)


def test_a_user_name_is_given_once_whatever_its_capitals(admin):
    create_account(username="huong", by=admin)

    with pytest.raises(Refused, match="đã có người dùng"):
        create_account(username="Huong", by=admin)


def test_a_change_is_logged_with_before_and_after(admin):
    person = build.user("an")
    change_account(user_id=person.pk, full_name="Cầm An", title="", email="", phone="", by=admin)
    change_account(user_id=person.pk, full_name="Cầm An", title="", email="", phone="", by=admin)

    event = AuditEvent.objects.get()
    assert json.loads(event.data) == {"before": {"full_name": ""}, "after": {"full_name": "Cầm An"}}


def test_a_reset_password_replaces_the_old_one_but_never_ones_own(admin):
    person = build.user("an", password="cu")
    _user, password = reset_password(user_id=person.pk, by=admin)

    person.refresh_from_db()
    assert (person.check_password(password), person.check_password("cu")) == (True, False)
    assert person.must_change_password
    with pytest.raises(Refused) as refused:
        reset_password(user_id=admin.pk, by=admin)
    assert refused.value.code == "own"


def test_an_account_is_closed_and_opened_again(admin):
    person = build.user("an")
    deactivate_account(user_id=person.pk, by=admin)
    deactivate_account(user_id=person.pk, by=admin)
    activate_account(user_id=person.pk, by=admin)

    person.refresh_from_db()
    assert person.is_active
    assert actions_logged() == ["account.deactivated", "account.activated"]


def test_nobody_closes_the_own_account(admin):
    build.user_with_role(Role.ADMINISTRATOR)

    with pytest.raises(Refused) as refused:
        deactivate_account(user_id=admin.pk, by=admin)
    assert refused.value.code == "own"


def test_the_last_administrator_stays(admin):
    with pytest.raises(Refused) as refused:
        deactivate_account(user_id=admin.pk, by=None)
    assert refused.value.code == "last"

    with pytest.raises(Refused) as refused:
        end_role(assignment_id=admin.role_assignments.get().pk, last_day=clock.today(), by=None)
    assert refused.value.code == "last"

    other = build.user_with_role(Role.ADMINISTRATOR, valid_to=clock.today())
    with pytest.raises(Refused):
        end_role(assignment_id=admin.role_assignments.get().pk, last_day=clock.today(), by=other)


def test_a_second_administrator_ends_the_first(admin):
    other = build.user_with_role(Role.ADMINISTRATOR)
    end_role(
        assignment_id=admin.role_assignments.get().pk, last_day=clock.today() - timedelta(days=1), by=other
    )

    assert not access_of(User.objects.get(pk=admin.pk)).everywhere(Permission.USER_EDIT)


def test_a_role_holds_from_its_first_to_its_last_day(admin):
    unit = build.unit()
    person = build.user("an")
    role = grant_role(
        user_id=person.pk, role=Role.CLERK, unit_id=unit.pk, valid_from=TODAY, by=admin, now=build.NOW
    )
    end_role(assignment_id=role.pk, last_day=TODAY + timedelta(days=2), by=admin, now=build.NOW)

    held = [
        access_of(User.objects.get(pk=person.pk), TODAY + timedelta(days=days)).is_(Role.CLERK)
        for days in range(-1, 4)
    ]
    assert held == [False, True, True, True, False]
    assert actions_logged() == ["role.granted", "role.ended"]
    assert AuditEvent.objects.filter(unit_id=unit.pk).count() == 2


def test_a_role_given_by_mistake_today_is_taken_back_at_once(admin):
    role = grant_role(
        user_id=build.user("an").pk, role=Role.COUNCIL, valid_from=TODAY, by=admin, now=build.NOW
    )
    end_role(assignment_id=role.pk, last_day=TODAY - timedelta(days=1), by=admin, now=build.NOW)

    assert not RoleAssignment.objects.filter(role=Role.COUNCIL).exists()
    assert actions_logged() == ["role.granted", "role.ended"]


@pytest.mark.parametrize(
    ("last_day", "said"),
    [(TODAY - timedelta(days=2), "lùi về trước hôm qua"), (TODAY + timedelta(days=9), "Muốn kéo dài")],
)
def test_a_role_is_not_ended_in_the_past_nor_prolonged(admin, last_day, said):
    role = grant_role(
        user_id=build.user("an").pk,
        role=Role.COUNCIL,
        valid_from=date(2024, 1, 1),
        valid_to=TODAY + timedelta(days=5),
        by=admin,
        now=build.NOW,
    )

    with pytest.raises(Refused, match=said):
        end_role(assignment_id=role.pk, last_day=last_day, by=admin, now=build.NOW)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"role": Role.CLERK}, "unit"),
        ({"role": Role.CLERK, "unit": "ended"}, "unit"),
        ({"role": Role.LEADER, "unit": "valid"}, "unit"),
        ({"role": Role.LEADER, "valid_to": TODAY - timedelta(days=1)}, "dates"),
        ({"role": Role.AUDITOR}, "repeated"),
    ],
)
def test_a_role_that_does_not_fit_is_refused(admin, given, code):
    units = {"valid": build.unit(), "ended": build.unit(valid_to=date(2023, 12, 31))}
    person = build.user_with_role(Role.AUDITOR)
    fields = {"valid_from": TODAY, **given}
    if "unit" in fields:
        fields["unit_id"] = units[fields.pop("unit")].pk

    with pytest.raises(Refused) as refused:
        grant_role(user_id=person.pk, by=admin, now=build.NOW, **fields)
    assert refused.value.code == code
    assert person.role_assignments.count() == 1


def test_nobody_gives_the_own_account_a_role(admin):
    with pytest.raises(Refused) as refused:
        grant_role(user_id=admin.pk, role=Role.INDEX_MANAGER, valid_from=TODAY, by=admin)
    assert refused.value.code == "own"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_the_administrator_keeps_accounts(role):
    unit = build.unit()
    person = build.user_with_role(role, unit if role in ("clerk", "head", "appraiser") else None)
    victim = build.user("an")

    for action in (
        lambda: create_account(username="moi", by=person),
        lambda: change_account(user_id=victim.pk, full_name="X", by=person),
        lambda: reset_password(user_id=victim.pk, by=person),
        lambda: deactivate_account(user_id=victim.pk, by=person),
        lambda: activate_account(user_id=victim.pk, by=person),
        lambda: grant_role(user_id=victim.pk, role=Role.LEADER, valid_from=TODAY, by=person),
        lambda: end_role(assignment_id=person.role_assignments.get().pk, last_day=TODAY, by=person),
    ):
        with pytest.raises(Refused) as refused:
            action()
        assert refused.value.decision.hidden
    assert actions_logged() == []


# --- Pages ---------------------------------------------------------------------------------------


def test_the_administrator_makes_an_account_and_sees_the_password_once(client, admin):
    client.force_login(admin)
    response = client.post(
        reverse("units:account_add"), {"username": "huong.lo", "full_name": "Lò Thị Hương"}
    )

    user = User.objects.get(username="huong.lo")
    password = response.context["password"]
    assert user.check_password(password)
    assert password in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert password not in client.get(reverse("units:account", args=[user.pk])).content.decode()


def test_a_refusal_stands_on_the_form(client, admin):
    client.force_login(admin)

    page = client.post(
        reverse("units:account_add"), {"username": "quantri", "full_name": "X"}
    ).content.decode()

    assert "Tên đăng nhập quantri đã có người dùng. Chọn tên khác." in page


def test_a_role_is_given_and_ended_on_the_pages(client, admin):
    unit = build.unit("001", "Xã Mường É", Level.COMMUNE)
    person = build.user("an")
    client.force_login(admin)
    fields = {"role": "clerk", "valid_from": "01/01/2024", "valid_to": ""}

    missing = client.post(reverse("units:role_add", args=[person.pk]), fields)
    assert "Chọn đơn vị cho vai trò này." in missing.content.decode()

    client.post(reverse("units:role_add", args=[person.pk]), {**fields, "unit": unit.pk})
    role = person.role_assignments.get()
    assert (role.unit, role.valid_from) == (unit, date(2024, 1, 1))
    assert "Xã Mường É" in client.get(reverse("units:account", args=[person.pk])).content.decode()

    client.post(reverse("units:role_end", args=[role.pk]), {"last_day": clock.today().isoformat()})
    role.refresh_from_db()
    assert role.valid_to == clock.today()


def test_own_account_says_why_it_cannot_be_closed(client, admin):
    client.force_login(admin)

    response = client.post(reverse("units:deactivate", args=[admin.pk]), follow=True)

    assert "Bạn không ngừng được tài khoản của chính mình." in response.content.decode()
    admin.refresh_from_db()
    assert admin.is_active


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["an", "binh", "quantri"]),
        ({"q": "cam an"}, ["an"]),
        ({"q": "BINH"}, ["binh"]),
        ({"vai_tro": "administrator"}, ["quantri"]),
        ({"tinh_trang": "closed"}, ["binh"]),
        ({"vai_tro": "leader"}, []),
    ],
)
def test_accounts_are_found_without_accents_by_role_and_state(client, admin, asked, found):
    build.user("an", full_name="Cầm Ân")
    build.user_with_role(Role.LEADER, username="binh", valid_to=date(2020, 1, 1))
    User.objects.filter(username="binh").update(is_active=False)
    client.force_login(admin)

    response = client.get(reverse("units:accounts"), asked)

    assert sorted(person.username for person in response.context["found"].page.object_list) == found


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_a_fixed_number_of_queries(client, admin, django_assert_num_queries, count):
    for _number in range(count):
        build.clerk(build.unit())
    client.force_login(admin)

    with django_assert_num_queries(8):
        assert client.get(reverse("units:accounts")).status_code == 200


PAGES = [
    ("accounts", None, "get"),
    ("account_add", None, "get"),
    ("account_add", None, "post"),
    ("account", "person", "get"),
    ("account_change", "person", "get"),
    ("account_change", "person", "post"),
    ("password_reset", "person", "post"),
    ("deactivate", "person", "post"),
    ("activate", "person", "post"),
    ("role_add", "person", "get"),
    ("role_add", "person", "post"),
    ("role_end", "role", "get"),
    ("role_end", "role", "post"),
]


@pytest.mark.parametrize(("name", "argument", "method"), PAGES)
@pytest.mark.parametrize("role", [None, Role.INDEX_MANAGER, Role.LEADER, Role.AUDITOR])
def test_accounts_are_not_there_for_anybody_else(client, admin, name, argument, method, role):
    ids = {"person": admin.pk, "role": admin.role_assignments.get().pk}
    url = reverse(f"units:{name}", args=[ids[argument]] if argument else [])
    client.force_login(build.user_with_role(role) if role else build.user())

    assert getattr(client, method)(url).status_code == 404
    client.logout()
    assert getattr(client, method)(url).status_code == 302
    assert actions_logged() == []


@pytest.mark.parametrize(
    "name", ["password_reset", "deactivate", "activate", "end_other_sessions", "notices_read"]
)
def test_what_changes_is_not_reached_by_a_link(client, admin, name):
    client.force_login(admin)
    arguments = [] if name in ("end_other_sessions", "notices_read") else [admin.pk]

    assert client.get(reverse(f"units:{name}", args=arguments)).status_code == 405
