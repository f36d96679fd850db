"""The year recomputed a second way, from the import files alone.

Standard library only and no import from the product: fractions instead of decimals,
recursion instead of arrays, definitions instead of algorithms. It follows
docs/scoring.md, not the code, and the two must agree to the last digit.

``recompute`` takes the rows of the import files as dicts of text (``units``,
``framework``, ``exemptions``, ``answers``, ``scores``, ``survey``, ``heads``, and
``results`` by year) and returns plain values per unit code.
"""

import json
import unicodedata
from datetime import date, timedelta
from fractions import Fraction

BANDS = (("A", 90), ("B", 70), ("C", 50), ("D", 0))
NOT_COUNTED = {"Không biết", "Không trả lời"}


def half_up(value, digits=2):
    """Round a number ≥ 0: the floor of one half more, at the last place."""
    scale = 10**digits
    return Fraction((value * scale + Fraction(1, 2)).__floor__(), scale)


def read_json(text):
    return json.loads(text, parse_float=Fraction, parse_int=Fraction) if text else {}


# --- One leaf ------------------------------------------------------------------------------------


def points_of(row, answer, digits=2):
    """Points of an answer (canonical JSON read with ``read_json``) under one row of the framework."""
    params, maximum = read_json(row["rule_params"]), Fraction(row["max_points"])
    if answer.get("nothing_arose"):
        return half_up(maximum, digits)
    if row["rule_kind"] == "discrete":
        return half_up(next(o["points"] for o in params["options"] if o["label"] == answer["option"]), digits)
    if row["rule_kind"] == "deduction":
        lost = [step["minus"] * answer["counts"].get(step["label"], 0) for step in params["steps"]]
        left = params["start"] - sum(lost)
        return half_up(left if left > params.get("min", 0) else Fraction(params.get("min", 0)), digits)
    if row["rule_kind"] == "per_item":
        earned = answer["items"] * params["points_each"]
        return half_up(maximum if earned > maximum else earned, digits)
    top, bottom = (
        (answer["percent"], 100) if "percent" in answer else (answer["numerator"], answer["denominator"])
    )
    if row["rule_kind"] == "threshold":
        return half_up(band_points(params, top, bottom), digits)
    assert row["rule_kind"] == "proportional", row["rule_kind"]
    target, floor = params["target_pct"], params.get("floor_pct", 0)
    if top * 100 < floor * bottom:
        return Fraction(0)
    if top * 100 >= target * bottom:
        return half_up(maximum, digits)
    return half_up(maximum * top * 100 / (bottom * target), digits)


def band_points(params, top, bottom):
    """The best points among the bands whose bound the rate top/bottom meets."""
    if params["direction"] == "higher_is_better":
        met = [band["points"] for band in params["bands"] if top * 100 >= band["min"] * bottom]
    else:
        met = [band["points"] for band in params["bands"] if top * 100 <= band["max"] * bottom]
    return Fraction(max(met, default=params.get("else", 0)))


def survey_points(row, forms, digits=2):
    """Points of the survey rows of one unit and leaf, or None without a valid form."""
    params, maximum = read_json(row["rule_params"]), Fraction(row["max_points"])
    if params.get("import") == "sipas_pct":
        return half_up(maximum * Fraction(forms[0]["percent"]) / 100, digits) if forms else None
    groups = {}
    for form in forms:
        if form["answer"] not in NOT_COUNTED:
            groups.setdefault(form["group"], []).append(
                (int(form["count"]), params["weights"][form["answer"]])
            )
    groups = {name: rows for name, rows in groups.items() if sum(count for count, _ in rows)}
    if not groups:
        return None
    weights = params.get("group_weights")
    if weights is None:
        groups, weights = {"all": [pair for rows in groups.values() for pair in rows]}, {"all": Fraction(1)}
    shares = Fraction(0)
    for name, rows in groups.items():
        shares += (
            weights[name] * Fraction(sum(n * percent for n, percent in rows), sum(n for n, _ in rows)) / 100
        )
    return half_up(maximum * shares / sum(weights[name] for name in groups), digits)


