"""The first page: the newest year in one sentence, the levels side by side, the areas of the departments."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from parindex.numbers import shown
from reports.content.areas import Area
from reports.content.board import Board, board_of
from reports.content.sentences import inside
from reports.content.shelf import Shelf
from scoring import analysis
from units.models import Level


@dataclass(frozen=True)
class AreaLine:
    """The median of an area this year and the year before, in percent; the same area by code and name."""

    code: str
    name: str
    median: Decimal | None
    before: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """Percentage points since the year before."""
        return analysis.difference(self.median, self.before)


@dataclass(frozen=True)
class Front:
    """The newest published year."""

    year: int
    boards: tuple[Board, ...]
    areas: tuple[AreaLine, ...]
    median_before: Decimal | None

    @property
    def count(self) -> int:
        """Units with a result."""
        return sum(len(board.rows) for board in self.boards)

    @property
    def axis_low(self) -> Decimal:
        """Where the axis starts that all levels share."""
        return min(board.axis_low for board in self.boards)

    def headline(self) -> str:
        """What happened, in one sentence."""
        words = {
            "year": self.year,
            "count": self.count,
            "good": sum(board.good for board in self.boards),
            "poor": sum(board.poor for board in self.boards),
        }
        if not words["good"]:
            start = _("Năm %(year)d chưa đơn vị nào trong %(count)d đơn vị đạt từ 90%%") % words
        else:
            start = _("Năm %(year)d có %(good)d trong %(count)d đơn vị đạt từ 90%% trở lên") % words
        if not words["poor"]:
            return start + _(", không đơn vị nào dưới 50%%") % {}
        return start + _(", %(poor)d đơn vị dưới 50%%") % words

    def lead(self) -> str:
        """The first level's middle, against the year before, and its strongest and weakest areas."""
        if not self.boards or self.boards[0].median is None:
            return ""
        board = self.boards[0]
        sentences = [self._middle(board)]
        known = [line for line in self.areas if line.median is not None]
        if len(known) > 1:
            best = max(known, key=lambda line: line.median or 0)
            worst = min(known, key=lambda line: line.median or 0)
            sentences.append(
                _("Tốt nhất ở lĩnh vực %(best)s; còn thấp nhất ở %(worst)s.")
                % {"best": inside(best.name), "worst": inside(worst.name)}
            )
        return " ".join(sentences)

    def _middle(self, board: Board) -> str:
        middle = board.median or Decimal(0)
        start = _("Một nửa số %(kind)s đạt từ %(median)s%% trở lên") % {
            "kind": board.kind.inside,
            "median": shown(middle),
        }
        change = analysis.difference(middle, self.median_before)
        if change is None:
            return start + "."
        words = {"year": self.year - 1, "change": shown(abs(change))}
        if change > 0:
            return start + _(", cao hơn năm %(year)d là %(change)s điểm phần trăm.") % words
        if change < 0:
            return start + _(", thấp hơn năm %(year)d là %(change)s điểm phần trăm.") % words
        return start + _(", bằng năm %(year)d.") % words


def front_of(shelf: Shelf) -> Front | None:
    """The front of the newest year; None while nothing is published. Four queries a level, two for the year before."""
    if not shelf.years:
        return None
    year = shelf.years[0]
    boards = tuple(board_of(year, kind.level, shelf.of(year, kind.level)) for kind in shelf.kinds(year))
    first = boards[0].kind.level
    before = shelf.of(year - 1, first)
    past = board_of(year - 1, first, before) if before else None
    return Front(
        year=year,
        boards=boards,
        areas=_area_lines(boards[0], past) if first == Level.DEPARTMENT else (),
        median_before=past.median if past else None,
    )


def _area_lines(board: Board, past: Board | None) -> tuple[AreaLine, ...]:
    old = {(area.code, area.name): value for area, value in _medians(past)} if past else {}
    return tuple(
        AreaLine(area.code, area.name, value, old.get((area.code, area.name)))
        for area, value in _medians(board)
    )


def _medians(board: Board) -> list[tuple[Area, Decimal | None]]:
    return [
        (area, analysis.median(row.areas[place] for row in board.rows if row.areas))
        for place, area in enumerate(board.areas)
    ]
