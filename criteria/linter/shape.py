"""Whether the rows form a tree, and whether its sums and sources agree."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from criteria.linter.rows import Problem, Row, error, warning
from criteria.tree import AREA, CRITERION, LEVELS, PARENT_LEVEL, find_cycles
from parindex.numbers import shown

TOTAL = Decimal(100)


def check_codes(framework: list[Row]) -> Iterator[Problem]:
    """Every code stands once."""
    first: dict[str, Row] = {}
    for row in framework:
        code = row["code"]
        if code and code in first:
            yield error(
                row,
                "code",
                _("Mã %(code)s đã có ở dòng %(row)d.") % {"code": code, "row": first[code].number},
            )
        first.setdefault(code, row)


def connect(framework: list[Row]) -> list[Problem]:
    """Link every row to its parent; report orphans, wrong levels and rings."""
    by_code: dict[str, Row] = {}
    for row in framework:
        by_code.setdefault(row["code"], row)
    cycles = find_cycles({row["code"]: row["parent_code"] for row in by_code.values() if row["code"]})
    found = [
        error(
            by_code[ring[0]],
            "parent_code",
            _("Các mục tạo thành vòng lặp: %(codes)s.") % {"codes": " → ".join(ring)},
        )
        for ring in cycles
    ]
    ringed = {code for ring in cycles for code in ring}
    for row in framework:
        row.in_ring = row["code"] in ringed
        if row.in_ring:
            continue
        parent = by_code.get(row["parent_code"]) if row["parent_code"] else None
        found += _check_place(row, parent)
        # Only parents of the right level: sums then have three levels at most, however wrong the file.
        if parent is not None and parent["level"] == PARENT_LEVEL.get(row["level"]):
            row.parent = parent
            parent.children.append(row)
    return found


def _check_place(row: Row, parent: Row | None) -> Iterator[Problem]:
    level, named = row["level"], row["parent_code"]
    if level not in LEVELS:
        return
    wanted = PARENT_LEVEL[level]
    if wanted is None and named:
        yield error(
            row, "parent_code", _("Mục cấp %(level)s không có mục cha, để trống ô này.") % {"level": level}
        )
    elif wanted is not None and not named:
        yield error(row, "parent_code", _("Thiếu mã mục cha cấp %(wanted)s.") % {"wanted": wanted})
    elif named and parent is None:
        yield error(
            row, "parent_code", _("Không có mục cha %(parent)s trong bộ tiêu chí.") % {"parent": named}
        )
    elif parent is not None and parent["level"] != wanted:
        yield error(
            row,
            "parent_code",
            _("Mục cha %(parent)s ở cấp %(found)s; mục cấp %(level)s phải nằm trong mục cấp %(wanted)s.")
            % {"parent": named, "found": parent["level"], "level": level, "wanted": wanted},
        )
    elif parent is not None and not row["code"].startswith(named + "."):
        yield warning(
            row, "parent_code", _("Mã không bắt đầu bằng mã mục cha %(parent)s.") % {"parent": named}
        )


def check_sums(framework: list[Row]) -> Iterator[Problem]:
    """Children add up to their parent, areas to 100."""
    for row in framework:
        if row.children and row.max_points is not None:
            total = _sum(row.children)
            if total is not None and total != row.max_points:
                yield error(
                    row,
                    "max_points",
                    _("Tổng điểm các mục con là %(total)s, khác điểm tối đa %(max)s.")
                    % {"total": shown(total), "max": shown(row.max_points)},
                )
    areas = [row for row in framework if row["level"] == AREA]
    if not areas:
        yield error(framework[0], "level", _("Không có lĩnh vực (area) nào."))
        return
    total = _sum(areas)
    if total is not None and total != TOTAL:
        yield error(
            areas[0],
            "max_points",
            _("Tổng điểm các lĩnh vực là %(total)s, phải là %(wanted)s.")
            % {"total": shown(total), "wanted": shown(TOTAL)},
        )


def _sum(rows: list[Row]) -> Decimal | None:
    """The sum of the maxima, or None while one of them cannot be read: that is reported in its own row."""
    total = Decimal(0)
    for row in rows:
        if row.max_points is None:
            return None
        total += row.max_points
    return total


def check_parent(row: Row) -> Iterator[Problem]:
    """An area, or a criterion with components: it only adds up."""
    if row["level"] not in (AREA, CRITERION):
        return
    if not row.children:
        yield error(row, "code", _("Lĩnh vực không có tiêu chí nào."))
        return
    if row["rule_kind"] not in ("", "sum"):
        yield error(row, "rule_kind", _("Mục có mục con chỉ cộng điểm: ghi sum."))
    if row["rule_params"] not in ("", "{}"):
        yield error(row, "rule_params", _("Mục có mục con không có tham số quy tắc, để trống ô này."))
    sources = {leaf["source"] for leaf in _leaves(row)}
    wanted = sources.pop() if len(sources) == 1 else "mixed"
    if row["source"] != wanted and wanted in ("self", "survey", "mixed"):
        yield error(
            row,
            "source",
            _("Ghi “%(found)s” nhưng các mục con là %(wanted)s.")
            % {"found": row["source"], "wanted": wanted},
        )
    seen: dict[str, str] = {}
    for child in row.children:
        if child["name"] and child["name"] in seen:
            yield warning(child, "name", _("Trùng tên với %(code)s.") % {"code": seen[child["name"]]})
        seen.setdefault(child["name"], child["code"])


def _leaves(row: Row) -> Iterator[Row]:
    if not row.children:
        yield row
    for child in row.children:
        yield from _leaves(child)
