"""One-time passwords that can be read out over the telephone."""

from __future__ import annotations

import secrets

#: Letters and digits that are not mistaken for each other, without vowels (no words).
ALPHABET = "bcdfghjkmnpqrstvwxz23456789"
GROUPS, LENGTH = 4, 4


def one_time_password() -> str:
    """Four groups of four, about 76 bits: "k7tm-q2xz-9fbn-w4hd"."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(GROUPS))
