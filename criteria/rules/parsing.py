"""From rule data (a row of the criteria file) to a Rule, refusing everything that is not exactly one."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from criteria.rules.kinds import (
    APPRAISER,
    DERIVED,
    HIGHER,
    LOWER,
    NOT_COUNTED,
    SELF_ACCURACY,
    SIPAS,
    SURVEY,
    UNIT,
    Band,
    Deduction,
    Discrete,
    Minus,
    Option,
    PerItem,
    Proportional,
    Rule,
    RuleError,
    Survey,
    Threshold,
)
from parindex.numbers import shown_short
from parindex.text import clean_line

Params = Mapping[str, Any]
Common = dict[str, Any]
Keys = AbstractSet[str]

# Keys of each kind: those that must be there, and those that may.
KEYS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "discrete": (frozenset({"options"}), frozenset()),
    "threshold": (frozenset({"metric", "direction", "bands"}), frozenset({"unit", "else", "derived"})),
    "proportional": (frozenset({"metric", "target_pct"}), frozenset({"floor_pct"})),
    "deduction": (frozenset({"start", "steps"}), frozenset({"min"})),
    "per_item": (frozenset({"item", "points_each"}), frozenset()),
    "survey": (frozenset({"question", "groups"}), frozenset({"weights", "group_weights", "import"})),
}
COMMON_KEYS = frozenset({"scored_by", "nothing_arose"})
SOURCES = ("self", "survey")
MAX_LABEL = 500
MAX_ENTRIES = 50  # options, bands, sorts of deductions, groups: beyond this the row is a mistake


def parse_rule(*, kind: str, max_points: Decimal, source: str, params: Params, na_allowed: bool) -> Rule:
    """Build the rule of one leaf. `params` as read by `parindex.canonical.loads`: numbers are int or Decimal.

    Refuses unknown kinds and keys, missing keys, wrong types, repeated labels, and bands that overlap, leave a
    gap or pay less for a better rate. Whether the best value is the maximum is the linter's question.
    Raises RuleError with one sentence.
    """
    if kind not in KEYS:
        raise RuleError(
            _("Loại quy tắc “%(kind)s” không có. Chọn một trong: %(kinds)s.")
            % {"kind": kind, "kinds": ", ".join(KEYS)},
            "rule_kind",
        )
    if not isinstance(max_points, Decimal) or not max_points.is_finite() or max_points <= 0:
        raise RuleError(_("Điểm tối đa phải là số lớn hơn 0."), "max_points")
    _check_source(kind, source)
    _check_keys(kind, params)
    common = _common(kind, params) | {"max_points": max_points, "source": source, "na_allowed": na_allowed}
    return _PARSERS[kind](params, common)


def _check_source(kind: str, source: str) -> None:
    if source not in SOURCES:
        raise RuleError(
            _("Nguồn điểm “%(source)s” không có. Ghi self hoặc survey.") % {"source": source}, "source"
        )
    if (kind == "survey") != (source == "survey"):
        raise RuleError(
            _(
                "Quy tắc %(kind)s không đi với nguồn %(source)s: điều tra xã hội học dùng survey/survey, tự đánh giá dùng self."
            )
            % {"kind": kind, "source": source},
            "source",
        )


def _check_keys(kind: str, params: Params) -> None:
    if not isinstance(params, Mapping):
        raise RuleError(_("Tham số của quy tắc phải là một đối tượng JSON."))
    required, optional = KEYS[kind]
    unknown = sorted(set(params) - required - optional - COMMON_KEYS)
    if unknown:
        raise RuleError(
            _("Tham số lạ: %(keys)s. Quy tắc %(kind)s chỉ nhận: %(known)s.")
            % {
                "keys": ", ".join(unknown),
                "kind": kind,
                "known": ", ".join(sorted(required | optional | COMMON_KEYS)),
            }
        )
    missing = sorted(required - set(params))
    if missing:
        raise RuleError(_("Thiếu tham số: %(keys)s.") % {"keys": ", ".join(missing)})


def _common(kind: str, params: Params) -> Common:
    """What the keys open to every kind say: who answers, and whether "nothing arose" is open."""
    scored_by = _choice(params, "scored_by", ("", APPRAISER))
    arose = _choice(params, "nothing_arose", ("", "full"))
    derived = _choice(params, "derived", ("", SELF_ACCURACY))
    if (kind == "survey" or derived) and (scored_by or arose):
        raise RuleError(
            _("scored_by và nothing_arose không dùng cho điều tra xã hội học và điểm tính tự động.")
        )
    answered_by = SURVEY if kind == "survey" else DERIVED if derived else scored_by or UNIT
    return {"answered_by": answered_by, "nothing_arose": bool(arose)}


def _discrete(params: Params, common: Common) -> Rule:
    options = tuple(
        Option(_label(entry, "label", "options"), _points(entry, "points", "options"))
        for entry in _entries(params, "options", {"label", "points"})
    )
    _refuse_repeated([option.label for option in options], "options")
    return Discrete(**common, options=options)


def _threshold(params: Params, common: Common) -> Rule:
    if params.get("unit", "%") != "%":
        raise RuleError(_("unit: bậc điểm chỉ tính trên tỷ lệ, ghi “%%”.") % {})
    direction = _choice(params, "direction", (HIGHER, LOWER))
    derived = params.get("derived", "")
    if derived and direction != LOWER:
        raise RuleError(_("derived: độ chính xác tự đánh giá phải có direction là lower_is_better."))
    otherwise = _points(params, "else", "") if "else" in params else Decimal(0)
    return Threshold(
        **common,
        metric=_label(params, "metric", ""),
        direction=direction,
        bands=_bands(params, direction, otherwise),
        otherwise=otherwise,
        derived=derived,
    )


def _bands(params: Params, direction: str, otherwise: Decimal) -> tuple[Band, ...]:
    """The bands, best first, checked against overlap, gaps and a better rate earning less."""
    higher = direction == HIGHER
    edge, other = ("min", "max") if higher else ("max", "min")
    found: list[tuple[Band, Decimal | None]] = []
    for entry in _entries(params, "bands", {edge, "points"}, {other}):
        bound = _percent(entry, edge, "bands", cap=higher)
        far = _percent(entry, other, "bands", cap=False) if other in entry else None
        found.append((Band(bound, _points(entry, "points", "bands")), far))
    found.sort(key=lambda pair: pair[0].bound, reverse=higher)
    for index, (band, far) in enumerate(found):
        better = found[index - 1][0] if index else None
        if better is not None and better.bound == band.bound:
            raise RuleError(_("bands: hai bậc cùng mốc %(bound)s%%.") % {"bound": shown_short(band.bound)})
        if better is not None and better.points <= band.points:
            raise RuleError(
                _("bands: bậc %(bound)s%% được %(points)s điểm, không thấp hơn bậc tốt hơn nó.")
                % {"bound": shown_short(band.bound), "points": shown_short(band.points)}
            )
        _check_far_edge(band, far, better, higher=higher)
    last = found[-1][0]
    if otherwise >= last.points:
        raise RuleError(_("else: điểm ngoài các bậc phải thấp hơn điểm của bậc cuối."))
    if higher and last.bound == 0:
        raise RuleError(_("else: bậc cuối bắt đầu từ 0%% nên điểm else không bao giờ đạt tới.") % {})
    return tuple(band for band, _far in found)


def _check_far_edge(band: Band, far: Decimal | None, better: Band | None, *, higher: bool) -> None:
    """A band that names its other edge must end where the better band begins."""
    if far is None:
        return
    limit = better.bound if better is not None else Decimal(100) if higher else Decimal(0)
    if far == limit:
        return
    overlap = far > limit if higher else far < limit
    if better is None and overlap and higher:
        return  # a best band reaching past 100% overlaps nothing
    place = {"bound": shown_short(band.bound), "far": shown_short(far), "limit": shown_short(limit)}
    if overlap:
        raise RuleError(
            _("bands: bậc %(bound)s%% kéo tới %(far)s%%, chồng lên bậc ở mốc %(limit)s%%.") % place
        )
    raise RuleError(_("bands: giữa %(far)s%% và %(limit)s%% không có bậc nào.") % place)


def _proportional(params: Params, common: Common) -> Rule:
    target = _percent(params, "target_pct", "", cap=True)
    floor = _percent(params, "floor_pct", "", cap=True) if "floor_pct" in params else Decimal(0)
    if target <= 0:
        raise RuleError(_("target_pct phải lớn hơn 0."))
    if floor > target:
        raise RuleError(_("floor_pct lớn hơn target_pct nên không bao giờ có điểm theo tỷ lệ."))
    return Proportional(**common, metric=_label(params, "metric", ""), target=target, floor=floor)


def _deduction(params: Params, common: Common) -> Rule:
    minuses = tuple(
        Minus(_label(entry, "label", "steps"), _points(entry, "minus", "steps"))
        for entry in _entries(params, "steps", {"label", "minus"})
    )
    _refuse_repeated([minus.label for minus in minuses], "steps")
    if any(minus.minus <= 0 for minus in minuses):
        raise RuleError(_("steps: điểm trừ phải lớn hơn 0."))
    start = _points(params, "start", "")
    least = _points(params, "min", "") if "min" in params else Decimal(0)
    if least >= start:
        raise RuleError(_("min phải thấp hơn start, nếu không sẽ không trừ được điểm nào."))
    return Deduction(**common, start=start, least=least, minuses=minuses)


def _per_item(params: Params, common: Common) -> Rule:
    points_each = _points(params, "points_each", "")
    if points_each <= 0:
        raise RuleError(_("points_each phải lớn hơn 0."))
    return PerItem(**common, item=_label(params, "item", ""), points_each=points_each)


def _survey(params: Params, common: Common) -> Rule:
    imported = _choice(params, "import", ("", SIPAS))
    if bool(imported) == ("weights" in params) or (imported and "group_weights" in params):
        raise RuleError(
            _("Cần đúng một trong hai: weights (hệ số từng mức trả lời) hoặc import là sipas_pct.")
        )
    groups = tuple(_texts(params, "groups"))
    # Best answer first: a stored object has its keys in code point order, which means nothing to a reader.
    percents = (
        () if imported else tuple(sorted(_weights(params, "weights"), key=lambda pair: (-pair[1], pair[0])))
    )
    if any(percent > 100 for _answer, percent in percents):
        raise RuleError(_("weights: hệ số là phần trăm, từ 0 đến 100."))
    not_counted = {label.casefold() for label in NOT_COUNTED}
    if any(answer.casefold() in not_counted for answer, _percent in percents):
        raise RuleError(
            _("weights: “Không biết” và “Không trả lời” luôn được nhận và không tính, không ghi hệ số.")
        )
    group_weights = tuple(_weights(params, "group_weights")) if "group_weights" in params else ()
    if group_weights and {group for group, _weight in group_weights} != set(groups):
        raise RuleError(
            _("group_weights phải có đúng các nhóm trong groups: %(groups)s.") % {"groups": "; ".join(groups)}
        )
    if any(weight <= 0 for _group, weight in group_weights):
        raise RuleError(_("group_weights: trọng số phải lớn hơn 0."))
    return Survey(
        **common,
        question=_label(params, "question", ""),
        percents=percents,
        groups=groups,
        group_weights=group_weights,
        imported=imported,
    )


_PARSERS: dict[str, Callable[[Params, Common], Rule]] = {
    "discrete": _discrete,
    "threshold": _threshold,
    "proportional": _proportional,
    "deduction": _deduction,
    "per_item": _per_item,
    "survey": _survey,
}


def _choice(params: Params, key: str, choices: tuple[str, ...]) -> str:
    value = params.get(key, "")
    if not isinstance(value, str) or value not in choices or (key in params and not value):
        named = ", ".join(choice for choice in choices if choice)
        raise RuleError(_("%(key)s chỉ nhận: %(choices)s.") % {"key": key, "choices": named})
    return value


def _entries(params: Params, key: str, required: Keys, optional: Keys = frozenset()) -> list[Params]:
    """The list of small objects under `key`, each with exactly the keys it needs."""
    entries = params[key]
    if not isinstance(entries, list | tuple) or not entries:
        raise RuleError(_("%(key)s phải là danh sách có ít nhất một mục.") % {"key": key})
    if len(entries) > MAX_ENTRIES:
        raise RuleError(_("%(key)s có hơn %(max)d mục.") % {"key": key, "max": MAX_ENTRIES})
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, Mapping) or not required <= set(entry) <= required | optional:
            raise RuleError(
                _("%(key)s, mục %(number)d: cần đúng các khóa %(keys)s.")
                % {"key": key, "number": number, "keys": ", ".join(sorted(required))}
            )
    return list(entries)


def _label(params: Params, key: str, parent: str) -> str:
    value = params[key]
    label = clean_line(value) if isinstance(value, str) else ""
    if not label or len(label) > MAX_LABEL:
        raise RuleError(
            _("%(place)s phải là chữ, từ 1 đến %(max)d ký tự.")
            % {"place": _place(parent, key), "max": MAX_LABEL}
        )
    return label


def _number(params: Params, key: str, parent: str) -> Decimal:
    value = params[key]
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise RuleError(_("%(place)s phải là số.") % {"place": _place(parent, key)})
    number = Decimal(value)
    if not number.is_finite() or number < 0 or number >= 10**6 or Fraction(number) * 10**6 % 1:
        raise RuleError(
            _("%(place)s phải là số không âm, nhỏ hơn 1.000.000 và có tối đa 6 chữ số lẻ.")
            % {"place": _place(parent, key)}
        )
    return number


def _points(params: Params, key: str, parent: str) -> Decimal:
    return _number(params, key, parent)


def _percent(params: Params, key: str, parent: str, *, cap: bool) -> Decimal:
    """A bound in percent; with `cap`, one above 100 could never be reached by a share."""
    bound = _number(params, key, parent)
    if cap and bound > 100:
        raise RuleError(
            _("%(place)s là %(bound)s%%: tỷ lệ không vượt quá 100%% nên mốc này không bao giờ đạt tới.")
            % {"place": _place(parent, key), "bound": shown_short(bound)}
        )
    return bound


def _texts(params: Params, key: str) -> list[str]:
    values = params[key]
    if not isinstance(values, list | tuple) or not values or len(values) > MAX_ENTRIES:
        raise RuleError(_("%(key)s phải là danh sách có ít nhất một mục.") % {"key": key})
    labels = [_label({key: value}, key, "") for value in values]
    _refuse_repeated(labels, key)
    return labels


def _weights(params: Params, key: str) -> list[tuple[str, Decimal]]:
    values = params[key]
    if not isinstance(values, Mapping) or not values or len(values) > MAX_ENTRIES:
        raise RuleError(_("%(key)s phải là danh sách tên kèm số.") % {"key": key})
    weights = [(_label({key: name}, key, ""), _number(values, name, key)) for name in values]
    _refuse_repeated([name for name, _weight in weights], key)
    return weights


def _refuse_repeated(labels: list[str], key: str) -> None:
    repeated = sorted({label for label in labels if labels.count(label) > 1})
    if repeated:
        raise RuleError(_("%(key)s: “%(label)s” xuất hiện hai lần.") % {"key": key, "label": repeated[0]})


def _place(parent: str, key: str) -> str:
    return f"{parent}.{key}" if parent else key
