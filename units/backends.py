"""Who signs in, and who acts in a request."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend

from parindex import rows
from units.models import User

_PERSON = rows.Columns(User, "u")
_FOUND = f'SELECT {_PERSON.sql} FROM "{User._meta.db_table}" u WHERE u."id" = %s'  # noqa: S608 - names of the model


class AccountBackend(ModelBackend):
    """Django's own way of signing in. The acting person is read by a statement that is written down (parindex.rows)."""

    def get_user(self, user_id: int) -> User | None:
        """The open account of a session; None when it is gone or closed."""
        row, using = rows.first(User, _FOUND, [user_id])
        user = _PERSON.take(row, 0, using) if row is not None else None
        return user if user is not None and self.user_can_authenticate(user) else None
