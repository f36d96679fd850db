"""What every page of a dossier needs: the dossier, who looks at it, and what that person may do now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from parindex import clock
from parindex.decisions import Decision
from parindex.edge import ask
from scoring import permissions, policies, states
from scoring.models import Assessment
from scoring.queries.dossiers import sheet_of
from scoring.queries.workspace import with_context


@dataclass(frozen=True)
class Frame:
    """A dossier as one person sees it at one moment."""

    assessment: Assessment
    user: Any
    now: datetime

    @property
    def year(self) -> int:
        """The year assessed."""
        return self.assessment.population.cycle.year

    @property
    def sheet(self) -> policies.Sheet:
        """The facts that decide what may happen."""
        return sheet_of(self.assessment)

    @property
    def deadline(self) -> datetime | None:
        """The unit's own deadline, an extension included; a returned dossier has only its own."""
        if self.assessment.state == states.State.RETURNED:
            return self.assessment.extended_until
        return self.sheet.own_deadline()

    @property
    def late(self) -> bool:
        """The deadline has passed while the unit still holds the dossier."""
        return self.assessment.state in states.UNSUBMITTED and policies.deadline_passed(self.now, self.deadline)

    @property
    def editable(self) -> Decision:
        """Whether this person may change answers now."""
        allowed = permissions.may_edit_assessment(self.user, self.assessment)
        return policies.may_edit(self.sheet, self.now) if allowed else allowed

    @property
    def own(self) -> bool:
        """Whether this is a clerk or the head of the unit."""
        return bool(permissions.may_edit_assessment(self.user, self.assessment))

    @property
    def withdrawable(self) -> bool:
        """Whether a submitted dossier may still be taken back, as far as time says."""
        return bool(policies.may_withdraw(self.sheet, 0, self.now))

    @property
    def signs(self) -> bool:
        """Whether this person approves and submits for the unit."""
        return bool(permissions.may_submit(self.user, self.assessment))

    @property
    def extends(self) -> str:
        """Who gives more time: the district of a commune while it exists, else Sở Nội vụ."""
        district = self.assessment.population.parent
        if district is not None and district.valid_on(clock.today(self.now)):
            return district.name
        return _("Sở Nội vụ")

    @property
    def state(self) -> str:
        """The code of the state as shown; lateness goes first."""
        if self.late:
            return "late"
        if self.assessment.closed_unsubmitted_at and self.assessment.state == states.State.SUBMITTED:
            return "closed_unsubmitted"
        return self.assessment.state


def frame_of(request: HttpRequest, pk: int) -> Frame:
    """The dossier for a page; 404 for whoever has no business with it."""
    assessment = with_context(Assessment.objects.filter(pk=pk)).first()
    if assessment is None:
        raise Http404("no such dossier")
    return framed(request, assessment)


def framed(request: HttpRequest, assessment: Assessment) -> Frame:
    """A dossier already read, after asking whether the person may see all of it.

    Appraisers see the cells they verify on their own desk, never the dossier as a whole.
    """
    ask(permissions.may_view_assessment(request.user, assessment))
    return Frame(assessment, request.user, clock.now())
