"""Forms of the public pages. A value nobody offers is ignored: an old or cut address still opens."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.content.board import BANDS, SORTS, Board


class RankingFilter(forms.Form):
    """Search, district, band and area of a ranking; the sorting comes from the heads of the table."""

    q = forms.CharField(label=_("Tìm theo tên"), required=False, max_length=100)
    huyen = forms.ChoiceField(label=_("Huyện, thành phố"), required=False)
    nhom = forms.ChoiceField(label=_("Nhóm"), required=False)
    lv = forms.ChoiceField(label=_("Xếp theo lĩnh vực"), required=False)

    def __init__(self, data, *, board: Board) -> None:
        super().__init__(data, auto_id="loc-%s")
        self.fields["q"].widget = forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
        districts = [(each.code, each.name) for each in board.districts()]
        self._choose("huyen", _("Cả tỉnh"), districts)
        used = {row.band for row in board.rows if row.band}
        self._choose("nhom", _("Tất cả"), [(band, band) for band in sorted(used | set(BANDS))])
        self._choose("lv", _("Toàn bộ"), [(area.code, f"{area.code}. {area.short}") for area in board.areas])

    def _choose(self, name: str, everything, choices: list[tuple[str, str]]) -> None:
        if not choices:
            del self.fields[name]
            return
        self.fields[name].choices = [("", everything), *choices]

    def asked(self) -> dict[str, str]:
        """The arguments of ``board.chosen``; faulty values count as not given."""
        self.is_valid()
        given = self.cleaned_data
        sort = self.data.get("xep", "")
        return {
            "search": given.get("q", ""),
            "district": given.get("huyen", ""),
            "band": given.get("nhom", ""),
            "area": given.get("lv", ""),
            "sort": sort if sort.removeprefix("-") in SORTS else "",
        }

    def kept(self) -> list[tuple[str, str]]:
        """What the form carries along: the sorting, unless an area gives one."""
        asked = self.asked()
        return [("xep", asked["sort"])] if asked["sort"] and not asked["area"] else []

    @property
    def filtered(self) -> bool:
        """Whether some rows may be left out."""
        asked = self.asked()
        return bool(asked["search"].strip() or asked["district"] or asked["band"])
