"""Answers to "may this happen?", each carrying the sentence shown to the user.

A decision is asked once and used three times: to guard the action, to word the
refusal, and to tell the page what stands in the way.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Allowed:
    """The thing may happen. Truthy."""

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Denied:
    """The thing may not happen, and why. Falsy.

    ``reason`` is one Vietnamese sentence for the person who asked; ``details``
    are further lines (for example the components still missing); ``code`` is a
    stable word for tests and callers that must tell refusals apart.
    ``hidden`` asks the edge to answer 404, so that existence does not leak.
    """

    reason: str
    details: tuple[str, ...] = field(default=())
    code: str = "refused"
    hidden: bool = False

    def __bool__(self) -> bool:
        return False


Decision = Allowed | Denied


class Refused(Exception):
    """An action was asked for and refused; nothing was written."""

    def __init__(self, decision: Denied) -> None:
        super().__init__(decision.reason)
        self.decision = decision

    @property
    def reason(self) -> str:
        """The sentence for the user."""
        return self.decision.reason

    @property
    def details(self) -> tuple[str, ...]:
        """Further lines, one per thing in the way."""
        return self.decision.details

    @property
    def code(self) -> str:
        """Stable word for the kind of refusal."""
        return self.decision.code


class Conflict(Refused):
    """Somebody else saved first: both values are kept for the user to choose from."""

    def __init__(self, decision: Denied, *, current: object) -> None:
        super().__init__(decision)
        self.current = current


def require(decision: Decision) -> None:
    """Raise ``Refused`` unless the decision allows."""
    if isinstance(decision, Denied):
        raise Refused(decision)


def refuse(reason: str, *, details: tuple[str, ...] = (), code: str = "refused") -> None:
    """Raise ``Refused`` with one sentence."""
    raise Refused(Denied(reason, details, code))
