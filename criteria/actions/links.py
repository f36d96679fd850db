"""Links between the criteria of two years: filled in at import, corrected on a page until the year opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from criteria import linking, permissions
from criteria.files import framework_digest
from criteria.linking import NOTHING, Item, Link
from criteria.models import Framework, Node
from criteria.queries.links import item_of, items_before
from parindex import audit, clock, text
from parindex.decisions import Allowed, Decision, Denied, refuse, require


def may_correct(framework: Framework) -> Decision:
    """Whether the links of a framework may still change: until it is in use."""
    if framework.frozen_at is None:
        return Allowed()
    return Denied(
        _("Bộ tiêu chí này đã đưa vào sử dụng từ %(day)s nên liên kết với năm trước giữ nguyên.")
        % {"day": clock.local(framework.frozen_at).strftime("%d/%m/%Y")},
        code="frozen",
    )


def correct_link(
    *, framework_id: int, code: str, kind: str, previous_code: str = "", by: Any, now: datetime | None = None
) -> Node:
    """State how one row continues last year, instead of what was proposed; stating it again changes nothing.

    Raises ``Refused`` for a framework in use, an unknown kind, a code that last year did not have at this level,
    and one that another row continues.
    """
    with transaction.atomic():
        framework = (
            Framework.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=framework_id)
        )
        at = now or clock.now()
        require(permissions.may_edit_framework(by))
        require(may_correct(framework))
        node = framework.nodes.filter(code=text.clean_line(code)).first()
        if node is None:
            refuse(_("Không có mã này trong bộ tiêu chí."), code="node")
        link = _checked(framework, node, kind, text.clean_line(previous_code))
        before = linking.whole(node.link, node.previous_code, node.code)
        if link == before:
            return node
        node.link, node.previous_code = link
        node.save(update_fields=["link", "previous_code"])
        framework.digest = framework_digest(framework)
        framework.save(update_fields=["digest"])
        data = {"code": node.code, "from": list(before), "to": list(link), "digest": framework.digest}
        audit.record("framework.link_corrected", framework, by=by, at=at, data=data)
        return node


def _checked(framework: Framework, node: Node, kind: str, previous_code: str) -> Link:
    """The link as it may be stored. Raises ``Refused``."""
    if kind not in linking.KINDS:
        refuse(_("Chọn: tiếp tục, thay đổi hoặc mới."), code="kind")
    if kind == linking.NEW:
        return Link(linking.NEW)
    levels = {item.code: item.level for item in items_before(framework.cycle.year, framework.level)}
    if levels.get(previous_code) != node.level:
        refuse(_("Chọn mã của năm trước, cùng cấp với mục này."), code="previous_code")
    going_on = Q(previous_code="", code=previous_code, link__in=(linking.CONTINUED, linking.CHANGED))
    other = framework.nodes.filter(Q(previous_code=previous_code) | going_on).exclude(pk=node.pk).first()
    if other is not None:
        words = {"code": previous_code, "other": other.code}
        refuse(
            _("Mã %(code)s của năm trước đã gắn với %(other)s. Sửa liên kết của %(other)s trước.") % words,
            code="taken",
        )
    return Link(kind, previous_code)


# --- At import -----------------------------------------------------------------------------------


def with_links(
    rows: Sequence[Mapping[str, Any]], framework: Framework, previous: Sequence[Item]
) -> list[dict[str, Any]]:
    """The rows of a file with the links to be stored.

    What the file says counts. Where it says nothing, what a person has corrected stays; the rest is proposed anew,
    or left open while there is no year before. In a framework in use everything stored stays.
    """
    stored = {node.code: node for node in framework.nodes.all()}
    links = _stated(rows, previous)
    if framework.frozen_at is not None:
        links = {code: Link(node.link, node.previous_code) for code, node in stored.items()} | links
    elif previous:
        taken = {link.previous_code for link in links.values()}
        kept = {
            code: link
            for code, link in _corrected(stored, previous).items()
            if link.kind == linking.NEW or link.previous_code not in taken
        }
        known = kept | links
        proposed = linking.propose([_item(row) for row in rows], previous, known)
        links = {code: link if code in known else _plain(code, link) for code, link in proposed.items()}
    filled = ((row, links.get(row["code"], NOTHING)) for row in rows)
    return [{**row, "link": link.kind, "previous_code": link.previous_code} for row, link in filled]


def _plain(code: str, link: Link) -> Link:
    """A proposal as it is stored: a row that goes on under its own code names none."""
    return Link(linking.CONTINUED) if link == Link(linking.CONTINUED, code) else link


def _stated(rows: Sequence[Mapping[str, Any]], previous: Sequence[Item]) -> dict[str, Link]:
    """The links that the file itself gives, made whole."""
    before = {item.code: item for item in previous}
    read = ((row, linking.read(row["link"], row["previous_code"], _item(row), before)) for row in rows)
    return {row["code"]: link for row, link in read if link != NOTHING}


def _corrected(stored: Mapping[str, Node], previous: Sequence[Item]) -> dict[str, Link]:
    """Stored links that are not what would be proposed for the stored rows: somebody knew better."""
    known = {item.code for item in previous}
    proposed = linking.propose([item_of(node) for node in stored.values()], previous)
    return {
        code: link
        for code, node in stored.items()
        if node.link and (link := linking.whole(node.link, node.previous_code, code)) != proposed[code]
        if link.kind == linking.NEW or link.previous_code in known
    }


def _item(row: Mapping[str, Any]) -> Item:
    return Item(row["code"], row["level"], row["name"])


def outcome_in_words(rows: Sequence[Mapping[str, Any]], previous: Sequence[Item], year: int) -> str:
    """How many rows go on, have changed, are new and are gone; "" while there is no year before."""
    if not previous:
        return ""
    links = {row["code"]: linking.whole(row["link"], row["previous_code"], row["code"]) for row in rows}
    found = linking.outcome(links, previous)
    words = {
        "year": year - 1,
        "continued": found.continued,
        "changed": found.changed,
        "new": found.new,
        "removed": len(found.removed),
    }
    return (
        _("So với năm %(year)d: %(continued)d tiếp tục, %(changed)d thay đổi, %(new)d mới, %(removed)d bỏ.")
        % words
    )
