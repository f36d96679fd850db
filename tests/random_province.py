"""Seeded random provinces, as the rows of the import files.

Every seed gives the same province: a tree of random shape (leaf criteria included)
that the linter accepts, every kind of rule, grants at every level, ties, survey with
and without weights, an imported percentage, a derived leaf, gaps, renamed, merged and
split units, heads that stay, change, act, move and are missing, and one or two years
known by their totals. ``Province.write`` puts the files where the commands can read them.
"""

import csv
import json
import random
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

from tests import oracle

COLUMNS = {
    "units": "code name short_name level parent_code valid_from valid_to predecessor_codes",
    "heads": "unit_code full_name title acting from_date to_date person_code",
    "framework": "code parent_code level name max_points source rule_kind rule_text evidence lead_appraiser"
    " lead_appraiser_2025 na_allowed rule_params",
    "exemptions": "unit_code node_code reason",
    "answers": "unit_code component_code answer note",
    "scores": "unit_code component_code self_points appraised_points not_applicable note",
    "survey": "unit_code component_code group answer count percent",
    "results": "unit_code appraised_points survey_points points max_points",
}
PLACES = [
    "An Bình",
    "Ẳng Tở",
    "Ân Thi",
    "Chiềng An",
    "Chiềng Ân",
    "Dồm Cang",
    "Đông Sang",
    "Hoà Bình",
    "Hòa Sơn",
    "Mường La",
    "Mường Lạn",
    "Mường Lầm",
    "Mường Bú",
    "Nà Ơt",
    "Ngọc Chiến",
    "Ổi Nưa",
    "Ơn Tường",
    "Phiêng Khoài",
    "Phiêng Luông",
    "Quỳnh Nhai",
    "Sập Vạt",
    "Sốp Cộp",
    "Suối Tọ",
    "Tạ Bú",
    "Tà Xùa",
    "Tân Yên",
    "Tô Hiệu",
    "Tông Lạnh",
    "Vân Hồ",
    "Yên Châu",
]
FAMILY = ("Lò", "Cầm", "Hoàng", "Nguyễn", "Quàng", "Tòng", "Vì", "Đèo")
GIVEN = ("An", "Bình", "Chi", "Dũng", "Hà", "Lan", "Minh", "Sơn", "Thu", "Yên")
ANSWERS = (("Tốt", 100), ("Khá", 60), ("Trung bình", 20), ("Yếu", 0))
GROUPS = ("Đại biểu HĐND", "Cán bộ, công chức", "Người dân, tổ chức")


