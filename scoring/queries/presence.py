"""Who of each unit has come to work in a round, and whom to call there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from units.authorization import Role
from units.models import User
from units.queries.people import people_of

#: Those who work on a dossier; clerks come first, because they are who is called.
OWN = (Role.CLERK, Role.HEAD)


@dataclass(frozen=True)
class Presence:
    """The people with an account at a unit, clerks first."""

    people: tuple[User, ...] = ()

    def came(self, since: datetime | None) -> bool:
        """Whether anybody has logged in since a moment; without one, ever."""
        moments = [person.last_login for person in self.people if person.last_login is not None]
        return any(since is None or moment >= since for moment in moments)

    @property
    def contact(self) -> User | None:
        """Whom to call: the first with a telephone number, else the first."""
        return next((person for person in self.people if person.phone), self.people[0] if self.people else None)


def presence_of(unit_ids: Collection[int], day: date) -> dict[int, Presence]:
    """The people of each unit on a day (two queries, two more when a unit has ended)."""
    return {unit: Presence(tuple(people)) for unit, people in people_of(unit_ids, OWN, day).items()}