# --- One unit ------------------------------------------------------------------------------------


class Sheet:
    """One unit's leaves and the recursive sums over them."""

    def __init__(self, tables, unit_code, digits):
        self.rows = {row["code"]: row for row in tables["framework"]}
        self.children = {}
        for row in tables["framework"]:
            self.children.setdefault(row["parent_code"], []).append(row["code"])
        self.digits = digits

        def own(name):
            return [row for row in tables[name] if row["unit_code"] == unit_code]

        self.granted = {row["node_code"] for row in own("exemptions")}
        self.answers = {row["component_code"]: row for row in own("answers")}
        self.scores = {row["component_code"]: row for row in own("scores")}
        self.granted |= {code for code, row in self.scores.items() if row["not_applicable"] == "yes"}
        self.forms = {}
        for row in own("survey"):
            self.forms.setdefault(row["component_code"], []).append(row)
        self.leaves = {}
        self.visit("", exempt=False, derived=False)
        self.visit("", exempt=False, derived=True)

    def visit(self, code, *, exempt, derived):
        """Settle the leaves below ``code``; derived ones only in the second round."""
        exempt = exempt or code in self.granted
        if code and code not in self.children:
            is_derived = "derived" in read_json(self.rows[code]["rule_params"])
            if is_derived == derived:
                self.leaves[code] = self.leaf(code, exempt)
        for child in self.children.get(code, []):
            self.visit(child, exempt=exempt, derived=derived)

    def leaf(self, code, exempt):
        """(state, self points or None, points or None) of one leaf."""
        row, params = self.rows[code], read_json(self.rows[code]["rule_params"])
        if exempt:
            return ("na", None, None)
        if row["source"] == "survey":
            points = survey_points(row, self.forms.get(code, []), self.digits)
            return ("no_data", None, None) if points is None else ("scored", None, points)
        score = self.scores.get(code, {"self_points": "", "appraised_points": ""})
        own = Fraction(score["self_points"]) if score["self_points"] else None
        if code in self.answers:
            own = points_of(row, read_json(self.answers[code]["answer"]), self.digits)
        decided = Fraction(score["appraised_points"]) if score["appraised_points"] else own
        if "derived" in params:
            return ("scored", None, self.accuracy(params) if decided is None else decided)
        if params.get("scored_by") == "appraiser":
            own = None
        return ("empty", None, None) if decided is None else ("scored", own, decided)

    def accuracy(self, params):
        """Points of the derived leaf from the other leaves the unit assesses itself."""
        mine = [
            leaf
            for code, leaf in self.leaves.items()
            if self.rows[code]["source"] == "self"
            and "scored_by" not in read_json(self.rows[code]["rule_params"])
            and "derived" not in read_json(self.rows[code]["rule_params"])
        ]
        claimed = sum((leaf[1] or 0 for leaf in mine), Fraction(0))
        given = sum((leaf[2] or 0 for leaf in mine), Fraction(0))
        if claimed:
            return half_up(band_points(params, abs(claimed - given), claimed), self.digits)
        if given:
            return half_up(Fraction(params.get("else", 0)), self.digits)
        return half_up(band_points(params, Fraction(0), 1), self.digits)

    def tally(self, code):
        """Exact sums below a node: maximum, points, self points, survey points, missing codes."""
        if code in self.leaves:
            state, own, points = self.leaves[code]
            row = self.rows[code]
            return {
                "max": Fraction(0) if state == "na" else Fraction(row["max_points"]),
                "points": points or Fraction(0),
                "self": own or Fraction(0),
                "survey": (points or Fraction(0)) if row["source"] == "survey" else Fraction(0),
                "missing": [code] if state in {"empty", "no_data"} else [],
            }
        parts = [self.tally(child) for child in self.children.get(code, [])]
        total = {
            key: sum((part[key] for part in parts), Fraction(0))
            for key in ("max", "points", "self", "survey")
        }
        return {**total, "missing": [missing for part in parts for missing in part["missing"]]}

    def result(self):
        total = self.tally("")
        return {
            "self_points": total["self"],
            "appraised_points": total["points"] - total["survey"],
            "survey_points": total["survey"],
            "points": total["points"],
            "max_points": total["max"],
            "index_percent": percent(total, self.digits),
            "missing": sorted(total["missing"]),
            "leaves": dict(self.leaves),
            "nodes": {
                code: (part["max"], part["points"], percent(part, self.digits))
                for code in self.rows
                if code not in self.leaves
                for part in [self.tally(code)]
            },
        }


