"""The usual calendar of a cycle, proposed where nobody has set dates. Pure.

Seen in practice: opened in November, submitted by the end of the month, decided in January. A
district publishes the result of its communes before 31/12 (QĐ 884 Điều 24.2), so everything
comes earlier there. All dates are data of the population and may be changed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING, EVENING = time(8, 0), time(17, 0)

#: Field of the population → (year after the cycle's, month, day), in the order of the year.
PROVINCE = {
    "opens_at": (0, 11, 10),
    "self_assessment_ends_at": (0, 11, 30),
    "appraisal_ends_at": (0, 12, 15),
    "explanation_ends_at": (0, 12, 22),
    "second_appraisal_ends_at": (0, 12, 31),
    "council_ends_at": (1, 1, 10),
    "publishes_at": (1, 1, 15),
}
DISTRICT = {
    "opens_at": (0, 11, 1),
    "self_assessment_ends_at": (0, 11, 15),
    "appraisal_ends_at": (0, 11, 30),
    "explanation_ends_at": (0, 12, 7),
    "second_appraisal_ends_at": (0, 12, 15),
    "council_ends_at": (0, 12, 22),
    "publishes_at": (0, 12, 30),
}
FIELDS = tuple(PROVINCE)


def usual_dates(year: int, *, district: bool = False) -> dict[str, datetime]:
    """The dates of a cycle by field name, in UTC: opened at 08:00, ended at 17:00 in Vietnam."""
    return {
        name: _moment(date(year + after, month, day), MORNING if name == "opens_at" else EVENING)
        for name, (after, month, day) in (DISTRICT if district else PROVINCE).items()
    }


def _moment(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=VIETNAM).astimezone(UTC)
