"""Everything that writes in scoring, one module per noun."""

from scoring.actions.carrying import Carried, carry_forward, confirm_all, confirm_copied
from scoring.actions.dossiers import propose, send_back, submit, withdraw
from scoring.actions.evidence import Particulars, add_evidence, describe_evidence
from scoring.actions.evidence_links import link_evidence, unlink_evidence, use_evidence, use_newer
from scoring.actions.evidence_versions import replace_evidence, restore_evidence, withdraw_evidence
from scoring.actions.scores import Statement, lock_dossier, save_score

__all__ = [
    "Carried",
    "Particulars",
    "Statement",
    "add_evidence",
    "carry_forward",
    "confirm_all",
    "confirm_copied",
    "describe_evidence",
    "link_evidence",
    "lock_dossier",
    "propose",
    "replace_evidence",
    "restore_evidence",
    "save_score",
    "send_back",
    "submit",
    "unlink_evidence",
    "use_evidence",
    "use_newer",
    "withdraw",
    "withdraw_evidence",
]
