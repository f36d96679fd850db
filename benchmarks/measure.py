"""Measuring two things turn by turn, so that whatever slows the machine slows both."""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

#: A comparison needs this many turns, and no more once it has taken this many seconds.
ENOUGH, PATIENCE = 5, 40


@dataclass(frozen=True)
class Outcome:
    """One line of the report.

    ``value`` is what the goal is about: ours ÷ baseline, or a plain count. ``baseline`` and ``ours`` are
    medians (seconds, or what ``unit`` says); ``spread`` holds the lowest and the highest value of a turn.
    ``goal`` is the bound ("<= 3"), ``ok`` whether it is met, ``command`` measures it again.
    """

    id: str
    value: float
    baseline: float
    ours: float
    spread: tuple[float, float]
    goal: str
    ok: bool
    command: str

    def as_json(self) -> dict[str, Any]:
        """The object of ``--json``."""
        return asdict(self)

    def line(self) -> str:
        """The line for people."""
        low, high = self.spread
        mark = "ok  " if self.ok else "MISS"
        return (
            f"{mark} {self.id:<16} {self.value:8.3f}  goal {self.goal:<8} "
            f"[{low:.3f} … {high:.3f}]  ours {self.ours:.4f}  baseline {self.baseline:.4f}"
        )


def met(value: float, goal: str) -> bool:
    """Whether a value meets a goal written "<= 3" or ">= 0.5"."""
    sign, bound = goal.split()
    return value <= float(bound) if sign == "<=" else value >= float(bound)


def outcome(
    id: str, *, value: float, baseline: float, ours: float, spread: tuple[float, float], goal: str
) -> Outcome:
    """An outcome whose goal is a bound on ``value``."""
    command = f"./run bench {id}"
    return Outcome(id, value, baseline, ours, spread, goal, met(value, goal), command)


def count(id: str, counts: list[int], *, goal: str) -> Outcome:
    """An outcome that counts: the worst of ``counts`` against the bound, which stands as the baseline."""
    worst = max(counts)
    bound = float(goal.split()[1])
    return outcome(id, value=worst, baseline=bound, ours=worst, spread=(min(counts), worst), goal=goal)


def seconds(work: Callable[[], Any], *, before: Callable[[], Any] = lambda: None) -> float:
    """How long ``work`` takes; ``before`` prepares it and is not counted."""
    before()
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ratio(
    id: str,
    *,
    baseline: Callable[[], Any],
    ours: Callable[[], Any],
    goal: str,
    turns: int = 11,
    before: Callable[[], Any] = lambda: None,
) -> Outcome:
    """Time ``baseline`` and ``ours`` in turns after one warm-up of each; the value is the ratio of the medians.

    On a machine that is busy with something else it stops early: after ``ENOUGH`` turns and ``PATIENCE`` seconds.
    """
    begun = time.perf_counter()
    for work in (baseline, ours):
        seconds(work, before=before)
    pairs = []
    for turn in range(turns):
        first, second = (baseline, ours) if turn % 2 == 0 else (ours, baseline)
        times = {first: seconds(first, before=before), second: seconds(second, before=before)}
        pairs.append((times[baseline], times[ours]))
        say(f"  {id} {turn + 1}/{turns}: baseline {pairs[-1][0]:.4f} s, ours {pairs[-1][1]:.4f} s")
        if ENOUGH <= len(pairs) < turns and time.perf_counter() - begun > PATIENCE:
            say(f"  {id}: stopped after {len(pairs)} of {turns} turns")
            break
    base = statistics.median(pair[0] for pair in pairs)
    own = statistics.median(pair[1] for pair in pairs)
    ratios = [pair[1] / pair[0] for pair in pairs]
    return outcome(
        id, value=own / base, baseline=base, ours=own, spread=(min(ratios), max(ratios)), goal=goal
    )


def say(text: str) -> None:
    """A remark while it runs; standard output is for the report alone."""
    print(text, file=sys.stderr, flush=True)