def text_of(hundredths):
    """1.5 for 150 hundredths: the way a file writes it."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")


def number(hundredths):
    """The same as a JSON number that loses nothing."""
    return _Number(text_of(hundredths))


class _Number(float):
    """A JSON number that is written exactly as its text."""

    def __new__(cls, text):
        made = super().__new__(cls, text)
        made.text = text
        return made

    def __repr__(self):
        return self.text


def dump(value):
    """JSON with ``_Number`` written as its text (the encoder would otherwise ask float)."""
    if isinstance(value, _Number):
        return value.text
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {dump(v)}" for key, v in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(dump(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


@dataclass
class Province:
    """The tables of one seed; ``results`` maps an earlier year to its rows."""

    seed: int
    year: int
    level: str
    tables: dict

    def write(self, folder):
        """Write ``units.csv`` … ``survey.csv`` and ``results-<year>.csv``; returns the paths by name."""
        paths = {}
        named = {name: rows for name, rows in self.tables.items() if name != "results"}
        named |= {f"results-{year}": rows for year, rows in self.tables["results"].items()}
        for name, rows in named.items():
            paths[name] = Path(folder) / f"{name}.csv"
            with paths[name].open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, COLUMNS[name.split("-")[0]].split())
                writer.writeheader()
                writer.writerows(rows)
        return paths


def build(seed, *, complete=None):
    """The province of a seed. ``complete``: force or forbid gaps (None: by the seed)."""
    return _Builder(seed, complete).province()


class _Builder:
    def __init__(self, seed, complete):
        self.dice = random.Random(seed)
        self.seed = seed
        self.year = 2026
        self.level = self.dice.choice(["department", "district", "commune"])
        self.complete = self.dice.random() < 0.5 if complete is None else complete
        self.framework, self.leaves = [], []
        self.units, self.heads = [], []
        self.tables = {name: [] for name in ("exemptions", "answers", "scores", "survey")}

    def province(self):
        self.make_tree()
        self.make_units()
        for unit in self.current:
            self.make_unit(unit["code"])
        self.make_heads()
        tables = {"units": self.units, "heads": self.heads, "framework": self.framework, **self.tables}
        return Province(self.seed, self.year, self.level, {**tables, "results": self.make_results()})

    # The tree ------------------------------------------------------------------------------------

    def make_tree(self):
        """Areas, criteria (some of them leaves) and components; the leaves share 100 points."""
        dice = self.dice
        shape = [
            [dice.choice([0, 0, 1, 2, 3, 4]) for _ in range(dice.randint(1, 4))]
            for _ in range(dice.randint(1, 6))
        ]
        count = sum(max(1, components) for criteria in shape for components in criteria)
        maxima = self.shares(count)
        self.derived_at = dice.randrange(count) if count > 1 and dice.random() < 0.6 else None
        number_of = iter(range(count))
        for a, criteria in enumerate(shape, 1):
            area = self.node(str(a), "", "area")
            for c, components in enumerate(criteria, 1):
                if not components:
                    self.leaf(f"{a}.{c}", area, "criterion", maxima, next(number_of))
                    continue
                criterion = self.node(f"{a}.{c}", area["code"], "criterion")
                for k in range(1, components + 1):
                    self.leaf(f"{a}.{c}.{k}", criterion, "component", maxima, next(number_of))
        self.sum_up()

    def shares(self, count):
        """100 points in ``count`` parts, in quarters or in any hundredths, none below 0.25."""
        dice = self.dice
        step = dice.choice([25, 25, 1])
        room = (10000 - 25 * count) // step
        cuts = sorted(dice.randint(0, room) for _ in range(count - 1))
        parts = [25 + step * (high - low) for low, high in zip([0, *cuts], [*cuts, room], strict=True)]
        parts[-1] += 10000 - sum(parts)
        return parts

    def node(self, code, parent, level):
        row = dict.fromkeys(COLUMNS["framework"].split(), "")
        row |= {
            "code": code,
            "parent_code": parent,
            "level": level,
            "name": f"Mục {code}",
            "rule_kind": "sum",
        }
        row |= {"rule_text": "Tổng điểm các tiêu chí cấp dưới.", "lead_appraiser": "Sở Nội vụ"}
        row["lead_appraiser_2025"] = "Sở Nội vụ"
        self.framework.append(row)
        return row

    def leaf(self, code, parent, level, maxima, place):
        maximum = maxima[place]
        kind, source, params = self.rule(maximum, derived=place == self.derived_at)
        row = self.node(code, parent["code"], level)
        row |= {
            "max_points": text_of(maximum),
            "source": source,
            "rule_kind": kind,
            "rule_params": dump(params),
        }
        row |= {"rule_text": f"Quy định chấm {code}.", "evidence": "" if source == "survey" else "Báo cáo"}
        row["na_allowed"] = self.dice.choice(["yes", "no"])
        self.leaves.append((row, params, maximum))

    def sum_up(self):
        """Maximum and source of the parents, from their leaves."""
        for row in self.framework:
            if row["rule_kind"] == "sum":
                below = [
                    (leaf, maximum)
                    for leaf, _, maximum in self.leaves
                    if leaf["code"].startswith(row["code"] + ".")
                ]
                sources = {leaf["source"] for leaf, _ in below}
                row["max_points"] = text_of(sum(maximum for _, maximum in below))
                row["source"] = sources.pop() if len(sources) == 1 else "mixed"

    def rule(self, maximum, *, derived):
        """(kind, source, parameters) whose best value is the maximum."""
        dice = self.dice
        if derived:
            return "threshold", "self", {**self.bands(maximum, "lower_is_better"), "derived": "self_accuracy"}
        kind = dice.choice(
            ["discrete", "threshold", "threshold", "proportional", "deduction", "per_item", "survey"]
        )
        if kind == "survey":
            return kind, "survey", self.survey_rule()
        params = {
            "discrete": self.options,
            "threshold": lambda top: self.bands(top, dice.choice(["higher_is_better", "lower_is_better"])),
            "proportional": self.proportion,
            "deduction": self.deductions,
            "per_item": lambda top: {
                "item": "tin, bài",
                "points_each": number(max(1, top // dice.randint(2, 12))),
            },
        }[kind](maximum)
        if dice.random() < 0.15:
            params["nothing_arose"] = "full"
        if dice.random() < 0.1:
            params["scored_by"] = "appraiser"
        return kind, "self", params

    def options(self, maximum):
        points = [
            maximum,
            *sorted(self.dice.sample(range(1, maximum), self.dice.randint(0, 2)), reverse=True),
            0,
        ]
        return {"options": [{"label": f"Mức {n}", "points": number(p)} for n, p in enumerate(points, 1)]}

    def bands(self, maximum, direction):
        dice = self.dice
        count = dice.randint(1, 4)
        points = [maximum, *sorted(dice.sample(range(1, maximum), count - 1), reverse=True)]
        bounds = dice.sample([5, 10, 25, 30, 50, 70, 80, 90, 95, 100], count)
        bounds.sort(reverse=direction == "higher_is_better")
        edge = "min" if direction == "higher_is_better" else "max"
        bounds = [number(100 * bound + dice.choice([0, 0, 0, -50, -1])) for bound in bounds]
        return {
            "metric": "Tỷ lệ nhiệm vụ hoàn thành/tổng số nhiệm vụ",
            "unit": "%",
            "direction": direction,
            "bands": [{edge: bound, "points": number(p)} for bound, p in zip(bounds, points, strict=True)],
            "else": number(dice.choice([0, 0, points[-1] // 2])),
        }

    def proportion(self, _maximum):
        target = self.dice.choice([100, 100, 90, 30, 87.5])
        floor = self.dice.choice([0, 0.5, 0.7]) * target
        return {
            "metric": "Tỷ lệ hồ sơ đúng hạn/tổng số hồ sơ",
            "target_pct": number(round(target * 100)),
            "floor_pct": number(round(floor * 100)),
        }

    def deductions(self, maximum):
        steps = [{"label": f"Mỗi lỗi loại {n}", "minus": number(max(1, maximum // n))} for n in (3, 4)]
        return {"start": number(maximum), "min": 0, "steps": steps[: self.dice.randint(1, 2)]}

    def survey_rule(self):
        dice = self.dice
        groups = list(GROUPS[: dice.randint(1, 3)])
        if dice.random() < 0.2:
            return {"question": "SIPAS", "import": "sipas_pct", "groups": groups}
        params = {"question": "Chất lượng", "weights": dict(ANSWERS), "groups": groups}
        if dice.random() < 0.5:
            params["group_weights"] = {group: dice.randint(1, 5) for group in groups}
        return params

    # Units and their lineage ---------------------------------------------------------------------

    def make_units(self):
        """Units that stay, and some that were renamed, merged, split or are new."""
        dice = self.dice
        names = dice.sample(PLACES, len(PLACES))
        self.names = iter(names)
        self.districts = []
        if self.level == "commune":
            self.districts = [
                self.unit(f"H{n}", "district", "2010-01-01", "", "", name=f"Huyện {n}") for n in (1, 2)
            ]
        for n in range(dice.randint(1, 7)):
            self.unit(f"U{n:02d}", self.level, "2010-01-01", "", "")
        turning = dice.choice([f"{self.year}-07-01", f"{self.year - 1}-03-01"])
        eve = (date.fromisoformat(turning) - timedelta(days=1)).isoformat()
        for case in dice.sample(["rename", "rename twice", "merge", "split", "new"], dice.randint(0, 3)):
            self.event(case, turning, eve)
        end = date(self.year, 12, 31)
        self.current = [row for row in self.units if row["level"] == self.level and oracle.valid(row, end)]

    def unit(self, code, level, start, end, predecessors, *, parent=None, name=None):
        if parent is None and level == "commune":
            parent = self.dice.choice(self.districts)["code"]
        row = {
            "code": code,
            "name": name
            or f"{ {'commune': 'Xã', 'district': 'Huyện', 'department': 'Sở'}[level] } {next(self.names)}",
            "short_name": "",
            "level": level,
            "parent_code": parent or "",
            "valid_from": start,
            "valid_to": end,
            "predecessor_codes": predecessors,
        }
        self.units.append(row)
        return row

    def event(self, case, turning, eve):
        """One turn of lineage. A merged unit takes over an official code, as 74 communes did in 2025."""
        key = case[0].upper() + str(len(self.units))
        old = "2010-01-01"
        if case == "new":
            self.unit(key, self.level, turning, "", "")
        elif case == "rename":
            parent = self.unit(f"{key}A", self.level, old, eve, "")["parent_code"]
            self.unit(
                self.dice.choice([f"{key}A", f"{key}B"]), self.level, turning, "", f"{key}A", parent=parent
            )
        elif case == "rename twice":
            later = (date.fromisoformat(turning) + timedelta(days=60)).isoformat()
            between = (date.fromisoformat(later) - timedelta(days=1)).isoformat()
            parent = self.unit(f"{key}A", self.level, old, eve, "")["parent_code"]
            self.unit(f"{key}B", self.level, turning, between, f"{key}A", parent=parent)
            self.unit(f"{key}C", self.level, later, "", f"{key}B", parent=parent)
        elif case == "merge":
            parent = self.unit(f"{key}A", self.level, old, eve, "")["parent_code"]
            self.unit(f"{key}B", self.level, old, eve, "")
            self.unit(f"{key}A", self.level, turning, "", f"{key}A;{key}B", parent=parent)
        else:
            parent = self.unit(f"{key}A", self.level, old, eve, "")["parent_code"]
            self.unit(f"{key}A", self.level, turning, "", f"{key}A", parent=parent)
            self.unit(f"{key}B", self.level, turning, "", f"{key}A", parent=parent)

    # One unit's year -----------------------------------------------------------------------------

    def make_unit(self, code):
        """Grants, answers, decided points and survey of one unit; sometimes a twin of another, for a tie."""
        dice = self.dice
        known = sorted({row["unit_code"] for row in self.tables["answers"]})
        if known and dice.random() < 0.25:
            twin = dice.choice(known)
            for rows in self.tables.values():
                rows += [{**row, "unit_code": code} for row in list(rows) if row["unit_code"] == twin]
            return
        self.leaning = dice.choice(["good", "good", "bad", "any"])
        self.submitted = self.complete or dice.random() > 0.1
        self.grants(code)
        for row, params, maximum in self.leaves:
            if row["source"] == "survey":
                self.forms(code, row, params)
            elif "derived" in params:
                if dice.random() < 0.1:
                    self.score(code, row, dice.randint(0, maximum), None)
            elif self.submitted:
                self.leaf_of_unit(code, row, params, maximum)

    def grants(self, code):
        dice = self.dice
        if dice.random() < 0.04:
            nodes = [row["code"] for row in self.framework if row["level"] == "area"]
        else:
            nodes = [row["code"] for row in self.framework if dice.random() < 0.03]
        reason = "Không phát sinh nhiệm vụ"
        self.tables["exemptions"] += [
            {"unit_code": code, "node_code": node, "reason": reason} for node in nodes
        ]

    def leaf_of_unit(self, code, row, params, maximum):
        dice = self.dice
        if not self.complete and dice.random() < 0.03:
            return
        if row["na_allowed"] == "yes" and dice.random() < 0.03:
            self.score(code, row, None, None, not_applicable=True)
            return
        if "scored_by" in params:
            self.score(code, row, None, maximum if self.leaning == "good" else dice.randint(0, maximum))
            return
        if dice.random() < 0.1:  # a leaf that was kept elsewhere: points without an answer
            claimed = maximum if self.leaning == "good" else dice.randint(0, maximum)
            self.score(code, row, claimed, dice.choice([None, dice.randint(0, claimed)]))
            return
        answer = dump(self.answer(row, params))
        own = {"unit_code": code, "component_code": row["code"], "answer": answer, "note": ""}
        self.tables["answers"].append(own)
        if dice.random() < 0.25:
            claimed = oracle.points_of(row, oracle.read_json(answer)) * 100
            decided = maximum if self.leaning == "good" else dice.randint(0, maximum)
            self.score(code, row, int(claimed), decided)

    def score(self, code, row, own, decided, *, not_applicable=False):
        self.tables["scores"].append(
            {
                "unit_code": code,
                "component_code": row["code"],
                "self_points": "" if own is None else text_of(own),
                "appraised_points": "" if decided is None else text_of(decided),
                "not_applicable": "yes" if not_applicable else "no",
                "note": "",
            }
        )

    def answer(self, row, params):
        dice = self.dice
        if "nothing_arose" in params and dice.random() < 0.3:
            return {"nothing_arose": True}
        good = {"good": 0.97, "bad": 0.15, "any": 0.5}[self.leaning]
        if row["rule_kind"] == "discrete":
            options = params["options"]
            pick = options[0] if dice.random() < good else dice.choice(options[1:])
            return {"option": pick["label"]}
        if row["rule_kind"] == "deduction":
            return {
                "counts": {
                    step["label"]: 0 if dice.random() < good else dice.randint(1, 4)
                    for step in params["steps"]
                    if dice.random() < 0.9
                }
            }
        if row["rule_kind"] == "per_item":
            return {"items": dice.randint(0, 3) + (15 if dice.random() < good else 0)}
        return self.rate(params, good)

    def rate(self, params, good):
        """A rate, more often than not exactly at, just below or just above a bound."""
        dice = self.dice
        if "bands" in params:
            bounds = [band.get("min", band.get("max")).text for band in params["bands"]]
        else:
            bounds = [params["target_pct"].text, params["floor_pct"].text]
        bound = Fraction(dice.choice(bounds))
        if dice.random() < 0.3:
            better = params.get("direction") != "lower_is_better"
            bound = Fraction(97 if (dice.random() < good) == better else 8)
        if dice.random() < 0.2:
            percent = min(max(int(bound * 100) + dice.choice([-1, 0, 1]), 0), 10000)
            return {"percent": number(percent)}
        bottom = dice.choice([1, 3, 7, 20, 40, 111, 800, 2222, 99_999_999])
        top = int(bound * bottom / 100) + dice.choice([-1, 0, 0, 1])
        return {"numerator": min(max(top, 0), bottom), "denominator": bottom}

    def forms(self, code, row, params):
        dice = self.dice
        if not self.complete and dice.random() < 0.05:
            return
        blank = {
            "unit_code": code,
            "component_code": row["code"],
            "group": "",
            "answer": "",
            "count": "",
            "percent": "",
        }
        if "import" in params:
            self.tables["survey"].append({**blank, "percent": text_of(dice.randint(0, 10000))})
            return
        groups = list(params["groups"])
        if len(groups) > 1 and dice.random() < 0.2:
            groups.pop()  # a group that sent back no form
        for group in groups:
            good = {"good": 90, "bad": 0, "any": 10}[self.leaning]
            counts = {"Tốt": good + dice.randint(0, 9), "Yếu": dice.randint(0, 9), "Khá": dice.randint(0, 9)}
            counts |= {"Không biết": dice.randint(0, 5), "Trung bình": dice.randint(0, 3)}
            if not self.complete and dice.random() < 0.05:
                counts = {"Không biết": 3, "Không trả lời": 2}
            counts = {answer: count for answer, count in counts.items() if count or dice.random() < 0.5}
            if self.complete and not any(counts.get(answer) for answer, _ in ANSWERS):
                counts["Khá"] = 1
            for answer, count in counts.items():
                self.tables["survey"].append({**blank, "group": group, "answer": answer, "count": str(count)})

    # Heads and earlier years ---------------------------------------------------------------------

    def make_heads(self):
        """Tenures of three years: staying, changing, acting and then appointed, moving, vacant."""
        dice = self.dice
        people = [f"{family} {given}" for family in FAMILY for given in GIVEN]
        dice.shuffle(people)
        self.people = iter(enumerate(people))
        self.movers = [next(self.people) for _ in range(2)]
        lineage = oracle.Lineage(self.units)
        ends = {}
        for unit in sorted(self.units, key=lambda row: row["valid_from"]):
            if unit["level"] != self.level or dice.random() < 0.1:
                continue
            key = (unit["code"], unit["valid_from"])
            origin = lineage.renamed_from(key)
            person = ends.get(origin) if origin and dice.random() < 0.7 else None
            moved = origin is not None or unit["valid_to"] != ""
            ends[key] = self.tenures_of(unit, person, coded=moved)

    def tenures_of(self, unit, person, *, coded):
        """Fill one unit's time; returns who heads it at its end."""
        dice = self.dice
        start = max(date.fromisoformat(unit["valid_from"]), date(self.year - 3, 1, 1))
        last = date.fromisoformat(unit["valid_to"]) if unit["valid_to"] else date(self.year, 12, 31)
        while start <= last:
            if person is None:
                person = self.someone(coded)
            end = start + timedelta(days=dice.choice([90, 200, 300, 365, 500, 2000, 2000]))
            acting = dice.random() < 0.3
            if acting:
                self.tenure(unit, person, True, start, min(end, last))
                start, end = end + timedelta(days=1), end + timedelta(days=2000)
                if start > last:
                    return person
            self.tenure(
                unit, person, False, start, None if end > last and not unit["valid_to"] else min(end, last)
            )
            if end >= last:
                return person
            start, person = end + timedelta(days=1 if dice.random() < 0.8 else 150), None
        return None

    def someone(self, coded):
        if self.dice.random() < 0.2:
            place, name = self.dice.choice(self.movers)
            return f"P{place:03d}", name
        place, name = next(self.people)
        return (f"P{place:03d}" if coded or self.dice.random() < 0.7 else ""), name

    def tenure(self, unit, person, acting, start, end):
        code, name = person
        self.heads.append(
            {
                "unit_code": unit["code"],
                "full_name": name,
                "title": "Chủ tịch" if unit["level"] != "department" else "Giám đốc",
                "acting": "yes" if acting else "no",
                "from_date": start.isoformat(),
                "to_date": end.isoformat() if end else "",
                "person_code": code,
            }
        )

    def make_results(self):
        """One or two earlier years, known by their totals; low figures are frequent, some units are absent."""
        dice = self.dice
        years = [self.year - 1, self.year - 2][: dice.randint(0, 2)]
        return {
            year: [
                self.past(row["code"])
                for row in self.units
                if row["level"] == self.level
                and oracle.valid(row, date(year, 12, 31))
                and dice.random() < 0.9
            ]
            for year in years
        }

    def past(self, code):
        dice = self.dice
        maximum = dice.choice([10000, 10000, 8400])
        survey = dice.randint(0, 2000)
        points = survey + dice.choice([dice.randint(0, 2900), dice.randint(0, maximum - survey)])
        points = dice.choice([points, maximum // 2, maximum // 2 - 1])
        survey = min(survey, points)
        split = dice.random() < 0.8
        return {
            "unit_code": code,
            "appraised_points": text_of(points - survey) if split else "",
            "survey_points": text_of(survey) if split else "",
            "points": text_of(points),
            "max_points": "" if maximum == 10000 and dice.random() < 0.5 else text_of(maximum),
        }
