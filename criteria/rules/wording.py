"""Rules in Vietnamese words: steps for display, what a rate counts, what a rule says."""

import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from criteria.rules.kinds import (
    APPRAISER,
    HIGHER,
    Deduction,
    Discrete,
    PerItem,
    Proportional,
    RateRule,
    Rule,
    Survey,
    Threshold,
)
from parindex.numbers import MINUS, shown, shown_short

# "Tỷ lệ nhiệm vụ hoàn thành/tổng số nhiệm vụ trong Kế hoạch" names both numbers of the rate.
_METRIC = re.compile(r"(?:tỷ lệ|tỉ lệ)\s+(?P<part>[^/]+)/\s*(?P<whole>tổng số.*)", re.IGNORECASE)


@dataclass(frozen=True)
class Step:
    """One step of a rule as shown to people.

    `points` are those of the step; None where they follow the rate or the forms. With `each`, they are added
    (taken away when negative) for every case. `short` is the label for a narrow place.
    """

    label: str
    points: Decimal | None
    short: str = ""
    each: bool = False

    @property
    def shown(self) -> str:
        """The points in words: 1,50 · −0,25 mỗi trường hợp · theo tỷ lệ."""
        if self.points is None:
            return _("theo tỷ lệ")
        if not self.each:
            return shown(self.points)
        sign = MINUS if self.points < 0 else "+"
        return _("%(points)s mỗi trường hợp") % {"points": sign + shown_short(abs(self.points))}


def steps(rule: Rule) -> tuple[Step, ...]:
    """The steps of a rule in the order of the framework, best first. `Computed.step` indexes into them."""
    match rule:
        case Discrete():
            return tuple(Step(option.label, option.points, option.label) for option in rule.options)
        case Threshold():
            return _band_steps(rule)
        case Proportional():
            return _proportional_steps(rule)
        case Deduction():
            start = Step(_("không có trường hợp bị trừ"), rule.start, _("không có"))
            return (
                start,
                *(Step(minus.label, -minus.minus, minus.label, each=True) for minus in rule.minuses),
            )
        case PerItem():
            label = _("mỗi %(item)s") % {"item": rule.item}
            return (Step(label, rule.points_each, label, each=True),)
        case Survey() if rule.imported:
            return (Step(_("chỉ số hài lòng (SIPAS) × điểm tối đa"), None),)
        case Survey():
            return tuple(
                Step(answer, percent * rule.max_points / 100, answer) for answer, percent in rule.percents
            )
    return ()


def _band_steps(rule: Threshold) -> tuple[Step, ...]:
    found = [
        Step(band_label(rule, index), band.points, _band_short(rule, shown_short(band.bound) + "%"))
        for index, band in enumerate(rule.bands)
    ]
    label = band_label(rule, len(rule.bands))
    return (*found, Step(label, rule.otherwise, label))


def band_label(rule: Threshold, index: int) -> str:
    """The label of one band, best first; one past the last band is everything outside them."""
    better = shown_short(rule.bands[index - 1].bound) + "%" if index else ""
    if index == len(rule.bands):
        return (_("dưới %(bound)s") if rule.direction == HIGHER else _("trên %(bound)s")) % {"bound": better}
    bound = shown_short(rule.bands[index].bound) + "%"
    if rule.direction == HIGHER:
        if better:
            return _("từ %(bound)s đến dưới %(better)s") % {"bound": bound, "better": better}
        return _("đủ 100%%") % {} if bound == "100%" else _("từ %(bound)s trở lên") % {"bound": bound}
    if better:
        return _("trên %(better)s đến %(bound)s") % {"bound": bound, "better": better}
    return _("không quá %(bound)s") % {"bound": bound}


def _band_short(rule: Threshold, bound: str) -> str:
    if rule.direction != HIGHER:
        return _("đến %(bound)s") % {"bound": bound}
    return _("đủ 100%%") % {} if bound == "100%" else _("từ %(bound)s") % {"bound": bound}


