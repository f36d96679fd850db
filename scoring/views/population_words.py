"""A population in words: its stages with dates, what each move means, its place in the addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from criteria.models import Population
from criteria.stages import Stage
from parindex import clock
from parindex.components import Step
from scoring.queries.populations import populations_of
from units.models import Level

#: What follows from each move, said before it is made.
MEANINGS: Mapping[str, Any] = {
    "open": gettext_lazy(
        "Bộ tiêu chí được khóa, mỗi đơn vị có một hồ sơ, cơ quan thẩm định được giao theo bộ tiêu chí."
    ),
    "begin_appraisal": gettext_lazy(
        "Người thẩm định bắt đầu quyết định điểm. Hồ sơ chưa nộp phải gia hạn hoặc khóa từng đơn vị."
    ),
    "extend_self_assessment": gettext_lazy(
        "Các đơn vị tự đánh giá tiếp. Nhớ đặt hạn nộp mới, hạn cũ có thể đã qua."
    ),
    "open_explanation": gettext_lazy("Đơn vị giải trình những điểm chưa thống nhất; thẩm định vẫn tiếp tục."),
    "begin_second_appraisal": gettext_lazy("Người thẩm định xem lại điểm sau giải trình."),
    "convene": gettext_lazy("Hội đồng xem kết quả tạm tính trước khi chốt."),
    "send_back": gettext_lazy("Hồ sơ trở lại cho người thẩm định. Lý do được lưu và ai theo dõi đợt cũng đọc được."),
    "settle": gettext_lazy(
        "Lần tính gần nhất trở thành kết quả chính thức chờ quyết định. Còn tiêu chí chưa có điểm thì chưa chốt được."
    ),
    "unsettle": gettext_lazy("Kết quả trở lại hội đồng để sửa. Lần tính đã có vẫn được giữ."),
    "publish": gettext_lazy("Kết quả hiện công khai cùng số quyết định và không sửa được nữa."),
    "correct": gettext_lazy(
        "Kết quả đã công bố vẫn công khai. Sau khi sửa, tính và chốt lại thì công bố lần mới kèm lý do."
    ),
}
_SINGLE = {Stage.PREPARING: "opens_at", Stage.PUBLISHED: "publishes_at"}


def stages_of(population: Population) -> list[Step]:
    """The stages of the population with their last days."""
    shown = [stage for stage in Stage if stage != Stage.SETTLED]
    order = [stage.value for stage in shown]
    now = order.index(Stage.COUNCIL if population.stage == Stage.SETTLED else population.stage)
    found = []
    for place, stage in enumerate(shown):
        ends = getattr(population, _SINGLE[stage]) if stage in _SINGLE else population.ends_at(stage)
        dates = _("đến %(day)s") % {"day": clock.local(ends).strftime("%d/%m/%Y")} if ends else ""
        # A published round has nothing left to do.
        done = place < now or population.stage == Stage.PUBLISHED
        state = "done" if done else "now" if place == now else ""
        label = _("Công bố") if stage == Stage.PUBLISHED else str(stage.label).capitalize()
        found.append(Step(label, state, dates))
    return found


def level_words(level: str) -> str:
    """A level as a heading."""
    return {
        Level.DEPARTMENT: _("Sở, ban, ngành"),
        Level.DISTRICT: _("Huyện, thành phố"),
        Level.COMMUNE: _("Xã, phường, thị trấn"),
    }[Level(level)]


def board_url(population: Population) -> str:
    """The address of a population's board; ``population`` comes with cycle and parent."""
    return _address("scoring:population", population)


def result_url(population: Population) -> str:
    """The address of a population's results."""
    return _address("sanctions:results", population)


def _address(name: str, population: Population) -> str:
    args: list[Any] = [population.cycle.year, population.level]
    return reverse(name, args=[*args, population.parent.code] if population.parent else args)


def population_at(year: int, level: str, district: str = "") -> Population | None:
    """The population an address means: without a district the one of the whole level. 404 for an unknown level.

    A district's code means the unit valid under it at the reference date.
    """
    if level not in Level.values:
        raise Http404("no such level")
    for population in populations_of(year, level):
        parent = population.parent
        if parent is None and not district:
            return population
        if parent is not None and parent.code == district and parent.valid_on(population.reference_date):
            return population
    return None
