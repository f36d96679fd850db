"""May this person do this to that, now? Roles from ``units.access``, facts from ``scoring.policies``.

Whoever has no business with a thing gets a hidden refusal (404); whoever may see
it but not change it now gets the reason.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from criteria.models import Node, Population
from criteria.stages import Stage
from parindex import clock
from parindex.decisions import Allowed, Decision, Denied
from scoring import states
from scoring.appraising import COUNCIL, Duty
from scoring.models import Assessment, Evidence, Scan
from units.access import access_of
from units.authorization import Permission, Role

HIDDEN = Denied("Không tìm thấy.", code="hidden", hidden=True)


def may_view_assessment(user: Any, assessment: Assessment, duty: Duty | None = None) -> Decision:
    """The unit's own people, the index manager and council, and appraisers with a cell in it."""
    access = access_of(user)
    if access.has(Permission.ASSESSMENT_VIEW, assessment.unit_id):
        return Allowed()
    in_their_hands = assessment.state in states.APPRAISABLE | {states.State.CLOSED}
    if in_their_hands and duty is not None and _verifies_something(user, assessment, duty):
        return Allowed()
    return HIDDEN


def _verifies_something(user: Any, assessment: Assessment, duty: Duty) -> bool:
    own = access_of(user).units(Role.APPRAISER)
    if not own or assessment.unit_id in own:
        return False
    chains = Node.objects.filter(framework_id=assessment.population.framework_id, is_leaf=True).values_list(
        "id", "parent_id", "parent__parent_id"
    )
    return any(
        duty.body_of(assessment.unit_id, [part for part in chain if part]) in own for chain in chains
    )


def _own_people(user: Any, assessment: Assessment, permission: Permission) -> Decision:
    access = access_of(user)
    if access.at(permission, assessment.unit_id):
        return Allowed()
    if access.has(Permission.ASSESSMENT_VIEW, assessment.unit_id):
        return Denied(_("Bạn xem được hồ sơ này nhưng không sửa được."), code="role")
    return HIDDEN


def may_edit_assessment(user: Any, assessment: Assessment) -> Decision:
    """The role only; stage and deadline are asked from ``policies`` by the action."""
    return _own_people(user, assessment, Permission.SCORE_SAVE)


def may_propose(user: Any, assessment: Assessment) -> Decision:
    """Clerk or head of the unit hands the dossier to the head."""
    return _own_people(user, assessment, Permission.ASSESSMENT_PROPOSE)


def may_submit(user: Any, assessment: Assessment) -> Decision:
    """Only the head of the unit approves and submits (QĐ 884 Điều 4.5)."""
    return _own_people(user, assessment, Permission.ASSESSMENT_SUBMIT)


def may_work_inside(user: Any, assessment: Assessment) -> Decision:
    """What only the unit's own people have: sharing out the work, internal notes. Hidden from everybody else."""
    return Allowed() if access_of(user).at(Permission.SCORE_SAVE, assessment.unit_id) else HIDDEN


def may_upload_evidence(user: Any, unit_id: int) -> Decision:
    """The unit's own people."""
    return Allowed() if access_of(user).at(Permission.EVIDENCE_UPLOAD, unit_id) else HIDDEN


def may_download_evidence(user: Any, evidence: Evidence, linked: list[tuple[Assessment, Duty]]) -> Decision:
    """The unit's own people, the index manager and council, and appraisers of a dossier that links it."""
    if access_of(user).has(Permission.ASSESSMENT_VIEW, evidence.unit_id):
        return Allowed()
    if any(may_view_assessment(user, assessment, duty) for assessment, duty in linked):
        return Allowed()
    return HIDDEN


def may_open_file(user: Any, evidence: Evidence) -> Decision:
    """Whether the content of a document they may see opens for them: never a harmful one, and to others than the
    unit only after the antivirus daemon has looked, where there is one.
    """
    if evidence.scan == Scan.REFUSED:
        return Denied(_("Phần mềm quét thấy mã độc trong tệp này nên không ai mở được. Đơn vị cần thay bằng tệp sạch."), code="infected")
    if evidence.scan == Scan.WAITING and not access_of(user).at(Permission.ASSESSMENT_VIEW, evidence.unit_id):
        return Denied(_("Tệp đang chờ quét mã độc. Thử lại sau ít phút."), code="unscanned")
    return Allowed()


