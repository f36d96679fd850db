"""A dossier as a workbook: what it looks like, and that it comes back as it went."""

from __future__ import annotations

import io
import time
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from criteria.rules import normalise
from parindex import canonical
from scoring.actions import Statement, save_score
from scoring.forms.answers import statement_of, typed_from
from scoring.models import Evidence, EvidenceLink, Score
from scoring.queries.leaves import rule_of
from scoring.workbook import layout as at
from scoring.workbook.merging import Stated
from scoring.workbook.reading import WorkbookRefused
from scoring.workbook.styles import LISTS
from tests import build, random_province
from tests.scoring.workbook_files import FIRST, SECOND, filled, made, opened, places, read

pytestmark = pytest.mark.django_db

UNASKED = {"1.1.4", "1.2.1", "1.2.2", "2.1.3"}
ASKED = {"1.1.1", "1.1.2", "1.1.3", "2.1.1", "2.1.2", "2.2"}


@pytest.fixture
def assessment():
    return opened(build.unit(name="Sở Giao thông vận tải"))


def save(assessment, code, answer=None, **fields):
    by = build.clerk(assessment.unit)
    version = Score.objects.filter(assessment=assessment, node__code=code).values_list("version", flat=True).first() or 0
    statement = Statement(answer, **fields)
    return save_score(assessment_id=assessment.pk, code=code, version=version, statement=statement, by=by, now=build.NOW)[0]


def book_of(assessment):
    return load_workbook(io.BytesIO(made(assessment)))


# --- What it looks like --------------------------------------------------------------------------


def test_first_the_guide_then_one_sheet_for_each_area_then_what_is_hidden(assessment):
    book = book_of(assessment)

    assert book.sheetnames == ["Hướng dẫn", FIRST, SECOND, LISTS, "_goc"]
    assert [book[name].sheet_state for name in (LISTS, "_goc")] == ["veryHidden", "veryHidden"]
    guide = " ".join(str(cell.value) for row in book["Hướng dẫn"] for cell in row if cell.value)
    for part in ("Sở Giao thông vận tải", "2024", "09:00 ngày 25/11/2024", "09:00, 20/11/2024", "Chỉ điền vào ô nền vàng"):
        assert part in guide


def test_only_the_cells_to_fill_are_open_and_tinted(assessment):
    book = book_of(assessment)
    where = places(assessment)
    answers = {(sheet, row) for key, (sheet, row) in where.items() if key.split("|")[0] in ASKED and key[-1] not in "|-"}

    for name in (FIRST, SECOND):
        sheet = book[name]
        assert sheet.protection.sheet is True
        assert sheet.protection.password is None
        opened_cells = {(cell.row, cell.column) for row in sheet for cell in row if not cell.protection.locked}
        assert {(row, at.ANSWER) for page, row in answers if page == name} <= opened_cells
        assert all(sheet.cell(*place).fill.fgColor.rgb.endswith("FFF7D6") for place in opened_cells)
        assert {column for _row, column in opened_cells} <= {at.ANSWER, at.NOTHING, at.NA, at.NA_REASON, at.EXPLANATION}
        assert sheet.freeze_panes == "D3"
        assert sheet.print_title_rows == "$2:$2"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.column_dimensions["A"].hidden
    assert book.security.lockStructure


def test_drop_downs_offer_the_labels_of_the_rule(assessment):
    book = book_of(assessment)
    sheet, row = places(assessment)["1.1.1|option"]
    lists = {str(v.sqref): v.formula1 for v in book[sheet].data_validations.dataValidation if v.type == "list"}
    area = lists[f"G{row}"].partition("!")[2].replace("$", "")

    assert [cell[0].value for cell in book[LISTS][area]] == ["Đúng hạn", "Chậm", "Không ban hành"]
    assert any(formula == '"Có,Không"' for formula in lists.values())


def test_components_nobody_at_the_unit_answers_say_who_does(assessment):
    book = book_of(assessment)
    said = {}
    for key, (sheet, row) in places(assessment).items():
        if key.endswith("|-"):
            said[key[:-2]] = book[sheet].cell(row, at.ASKED).value
    assert set(said) == UNASKED
    assert said["1.2.1"] == "Điểm do điều tra xã hội học."


