"""The stages of a population's year. Pure: the moves between them are in ``scoring.states``."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Stage(TextChoices):
    """Where a population stands. The moves between stages are in ``scoring.states``."""

    PREPARING = "preparing", _("chuẩn bị")
    SELF_ASSESSMENT = "self_assessment", _("tự đánh giá")
    APPRAISAL = "appraisal", _("thẩm định")
    EXPLANATION = "explanation", _("giải trình")
    SECOND_APPRAISAL = "second_appraisal", _("thẩm định lần hai")
    COUNCIL = "council", _("hội đồng")
    SETTLED = "settled", _("đã chốt")
    PUBLISHED = "published", _("đã công bố")
