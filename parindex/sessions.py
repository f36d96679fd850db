"""Sessions in the database, read by one statement that is written down: every request of a signed-in person begins with it."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from parindex import rows

_TABLE = Session._meta.db_table
_FOUND = f'SELECT session_data FROM "{_TABLE}" WHERE session_key = %s AND expire_date > %s'  # noqa: S608 - names of the model


class SessionStore(db.SessionStore):
    """Django's own store with a quicker way of reading."""

    def load(self) -> dict:
        """What the session holds; an unknown or ended one holds nothing and gets a new key."""
        row, _using = rows.first(Session, _FOUND, [self.session_key, timezone.now()])
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row[0])