def test_what_is_stored_stands_in_its_cells_with_documents_and_points(assessment):
    score = save(assessment, "1.1.2", {"numerator": 18, "denominator": 20}, explanation="Theo báo cáo\nquý IV")
    evidence = Evidence.objects.create(
        unit=assessment.unit, original_name="a.pdf", stored_as="a", size=1, sha256="0" * 64, uploaded_at=build.NOW,
        content_type="application/pdf", number="12/BC-SGTVT", issued_on=build.date(2024, 3, 5),
    )  # fmt: skip
    EvidenceLink.objects.create(score=score, evidence=evidence, pages="tr. 4", linked_at=build.NOW)
    book = book_of(assessment)
    where = places(assessment)
    sheet, row = where["1.1.2|numerator"]

    assert book[sheet].cell(row, at.ANSWER).value == 18
    assert book[sheet].cell(where["1.1.2|denominator"][1], at.ANSWER).value == 20
    assert book[sheet].cell(row, at.EXPLANATION).value == "Theo báo cáo\nquý IV"
    assert book[sheet].cell(row, at.EVIDENCE).value == "12/BC-SGTVT · 05/03/2024 · tr. 4"
    assert book[sheet].cell(row, at.POINTS).value == 15


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@SUM(A1)", "=HYPERLINK(1)", "_x0041_ và _x000D_", "'= x", '"&" <b>'])
def test_a_text_is_never_a_formula_and_comes_back_as_it_was(assessment, text):
    save(assessment, "2.1.2", {"items": 1}, explanation=text)
    cell = book_of(assessment)[SECOND].cell(places(assessment)["2.1.2|items"][1], at.EXPLANATION)

    assert cell.data_type == "s"
    assert cell.quotePrefix == text.startswith(("=", "+", "-", "@"))
    assert read(assessment, made(assessment)).stated["2.1.2"].explanation == text


# --- Round trips ---------------------------------------------------------------------------------


ALL_KINDS = {
    "1.1.1": {"option": "Chậm"},
    "1.1.2": {"percent": Decimal("92.5")},
    "1.1.3": {"nothing_arose": True},
    "2.1.1": {"counts": {"Mỗi báo cáo gửi chậm": 2, "Mỗi báo cáo không gửi": 0}},
    "2.1.2": {"items": 3},
}


def test_a_workbook_that_nobody_filled_in_states_what_is_stored(assessment):
    for code, answer in ALL_KINDS.items():
        save(assessment, code, answer, explanation=f"Giải trình {code}")
    save(assessment, "2.2", na_requested=True, na_reason="Không có trụ sở")

    found = read(assessment, made(assessment))

    assert set(found.stated) == ASKED
    assert {code: base.stated for code, base in found.origin.bases.items()} == dict(found.stated)
    assert found.stated["2.2"] == Stated(na_requested=True, na_reason="Không có trụ sở")
    assert found.stated["1.1.2"].answer == '{"percent":92.5}'


#: Boxes of the workbook beside the fields of the browser's form: the same answer must come out.
SAME_AS_THE_FORM = {
    "choice": ({"1.1.1|option": "Đúng hạn"}, "1.1.1", {"option": "Đúng hạn"}),
    "rate": ({"1.1.2|numerator": 18, "1.1.2|denominator": 20}, "1.1.2", {"numerator": "18", "denominator": "20"}),
    "rate_decimal": ({"1.1.2|numerator": 1.125, "1.1.2|denominator": 2.5}, "1.1.2", {"numerator": "1,125", "denominator": "2,5"}),
    "rate_text": ({"1.1.2|numerator": "17,5", "1.1.2|denominator": "20"}, "1.1.2", {"numerator": "17,5", "denominator": "20"}),
    "percent": ({"1.1.2|percent": 90}, "1.1.2", {"percent": "90"}),
    "percent_text": ({"1.1.2|percent": "89,99%"}, "1.1.2", {"percent": "89,99%"}),
    "proportional": ({"1.1.3|numerator": 7, "1.1.3|denominator": 9}, "1.1.3", {"numerator": "7", "denominator": "9"}),
    "nothing": ({"1.1.3|nothing": "Có"}, "1.1.3", {"nothing_arose": "1"}),
    "counts": ({"2.1.1|count1": 2}, "2.1.1", {"count.Mỗi báo cáo gửi chậm": "2"}),
    "counts_zero": ({"2.1.1|count1": 0, "2.1.1|count2": 0}, "2.1.1", {"count.Mỗi báo cáo gửi chậm": "0", "count.Mỗi báo cáo không gửi": "0"}),
    "items": ({"2.1.2|items": 4}, "2.1.2", {"items": "4"}),
    "not_applicable": ({"2.2|na": "Có", "2.2|reason": "Không có trụ sở"}, "2.2", {"na_requested": "1", "na_reason": "Không có trụ sở"}),
    "explanation": ({"2.1.2|items": 1, "2.1.2|explanation": "Một\r\nhai"}, "2.1.2", {"items": "1", "explanation": "Một\r\nhai"}),
    "nothing_said_no": ({"2.1.2|items": 1}, "2.1.2", {"items": "1"}),
}  # fmt: skip