def may_appraise(user: Any, assessment: Assessment, chain: list[int], duty: Duty) -> Decision:
    """An appraiser of the body the cell belongs to; the council for the standing body's own cells.

    ``chain`` holds the node ids from the leaf up to its area. Nobody verifies the own unit.
    """
    access = access_of(user)
    if access.at(Permission.SCORE_SAVE, assessment.unit_id) or assessment.unit_id in access.units(Role.APPRAISER):
        return Denied(_("Không ai thẩm định hồ sơ của chính đơn vị mình."), code="own_unit")
    body = duty.body_of(assessment.unit_id, chain)
    if body is COUNCIL:
        if access.is_(Role.COUNCIL):
            return Allowed()
        return _not_yours(user, assessment)
    if body not in access.units(Role.APPRAISER):
        return _not_yours(user, assessment)
    people = duty.named_for(assessment.unit_id, chain)
    if people and access.user_id not in people:
        return Denied(_("Tiêu chí này đã giao cho người khác trong cơ quan bạn."), code="person")
    return Allowed()


def may_view_cell(user: Any, assessment: Assessment, chain: list[int], duty: Duty) -> Decision:
    """Look at one component as appraisers do: whoever sees every dossier, and the body that verifies it.

    A body looks in once the dossier is handed in; a colleague may look at what is given to another person.
    """
    access = access_of(user)
    if access.at(Permission.SCORE_SAVE, assessment.unit_id):
        # What is being decided about the own unit is not shown to it, whatever else the person is.
        return Denied(_("Không ai thẩm định hồ sơ của chính đơn vị mình."), code="own_unit")
    if access.everywhere(Permission.ASSESSMENT_VIEW):
        return Allowed()
    decides = may_appraise(user, assessment, chain, duty)
    if isinstance(decides, Denied) and decides.code != "person":
        return decides
    if assessment.state not in states.APPRAISABLE | {states.State.CLOSED}:
        return Denied(_("Đơn vị chưa nộp hồ sơ."), code="state")
    return Allowed()


def _not_yours(user: Any, assessment: Assessment) -> Decision:
    access = access_of(user)
    if access.anywhere(Permission.SCORE_APPRAISE) or access.everywhere(Permission.ASSESSMENT_VIEW):
        return Denied(_("Tiêu chí này do cơ quan khác thẩm định."), code="body")
    return HIDDEN


def may_in_population(user: Any, population: Population, permission: Permission) -> Decision:
    """Province-wide acts on a population: open, compute, settle, publish, return, close, grant.

    While districts exist, the appraisers of a district hold these acts for its own
    communes (QĐ 884 Điều 24.2: the district determines and publishes), as does Sở Nội vụ.
    Of a district that has ended they only read; Sở Nội vụ acts for it (design §3.13).
    """
    access = access_of(user)
    if access.everywhere(permission):
        return Allowed()
    if permission not in DISTRICT_ACTS or population.parent_id not in access.units(Role.APPRAISER):
        return HIDDEN
    district = population.parent
    if permission in DISTRICT_READS or district is None or district.valid_on(clock.today()):
        return Allowed()
    return Denied(_("%(district)s không còn hoạt động, Sở Nội vụ làm việc này thay.") % {"district": district.name}, code="ended")


def may_assign(user: Any) -> Decision:
    """Share out the verification of populations: the index manager."""
    return Allowed() if access_of(user).everywhere(Permission.ASSIGNMENT_EDIT) else HIDDEN


#: What a district may do for the population of its own communes.
DISTRICT_ACTS = frozenset(
    {
        Permission.ASSESSMENT_VIEW,
        Permission.ASSESSMENT_RETURN,
        Permission.ASSESSMENT_CLOSE,
        Permission.ASSESSMENT_CLOSE_UNSUBMITTED,
        Permission.EXEMPTION_GRANT,
        Permission.EXTENSION_GRANT,
        Permission.REMINDER_SEND,
        Permission.RUN_COMPUTE,
        Permission.RESULT_VIEW,
        Permission.OUTCOME_VIEW,
        Permission.POPULATION_SETTLE,
        Permission.POPULATION_PUBLISH,
    }
)

#: What stays open to the people of a district after it has ended.
DISTRICT_READS = frozenset({Permission.ASSESSMENT_VIEW, Permission.RESULT_VIEW, Permission.OUTCOME_VIEW})


def may_view_results(user: Any, population: Population) -> Decision:
    """Provisional results of everybody; published ones are public."""
    if population.stage == Stage.PUBLISHED:
        return Allowed()
    return may_in_population(user, population, Permission.RESULT_VIEW)


def may_record_outage(user: Any) -> Decision:
    """Give everybody more time after the portal was down: an administrator (who runs the portal, not the round)."""
    return Allowed() if access_of(user).everywhere(Permission.OUTAGE_EXTEND) else HIDDEN
