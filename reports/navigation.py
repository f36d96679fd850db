"""The links of the headers: what a person may open, and what the public is offered.

It lives here because only the rightmost app knows every room. Addresses are
written once, beside the permission that opens them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parindex.context import Link, Navigation
from units.access import Access, access_of
from units.authorization import UNIT_ROLES, Permission, Role
from units.models import Unit
from units.queries.notices import unread_count, unread_notices

HOME = "/lam-viec/"
NOTICES = "/lam-viec/thong-bao/"


@dataclass(frozen=True)
class Room:
    """One working area: its name, address, what waits there, and who may open it."""

    label: str
    url: str
    purpose: str
    permissions: frozenset[Permission] = frozenset()
    roles: frozenset[Role] = frozenset()
    in_header: bool = True

    def open_to(self, access: Access) -> bool:
        """Whether a person finds anything there."""
        return any(access.is_(role) for role in self.roles) or any(
            access.anywhere(permission) for permission in self.permissions
        )


ROOMS: tuple[Room, ...] = (
    Room(
        gettext_lazy("Việc của đơn vị"),
        "/lam-viec/ho-so/",
        gettext_lazy("Tự đánh giá, trình và nộp hồ sơ, báo cáo, biên nhận"),
        roles=frozenset({Role.CLERK, Role.HEAD}),
    ),
    Room(
        gettext_lazy("Tài liệu"),
        "/lam-viec/ho-so/tai-lieu/",
        gettext_lazy("Kho tài liệu kiểm chứng của đơn vị, mở cả năm"),
        roles=frozenset({Role.CLERK, Role.HEAD}),
    ),
    Room(
        gettext_lazy("Thẩm định"),
        "/lam-viec/tham-dinh/",
        gettext_lazy("Các tiêu chí thành phần chờ cơ quan bạn quyết định"),
        permissions=frozenset({Permission.SCORE_APPRAISE, Permission.ASSIGNMENT_EDIT}),
    ),
    Room(
        gettext_lazy("Đợt đánh giá"),
        "/lam-viec/dot/",
        gettext_lazy("Tiến độ, thời hạn, tính chỉ số, chốt và công bố"),
        permissions=frozenset({Permission.RESULT_VIEW, Permission.POPULATION_MANAGE}),
        roles=frozenset({Role.APPRAISER}),
    ),
    Room(
        gettext_lazy("Kết quả"),
        "/lam-viec/ket-qua/",
        gettext_lazy("Xếp hạng tạm tính và đã chốt, đề nghị theo Điều 19, 20"),
        permissions=frozenset({Permission.RESULT_VIEW, Permission.OUTCOME_VIEW}),
    ),
    Room(
        gettext_lazy("Điều tra"),
        "/lam-viec/dieu-tra/",
        gettext_lazy("Kết quả điều tra xã hội học đã nhập và còn thiếu"),
        permissions=frozenset({Permission.SURVEY_IMPORT}),
    ),
    Room(
        gettext_lazy("Bộ tiêu chí"),
        "/lam-viec/bo-tieu-chi/",
        gettext_lazy("Tiêu chí, thang điểm, quy định chấm từng năm"),
        permissions=frozenset({Permission.FRAMEWORK_VIEW}),
    ),
    Room(
        gettext_lazy("Đơn vị"),
        "/lam-viec/don-vi/",
        gettext_lazy("Danh sách đơn vị theo ngày, sáp nhập, người đứng đầu"),
        permissions=frozenset({Permission.UNIT_VIEW}),
        in_header=False,
    ),
    Room(
        gettext_lazy("Tài khoản"),
        "/lam-viec/tai-khoan/",
        gettext_lazy("Người dùng và vai trò"),
        permissions=frozenset({Permission.USER_EDIT}),
    ),
    Room(
        gettext_lazy("Dời hạn vì sự cố"),
        "/lam-viec/dot/su-co/",
        gettext_lazy("Thêm giờ nộp cho mọi đơn vị khi cổng vừa ngừng hoạt động"),
        permissions=frozenset({Permission.OUTAGE_EXTEND}),
        in_header=False,
    ),
    Room(
        gettext_lazy("Việc chạy nền"),
        "/lam-viec/viec/",
        gettext_lazy("Các lần tính và xuất tệp: đang chạy, xong, lỗi"),
        permissions=frozenset({Permission.JOB_VIEW}),
        in_header=False,
    ),
    Room(
        gettext_lazy("Nhật ký"),
        "/lam-viec/nhat-ky/",
        gettext_lazy("Ai làm gì, lúc nào, từ giá trị nào sang giá trị nào"),
        permissions=frozenset({Permission.AUDIT_VIEW}),
    ),
)


def rooms_of(access: Access) -> list[Room]:
    """The working areas open to a person, in the order of the year."""
    return [room for room in ROOMS if room.open_to(access)]


def work(request: HttpRequest) -> Navigation:
    """The working header: at most the rooms of the person's roles, and under whose name they work."""
    user = request.user
    access = access_of(user)
    body = next((unit for role, unit in access.roles if role in UNIT_ROLES and unit is not None), None)
    place, unread = _place_and_unread(user, body)
    links = [Link(str(room.label), room.url) for room in rooms_of(access) if room.in_header]
    role = next((str(role.label) for role, _unit in access.roles), "")
    return Navigation(
        main=tuple(links),
        home=HOME,
        place=place,
        person=user.get_full_name() if user.is_authenticated else "",
        position=getattr(user, "title", "") or role,
        notices=NOTICES if user.is_authenticated else "",
        unread=unread,
    )


def _place_and_unread(user: Any, body: int | None) -> tuple[str, int]:
    """The name of the person's body and how many notices are new, in one query on every page."""
    if not user.is_authenticated:
        return "", 0
    if body is None:
        return "", unread_notices(user)
    found = Unit.objects.filter(pk=body).values_list("name", unread_count(user)).first()
    return found or ("", 0)


def public(request: HttpRequest) -> Navigation:
    """The public header and footer."""
    main = (
        Link(_("Xếp hạng"), "/#xep-hang"),
        Link(_("Phương pháp"), "/phuong-phap/"),
        Link(_("Dữ liệu"), "/du-lieu/"),
    )
    return Navigation(main=main, footer=main)