def percent(total, digits):
    return half_up(100 * total["points"] / total["max"], digits) if total["max"] else None


# --- The province --------------------------------------------------------------------------------


def day(text):
    return date.fromisoformat(text) if text else None


def valid(row, when):
    return day(row["valid_from"]) <= when and (not row["valid_to"] or when <= day(row["valid_to"]))


class Lineage:
    """Units by (code, first day), and the arrows between them."""

    def __init__(self, units):
        self.units = {(row["code"], row["valid_from"]): row for row in units}
        self.before, self.after = {}, {}
        for key, row in self.units.items():
            eve = day(row["valid_from"]) - timedelta(days=1)
            for code in filter(None, row["predecessor_codes"].split(";")):
                origin = self.at(code, eve)
                self.before.setdefault(key, []).append(origin)
                self.after.setdefault(origin, []).append(key)

    def at(self, code, when):
        found = [key for key, row in self.units.items() if key[0] == code and valid(row, when)]
        assert len(found) == 1, (code, when, found)
        return found[0]

    def renamed_from(self, key):
        """The only predecessor, when this unit is its only successor."""
        origins = self.before.get(key, [])
        return origins[0] if len(origins) == 1 and len(self.after[origins[0]]) == 1 else None

    def chain(self, key):
        """The unit and everything it is a renaming of, newest first."""
        return [key, *(self.chain(self.renamed_from(key)) if self.renamed_from(key) else [])]

    def in_year(self, key, year):
        """The member of the chain that existed at the end of a year, or None."""
        end = date(year, 12, 31)
        return next((link for link in self.chain(key) if valid(self.units[link], end)), None)


def read_heads(tables, lineage):
    """Tenures with the unit's key and the person's identity: a code, or the name within the unit."""
    tenures = []
    for row in tables["heads"]:
        unit = lineage.at(row["unit_code"], day(row["from_date"]))
        person = row["person_code"] or f"{unit[0]} {unit[1]} {row['full_name']}"
        end = min(filter(None, [day(row["to_date"]), day(lineage.units[unit]["valid_to"])]), default=None)
        tenures.append({"unit": unit, "person": person, "from": day(row["from_date"]), "to": end, **row})
    return tenures


def head_at(tenures, chain, when):
    here = [
        t
        for t in tenures
        if t["unit"] in chain and t["from"] <= when and (t["to"] is None or when <= t["to"])
    ]
    assert len(here) <= 1, here
    return here[0]["person"] if here else None


def days_in(tenures, chain, year):
    """Days at the head per person, counted one by one."""
    counted = {}
    when = date(year, 1, 1)
    while when.year == year:
        person = head_at(tenures, chain, when)
        if person is not None:
            counted[person] = counted.get(person, 0) + 1
        when += timedelta(days=1)
    return counted


def vietnamese(name):
    """Alphabet first, tones after it; the tone of a word counts wherever it is written."""
    alphabet = " aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
    tones = ["\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]
    letters, marks = [], []
    for word in unicodedata.normalize("NFC", name).lower().split():
        tone, plain = 0, ""
        for character in word:
            parts = unicodedata.normalize("NFD", character)
            tone = next((1 + tones.index(mark) for mark in parts if mark in tones), tone)
            plain += unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in tones))
        letters += [alphabet.index(" ")] + [alphabet.index(letter) for letter in plain]
        marks.append(tone)
    return letters, marks


