"""Plain sentences about a unit, made by fixed rules from its figures. Pure: words in, words out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext as _

from parindex.numbers import shown


class AreaFigures(Protocol):
    """What a sentence needs of an area."""

    name: str
    percent: Decimal | None
    points: Decimal | None
    max_points: Decimal

    @property
    def against(self) -> Decimal | None:
        """Percentage points above the median."""

    @property
    def lost(self) -> Decimal:
        """Points not reached."""


def best(areas: Sequence[AreaFigures]) -> str:
    """Where the unit stands out most against the median; of equals the first area."""
    known = [area for area in areas if area.against is not None]
    if not known:
        return ""
    area = max(known, key=lambda each: (each.against or 0, each.percent or 0))
    words = {
        "area": inside(area.name),
        "percent": shown(area.percent),
        "by": shown(abs(area.against or Decimal(0))),
    }
    if (area.against or 0) > 0:
        return (
            _(
                "Nổi bật nhất ở lĩnh vực %(area)s: đạt %(percent)s%% số điểm, cao hơn trung vị %(by)s điểm phần trăm."
            )
            % words
        )
    if area.against == 0:
        return (
            _(
                "Không lĩnh vực nào cao hơn trung vị; gần nhất là %(area)s, đạt %(percent)s%% số điểm, bằng trung vị."
            )
            % words
        )
    return (
        _(
            "Cả các lĩnh vực đều dưới trung vị; gần nhất là %(area)s, đạt %(percent)s%% số điểm, thấp hơn %(by)s điểm phần trăm."
        )
        % words
    )


def worst(areas: Sequence[AreaFigures], component: str = "") -> str:
    """Where most points were lost, and the component that lost most of them."""
    known = [area for area in areas if area.points is not None and area.lost > 0]
    if not known:
        return _("Không mất điểm ở lĩnh vực nào.") if areas else ""
    area = max(known, key=lambda each: each.lost)
    sentence = _("Mất nhiều điểm nhất ở lĩnh vực %(area)s: %(lost)s trên %(max)s điểm") % {
        "area": inside(area.name),
        "lost": shown(area.lost),
        "max": shown(area.max_points),
    }
    return sentence + (
        _(", nhiều nhất là ở “%(component)s”.") % {"component": shortened(component)} if component else "."
    )


def change(year: int, value: Decimal | None, *, comparable: bool | None, predecessors: int) -> str:
    """How the index moved since the year before, and whether the two years compare (None: nobody knows)."""
    if value is None:
        if predecessors > 1:
            return _("Chưa có số năm trước để so sánh, vì đơn vị được hình thành từ %(count)d đơn vị.") % {
                "count": predecessors
            }
        return _("Chưa có kết quả năm %(year)d để so sánh.") % {"year": year - 1}
    words = {"year": year - 1, "by": shown(abs(value))}
    if value > 0:
        sentence = _("Chỉ số tăng %(by)s điểm phần trăm so với năm %(year)d") % words
    elif value < 0:
        sentence = _("Chỉ số giảm %(by)s điểm phần trăm so với năm %(year)d") % words
    else:
        sentence = _("Chỉ số bằng năm %(year)d") % words
    if comparable is None:
        return sentence + _("; năm trước chỉ có tổng điểm nên chưa rõ có cùng bộ tiêu chí hay không.")
    if comparable:
        return sentence + _("; hai năm cùng một bộ tiêu chí nên so sánh được.")
    return sentence + _("; bộ tiêu chí đã thay đổi nên không so sánh được hoàn toàn.")


def shortened(name: str, most: int = 70) -> str:
    """A long name up to its first colon, semicolon or bracket, where what follows only details it."""
    if len(name) <= most:
        return name
    ends = [place for sign in (":", ";", "(") if (place := name.find(sign)) > 0]
    return name[: min(ends)].strip() if ends else name


def inside(name: str) -> str:
    """A name inside a sentence: "Thể chế" becomes "thể chế", abbreviations stay."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