def _proportional_steps(rule: Proportional) -> tuple[Step, ...]:
    target, floor = shown_short(rule.target) + "%", shown_short(rule.floor) + "%"
    full = _("đủ 100%%") % {} if rule.target == 100 else _("từ %(target)s trở lên") % {"target": target}
    found = [Step(full, rule.max_points, full)]
    if rule.floor < rule.target:
        label = _("từ %(floor)s đến dưới %(target)s") % {"floor": floor, "target": target}
        found.append(Step(label, None, _("từ %(floor)s") % {"floor": floor}))
    if rule.floor > 0:
        label = _("dưới %(floor)s") % {"floor": floor}
        found.append(Step(label, Decimal(0), label))
    return tuple(found)


def rate_labels(rule: RateRule) -> tuple[str, str]:
    """What the numerator and the denominator count, from the metric; ("Tử số", "Mẫu số") where it does not say."""
    match = _METRIC.match(rule.metric)
    if match is None:
        return _("Tử số"), _("Mẫu số")
    part, whole = match.group("part").strip(), match.group("whole").strip()
    return _("Số %(counted)s") % {"counted": part}, whole[0].upper() + whole[1:]


def counted_noun(metric: str) -> str:
    """The thing both numbers of a rate count: "nhiệm vụ" of "Tỷ lệ nhiệm vụ hoàn thành/tổng số nhiệm vụ …"."""
    match = _METRIC.match(metric)
    if match is None:
        return ""
    part = match.group("part").split()
    whole = match.group("whole").split()[2:]
    common: list[str] = []
    for left, right in zip(part, whole, strict=False):
        if left != right:
            break
        common.append(left)
    return " ".join(common).rstrip(",;")


def describe(rule: Rule) -> str:
    """The rule in one or two sentences, as a circular would print it."""
    sentences = [_statement(rule)]
    if rule.nothing_arose:
        sentences.append(_("Trong năm không phát sinh thì được đủ điểm."))
    if rule.na_allowed:
        sentences.append(_("Không phát sinh thì được đề nghị không áp dụng."))
    if rule.answered_by == APPRAISER:
        sentences.append(_("Cơ quan thẩm định chấm, đơn vị không tự đánh giá."))
    return " ".join(sentences)


def _statement(rule: Rule) -> str:
    listed = "; ".join(
        f"{step.label}: {shown_short(step.points)}" for step in steps(rule) if step.points is not None
    )
    match rule:
        case Discrete():
            return listed + "."
        case Threshold():
            return f"{rule.metric}: {listed}."
        case Proportional():
            return _(
                "%(metric)s: tỷ lệ đạt %(target)s%% trở lên được %(points)s; thấp hơn thì theo tỷ lệ%(floor)s."
            ) % {
                "metric": rule.metric,
                "target": shown_short(rule.target),
                "points": shown_short(rule.max_points),
                "floor": _("; dưới %(floor)s%%: 0") % {"floor": shown_short(rule.floor)}
                if rule.floor
                else "",
            }
        case Deduction():
            lost = "; ".join(
                _("%(label)s trừ %(points)s") % {"label": minus.label, "points": shown_short(minus.minus)}
                for minus in rule.minuses
            )
            return _("Bắt đầu từ %(start)s; %(lost)s; không dưới %(least)s.") % {
                "start": shown_short(rule.start),
                "lost": lost,
                "least": shown_short(rule.least),
            }
        case PerItem():
            return _("Mỗi %(item)s được %(points)s; tối đa %(max)s.") % {
                "item": rule.item,
                "points": shown_short(rule.points_each),
                "max": shown_short(rule.max_points),
            }
        case Survey() if rule.imported:
            return _("Điểm = chỉ số hài lòng (SIPAS, %%) × %(max)s ÷ 100.") % {
                "max": shown_short(rule.max_points)
            }
        case Survey():
            weights = ", ".join(f"{answer} {shown_short(percent)}%" for answer, percent in rule.percents)
            return _(
                "Điểm = %(max)s × trung bình hệ số của các phiếu hợp lệ: %(weights)s. Đối tượng: %(groups)s."
            ) % {
                "max": shown_short(rule.max_points),
                "weights": weights,
                "groups": "; ".join(rule.groups),
            }
    return ""
