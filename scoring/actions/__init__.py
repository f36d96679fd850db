"""Everything that writes in scoring, one module per noun."""

from scoring.actions.dossiers import propose, send_back, submit, withdraw
from scoring.actions.evidence import (
    Particulars,
    add_evidence,
    describe_evidence,
    link_evidence,
    unlink_evidence,
)
from scoring.actions.scores import Statement, lock_dossier, save_score

__all__ = [
    "Particulars",
    "Statement",
    "add_evidence",
    "describe_evidence",
    "link_evidence",
    "lock_dossier",
    "propose",
    "save_score",
    "send_back",
    "submit",
    "unlink_evidence",
    "withdraw",
]
