"""The three kinds of units as the public reads them: words and addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from units.models import Level


@dataclass(frozen=True)
class Kind:
    """A level with its part of an address and its words (``many`` begins a sentence, ``inside`` stands in one)."""

    level: str
    slug: str
    many: Any
    inside: Any
    short: Any


KINDS = (
    Kind(Level.DEPARTMENT, "so-nganh", _("Sở, ban, ngành"), _("sở, ban, ngành"), _("sở, ngành")),
    Kind(Level.DISTRICT, "cap-huyen", _("Huyện, thành phố"), _("huyện, thành phố"), _("huyện")),
    Kind(Level.COMMUNE, "cap-xa", _("Xã, phường, thị trấn"), _("xã, phường, thị trấn"), _("xã")),
)
BY_SLUG = {kind.slug: kind for kind in KINDS}
BY_LEVEL: dict[str, Kind] = {str(kind.level): kind for kind in KINDS}
