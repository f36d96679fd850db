"""Files into dossiers: answers, scores, grants of "not applicable", survey figures. All or nothing, one module per file."""

from scoring.actions.imports.answers import ANSWER_COLUMNS, import_answers
from scoring.actions.imports.exemptions import EXEMPTION_COLUMNS, import_exemptions
from scoring.actions.imports.scores import SCORE_COLUMNS, import_scores
from scoring.actions.imports.survey import import_survey

__all__ = [
    "ANSWER_COLUMNS",
    "EXEMPTION_COLUMNS",
    "SCORE_COLUMNS",
    "import_answers",
    "import_exemptions",
    "import_scores",
    "import_survey",
]
