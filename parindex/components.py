"""What the components of `templates/components/` are given: plain frozen values.

A view (or a presenter beside it) builds these; the templates print them. Numbers are
`Decimal` and printed by the filters; words are ready for the reader. Every class names the
template it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class Choice:
    """A tab or pill (tabs.html, pills.html): `count` stands behind the word."""

    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Figure:
    """A key figure (figures.html): `value` as printed, `small` its unit or "/ 85"."""

    label: str
    value: str
    small: str = ""


@dataclass(frozen=True)
class Entry:
    """A line of a timeline (timeline.html): `at`, or `when` in words; `now` is filled, `done` grey."""

    text: str
    who: str = ""
    at: datetime | None = None
    when: str = ""
    now: bool = False
    done: bool = False


@dataclass(frozen=True)
class Step:
    """A stage of the cycle (stages.html: `dates`) or of long work (progress.html: `note`).

    `state` is "done", "now" or "".
    """

    label: str
    state: str = ""
    dates: str = ""
    note: str = ""


@dataclass(frozen=True)
class RailArea:
    """An area in the rail of a sheet (rail.html): how many components are answered, how many still lack something."""

    label: str
    url: str
    done: int
    total: int
    current: bool = False
    lacking: int = 0

    @property
    def complete(self) -> bool:
        """Nothing is left to do."""
        return self.done >= self.total and not self.lacking


@dataclass(frozen=True)
class File:
    """Something to download (downloads.html); `print` for a paper."""

    label: str
    url: str
    print: bool = False


@dataclass(frozen=True)
class Evidence:
    """A document (evidence.html): its number, "date · page", and what is wrong with it."""

    number: str
    url: str
    detail: str = ""
    warning: str = ""


@dataclass(frozen=True)
class Option:
    """A radio row (answer_options.html): the value posted, its words and points."""

    value: str
    label: str
    points: Decimal | None = None
    chosen: bool = False
    detail: str = ""


@dataclass(frozen=True)
class Input:
    """A typed figure (answer_counts.html): `value` as it was typed; `effect` like "(−0,25)"."""

    name: str
    label: str
    value: str = ""
    effect: str = ""
    error: str = ""
    mode: str = "numeric"


@dataclass(frozen=True)
class ScoringStep:
    """A scoring step of a rule (the tag `steps`)."""

    label: str
    points: Decimal


@dataclass(frozen=True)
class PastRow:
    """A line of last year beside a card (past.html)."""

    label: str
    value: str
    num: bool = False


@dataclass(frozen=True)
class Past:
    """Last year of the same component (past.html).

    ``mark`` says that the component is new or has changed, ``was`` under which code it stood;
    ``note`` is the reason of the points, in somebody else's words.
    """

    year: int
    rows: tuple[PastRow, ...] = ()
    note: str = ""
    mark: str = ""
    was: str = ""
    documents: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class CardLink:
    """A link at the foot of a card: the rule in full, internal notes, history."""

    label: str
    url: str


@dataclass(frozen=True)
class Version:
    """One of two answers to choose from (conflict_card.html)."""

    value: str
    label: str
    detail: str
    points: Decimal | None
    chosen: bool = False


@dataclass(frozen=True)
class Conflict:
    """Somebody else saved first (conflict_card.html).

    `sentence` says who and when; `kept` are the fields this person typed, posted again with
    the choice so that nothing is lost.
    """

    url: str
    sentence: str
    versions: tuple[Version, ...]
    kept: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class AnswerCard:
    """One component of a self-assessment sheet (answer_card.html), saved by itself.

    `anchor` is the element's id ("c1-1-3"), `key` names the draft in the browser (dossier and
    component), `version` the row's version number. `kind` is "option" (radio rows) or "inputs"
    (typed figures; `ratio` puts a stroke between two, `together` holds sending back until both
    are there, `result` and `result_unit` print the rate). `saving` is the word of the save line:
    "" (not answered), "saved" (with `saved_at`), "invalid" (with `error`), "closed".
    `answered_by` other than "unit" shows only `answered_by_words`. `above` and `more` name templates of the
    page that are included before and after the inputs, inside the form, with `card` in reach.
    """

    anchor: str
    code: str
    name: str
    max_points: Decimal
    points: Decimal | None = None
    save_url: str = ""
    key: str = ""
    version: int = 0
    kind: str = ""
    legend: str = ""
    options: tuple[Option, ...] = ()
    inputs: tuple[Input, ...] = ()
    ratio: bool = False
    together: bool = False
    result: str = ""
    result_unit: str = ""
    nothing_arose_words: str = ""
    nothing_arose: bool = False
    steps: tuple[ScoringStep, ...] = ()
    reached: int | None = None
    why: str = ""
    evidence: tuple[Evidence, ...] = ()
    add_url: str = ""
    evidence_missing: str = ""
    explanation: str = ""
    explanation_label: str = ""
    explanation_open: bool = False
    error: str = ""
    saving: str = ""
    saved_at: datetime | None = None
    links: tuple[CardLink, ...] = ()
    disabled: bool = False
    past: Past | None = None
    answered_by: str = "unit"
    answered_by_words: str = ""
    conflict: Conflict | None = None
    above: str = ""
    more: str = ""