def recompute(tables, *, year, level, digits=2, bands=BANDS):
    """Everything of one population and year, by unit code."""
    lineage = Lineage(tables["units"])
    end = date(year, 12, 31)
    units = {key: row for key, row in lineage.units.items() if row["level"] == level and valid(row, end)}
    results = {key: Sheet(tables, key[0], digits).result() for key in units}
    past = {
        earlier: {
            lineage.at(row["unit_code"], date(earlier, 12, 31)): half_up(
                100 * Fraction(row["points"]) / Fraction(row["max_points"] or 100), digits
            )
            for row in rows
        }
        for earlier, rows in tables["results"].items()
    }
    tenures = read_heads(tables, lineage)
    for key, result in results.items():
        index = result["index_percent"]
        rivals = [other["index_percent"] for other in results.values() if other["index_percent"] is not None]
        near = [
            results[other]["index_percent"]
            for other, row in units.items()
            if row["parent_code"] == units[key]["parent_code"] and results[other]["index_percent"] is not None
        ]
        result["rank"] = None if index is None else 1 + sum(1 for rival in rivals if rival > index)
        result["group_rank"] = None if index is None else 1 + sum(1 for rival in near if rival > index)
        result["band"] = (
            next((name for name, least in bands if index >= least), "") if index is not None else ""
        )
        before = lineage.in_year(key, year - 1)
        result["previous"] = past.get(year - 1, {}).get(before)
        known = index is not None and result["previous"] is not None
        result["change"] = index - result["previous"] if known else None
        result["outcomes"] = outcomes(lineage, tenures, past, key, index, year)
    order = sorted(
        units, key=lambda key: (results[key]["rank"] or len(units) + 1, vietnamese(units[key]["name"]))
    )
    return {key[0]: {**results[key], "position": place} for place, key in enumerate(order)}


def outcomes(lineage, tenures, past, key, index, year):
    """The proposals for one unit as dicts, by the words of the decision."""
    if index is None or 50 <= index < 90:
        return []
    chain = lineage.chain(key)
    head = head_at(tenures, chain, date(year, 12, 31))
    days = days_in(tenures, chain, year)
    if index >= 90:
        common = {"kind": "commendation", "article": "Điều 19"}
        return [
            {**common, "subject": "unit", "head": None},
            {**common, "subject": "head", "head": head, "days": days},
        ]
    run = [year]
    status = "not_met"
    if head is None:
        status = "undetermined"
    while head is not None:
        earlier = run[-1] - 1
        ancestor = lineage.in_year(key, earlier)
        figure = past.get(earlier, {}).get(ancestor)
        if figure is None or figure >= 50:
            break
        led_by = head_at(tenures, lineage.chain(ancestor), date(earlier, 12, 31))
        if led_by is None and len(run) == 1:
            status = "undetermined"
        if led_by != head:
            break
        run.append(earlier)
    ancestor = lineage.in_year(key, year - 1)
    before = past.get(year - 1, {}).get(ancestor)
    elsewhere = sorted(
        other[0]
        for other in past.get(year - 1, {})
        if other != ancestor
        and head is not None
        and head_at(tenures, lineage.chain(other), date(year - 1, 12, 31)) == head
    )
    second = len(run) > 1
    return [
        {
            "kind": "discipline_review" if second else "criticism",
            "article": "Điều 20.7" if second else "Điều 20.6",
            "subject": "head",
            "head": head,
            "days": days,
            "article_20_7": "met" if second else status,
            "years": run if second else None,
            "first_criticism": run[-1] if second else None,
            "unit_two_year_run": before is not None and before < 50,
            "elsewhere": elsewhere,
        }
    ]
