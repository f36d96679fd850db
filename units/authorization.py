"""The one table of roles and permissions. It imports nothing of the product.

A role is held by a person, bound to a body (a unit) where the role needs one,
between two dates. A permission is what may be done; whether it may be done to
THIS thing NOW is asked in each app's ``permissions.py`` and ``policies.py``.
"""

from __future__ import annotations

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person is in the yearly procedure (design §4)."""

    CLERK = "clerk", _("Cán bộ đơn vị")
    HEAD = "head", _("Người đứng đầu đơn vị")
    APPRAISER = "appraiser", _("Người thẩm định")
    INDEX_MANAGER = "index_manager", _("Quản lý chỉ số (Sở Nội vụ)")
    COUNCIL = "council", _("Hội đồng thẩm định")
    SURVEY_OFFICER = "survey_officer", _("Cán bộ điều tra xã hội học")
    LEADER = "leader", _("Lãnh đạo UBND tỉnh")
    SUPERVISOR = "supervisor", _("Giám sát (Mặt trận)")
    AUDITOR = "auditor", _("Kiểm tra nhật ký")
    ADMINISTRATOR = "administrator", _("Quản trị hệ thống")


class Permission(StrEnum):
    """Everything that can be asked for. Names are ``noun.verb``."""

    ASSESSMENT_VIEW = "assessment.view"  # a unit's dossier, with evidence
    SCORE_SAVE = "score.save"
    EVIDENCE_UPLOAD = "evidence.upload"
    ASSESSMENT_PROPOSE = "assessment.propose"  # clerk → head
    ASSESSMENT_SUBMIT = "assessment.submit"  # head → appraisers
    SCORE_APPRAISE = "score.appraise"
    ASSESSMENT_RETURN = "assessment.return"
    ASSESSMENT_CLOSE = "assessment.close"
    ASSESSMENT_CLOSE_UNSUBMITTED = "assessment.close_unsubmitted"
    ASSIGNMENT_EDIT = "assignment.edit"
    EXEMPTION_GRANT = "exemption.grant"
    EXTENSION_GRANT = "extension.grant"
    UNIT_VIEW = "unit.view"
    UNIT_EDIT = "unit.edit"
    USER_EDIT = "user.edit"
    FRAMEWORK_VIEW = "framework.view"
    FRAMEWORK_EDIT = "framework.edit"
    POPULATION_MANAGE = "population.manage"  # open, move stages
    SURVEY_IMPORT = "survey.import"
    RUN_COMPUTE = "run.compute"
    RESULT_VIEW = "result.view"  # provisional results and progress of everybody
    OUTCOME_VIEW = "outcome.view"
    POPULATION_SETTLE = "population.settle"
    POPULATION_PUBLISH = "population.publish"
    DATA_IMPORT = "data.import"
    AUDIT_VIEW = "audit.view"
    JOB_VIEW = "job.view"
    REMINDER_SEND = "reminder.send"  # to units that have not handed in
    NOTICE_TEXT_EDIT = "notice_text.edit"
    OUTAGE_EXTEND = "outage.extend"  # more time for everybody after the portal was down


_P = Permission

#: Roles that act for one body; the others act for the whole province.
UNIT_ROLES = frozenset({Role.CLERK, Role.HEAD, Role.APPRAISER})

#: The table. A permission of a unit role reaches only the body the role is bound to;
#: for an appraiser the reach is ``scoring.Assignment``.
ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.CLERK: frozenset(
        {
            _P.ASSESSMENT_VIEW,
            _P.SCORE_SAVE,
            _P.EVIDENCE_UPLOAD,
            _P.ASSESSMENT_PROPOSE,
            _P.FRAMEWORK_VIEW,
            _P.UNIT_VIEW,
        }
    ),
    Role.HEAD: frozenset(
        {
            _P.ASSESSMENT_VIEW,
            _P.SCORE_SAVE,
            _P.EVIDENCE_UPLOAD,
            _P.ASSESSMENT_PROPOSE,
            _P.ASSESSMENT_SUBMIT,
            _P.FRAMEWORK_VIEW,
            _P.UNIT_VIEW,
        }
    ),
    Role.APPRAISER: frozenset({_P.SCORE_APPRAISE, _P.FRAMEWORK_VIEW, _P.UNIT_VIEW}),
    Role.INDEX_MANAGER: frozenset(
        {
            _P.ASSESSMENT_VIEW,
            _P.ASSESSMENT_RETURN,
            _P.ASSESSMENT_CLOSE,
            _P.ASSESSMENT_CLOSE_UNSUBMITTED,
            _P.ASSIGNMENT_EDIT,
            _P.EXEMPTION_GRANT,
            _P.EXTENSION_GRANT,
            _P.UNIT_VIEW,
            _P.UNIT_EDIT,
            _P.FRAMEWORK_VIEW,
            _P.FRAMEWORK_EDIT,
            _P.POPULATION_MANAGE,
            _P.SURVEY_IMPORT,
            _P.RUN_COMPUTE,
            _P.RESULT_VIEW,
            _P.OUTCOME_VIEW,
            _P.POPULATION_SETTLE,
            _P.POPULATION_PUBLISH,
            _P.DATA_IMPORT,
            _P.JOB_VIEW,
            _P.REMINDER_SEND,
            _P.NOTICE_TEXT_EDIT,
        }
    ),
    Role.COUNCIL: frozenset(
        {
            _P.ASSESSMENT_VIEW,
            _P.SCORE_APPRAISE,
            _P.FRAMEWORK_VIEW,
            _P.UNIT_VIEW,
            _P.RESULT_VIEW,
            _P.OUTCOME_VIEW,
            _P.POPULATION_SETTLE,
        }
    ),
    Role.SURVEY_OFFICER: frozenset({_P.SURVEY_IMPORT, _P.FRAMEWORK_VIEW, _P.UNIT_VIEW, _P.JOB_VIEW}),
    Role.LEADER: frozenset({_P.UNIT_VIEW, _P.FRAMEWORK_VIEW, _P.RESULT_VIEW, _P.OUTCOME_VIEW}),
    Role.SUPERVISOR: frozenset({_P.UNIT_VIEW, _P.FRAMEWORK_VIEW, _P.RESULT_VIEW}),
    Role.AUDITOR: frozenset({_P.UNIT_VIEW, _P.FRAMEWORK_VIEW, _P.RESULT_VIEW, _P.AUDIT_VIEW, _P.JOB_VIEW}),
    Role.ADMINISTRATOR: frozenset(
        {_P.UNIT_VIEW, _P.UNIT_EDIT, _P.USER_EDIT, _P.FRAMEWORK_VIEW, _P.AUDIT_VIEW, _P.JOB_VIEW, _P.OUTAGE_EXTEND}
    ),
}