@pytest.mark.parametrize("case", SAME_AS_THE_FORM)
def test_every_kind_of_rule_gives_the_same_answer_as_the_form(assessment, case):
    cells, code, fields = SAME_AS_THE_FORM[case]
    stated = read(assessment, filled(assessment, made(assessment), cells)).stated[code]
    statement = statement_of(typed_from({"version": "0", **fields}))
    rule = rule_of(build.node(assessment.population, code))
    expected = canonical.dumps(normalise(rule, statement.answer)) if statement.answer is not None else ""

    assert stated == Stated(
        answer=expected,
        na_requested=statement.na_requested,
        na_reason=statement.na_reason,
        explanation=statement.explanation,
    )


def test_more_digits_than_a_spreadsheet_keeps_come_back_whole(assessment):
    answer = {"numerator": Decimal("123456789012345.123456"), "denominator": 999999999999999}
    save(assessment, "1.1.2", answer)
    assert read(assessment, made(assessment)).stated["1.1.2"].answer == canonical.dumps(answer)


def test_points_that_came_without_an_answer_stay_while_nobody_answers(assessment):
    build.score(assessment, "2.1.2", self_points=Decimal("2.5"), explanation="Theo sổ")
    found = read(assessment, filled(assessment, made(assessment), {"2.1.2|explanation": "Theo sổ theo dõi"}))
    assert found.stated["2.1.2"] == Stated(entered="2.5", explanation="Theo sổ theo dõi")
    answered = read(assessment, filled(assessment, made(assessment), {"2.1.2|items": 1}))
    assert answered.stated["2.1.2"].entered == ""


def test_a_text_longer_than_the_form_takes_stays_while_nobody_touches_it(assessment):
    build.score(assessment, "2.1.2", explanation="chữ " * 1500 + "hết")
    assert read(assessment, made(assessment)).stated["2.1.2"].explanation.endswith("hết")


def test_a_grant_closes_a_component_in_both_directions(assessment):
    before = made(assessment)
    build.exemption(assessment.unit, build.node(assessment.population, "2.2"))
    assert "2.2" not in read(assessment, made(assessment)).stated
    assert "2.2" in read(assessment, before).stated  # a workbook from before still reads as it was made


@pytest.mark.parametrize("seed", range(24))
def test_random_frameworks_and_answers_come_back_as_they_were(seed):
    province = random_province.build(seed)
    tables = province.tables
    framework = build.framework(province.level, build.YEAR, tables["framework"])
    dossier = opened(build.unit(level=province.level), level=province.level, framework=framework)
    one = tables["answers"][0]["unit_code"] if tables["answers"] else ""
    stored = {}
    for row in tables["answers"]:
        if row["unit_code"] == one:
            code = row["component_code"]
            stored[code] = canonical.dumps(normalise(rule_of(build.node(dossier.population, code)), canonical.loads(row["answer"])))
            build.score(dossier, code, canonical.loads(stored[code]), explanation=f"=Giải trình {code}")

    found = read(dossier, made(dossier))

    assert {code: base.stated for code, base in found.origin.bases.items()} == dict(found.stated)
    assert {code: found.stated[code].answer for code in stored} == stored


def test_a_large_sheet_is_written_and_read_within_a_second(assessment):
    rows = build.small_rows()
    template = next(row for row in rows if row["code"] == "1.1.2")
    many = [{**template, "code": f"1.1.{n}", "max_points": "0.5"} for n in range(10, 131)]
    rows = [row for row in rows if row["code"] in ("1", "1.1")] + many
    framework = build.framework("commune", 2024, rows)
    large = opened(build.unit(level="commune"), level="commune", framework=framework)
    started = time.process_time()
    data = made(large)
    written = time.process_time() - started
    assert len(read(large, data).stated) == 121
    assert written < 1


def test_the_reader_names_more_than_one_place_at_once(assessment):
    data = filled(assessment, made(assessment), {"1.1.1|option": "Sớm", "2.1.2|items": -1, "2.1.1|count1": "hai"})
    with pytest.raises(WorkbookRefused) as caught:
        read(assessment, data)
    where = places(assessment)
    cells = [f"Trang «{where[key][0]}», ô G{where[key][1]}: " for key in ("1.1.1|option", "2.1.1|count1", "2.1.2|items")]
    assert [line[: len(cell)] for line, cell in zip(caught.value.details, cells, strict=True)] == cells
