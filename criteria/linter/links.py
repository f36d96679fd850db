"""Whether the links to last year's rows lead anywhere, and to one row each."""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from criteria.linter.rows import Problem, Row, warning


def check_links(framework: list[Row], previous: Collection[str] | None) -> Iterator[Problem]:
    """Warnings about `previous_code`: unknown last year (where `previous`, its codes, is known), or used twice."""
    first: dict[str, Row] = {}
    for row in framework:
        if row["link"] == "new":
            if row["previous_code"]:
                yield warning(
                    row, "previous_code", _("Ghi new thì không có mã năm trước; mã này không được dùng.")
                )
            continue
        code = row["previous_code"] or (row["code"] if row["link"] else "")
        if not code:
            continue
        if previous is not None and code not in previous:
            yield warning(row, "previous_code", _("Năm trước không có mã %(code)s.") % {"code": code})
        if code in first:
            words = {"code": code, "row": first[code].number}
            yield warning(row, "previous_code", _("Mã năm trước %(code)s đã dùng ở dòng %(row)d.") % words)
        first.setdefault(code, row)
