"""Self-assessment, evidence, appraisal, runs and publications, one module per noun.

One row per leaf and dossier (``Score``), saved one at a time under a version
number. Results are rows of a ``Run``; a frozen run refuses change in the database.
"""

from scoring.models.deadlines import Outage, OutageExtension
from scoring.models.dossiers import (
    Assessment,
    InternalNote,
    ReportText,
    ReturnPoint,
    Share,
    Submission,
    Transition,
)
from scoring.models.evidence import Evidence, EvidenceLink, EvidencePage, Reading, Scan, SignedScan
from scoring.models.results import Aftereffect, CellState, NodeResult, Publication, Run, UnitResult
from scoring.models.scores import Exemption, Score, ScoreRevision
from scoring.models.verification import Assignment
from scoring.models.workbooks import WorkbookUpload

__all__ = [
    "Aftereffect",
    "Assessment",
    "Assignment",
    "CellState",
    "Evidence",
    "EvidenceLink",
    "EvidencePage",
    "Exemption",
    "InternalNote",
    "NodeResult",
    "Outage",
    "OutageExtension",
    "Publication",
    "Reading",
    "ReportText",
    "ReturnPoint",
    "Run",
    "Scan",
    "Score",
    "ScoreRevision",
    "Share",
    "SignedScan",
    "Submission",
    "Transition",
    "UnitResult",
    "WorkbookUpload",
]
