"""Filters and tags: how numbers, dates, marks and figures are printed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal as D
from fractions import Fraction
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from parindex.components import ScoringStep
from parindex.templatetags import components
from parindex.templatetags.icons import symbols
from scoring.states import State

LIBRARIES = "{% load charts components icons numbers %}"
AT = datetime(2024, 11, 30, 10, 0, tzinfo=UTC)  # 17:00 in Vietnam, a Saturday


def render(source: str, /, **context) -> str:
    """Print a piece of template."""
    return Template(LIBRARIES + source).render(Context(context))


@pytest.mark.parametrize(
    ("filter_", "value", "expected"),
    [
        ("points", D("1234.5"), "1.234,50"),
        ("points", D("0"), "0,00"),
        ("points", None, "–"),
        ("points", "", "–"),
        ("points:1", D("93.65"), "93,7"),
        ("points", Fraction(1, 3), "0,33"),
        ("percent", D("89.38"), "89,38%"),
        ("percent", None, "–"),
        ("signed", D("2.31"), "+2,31"),
        ("signed", D("-0.51"), "−0,51"),
        ("signed", D("0"), "0,00"),
        ("count", 15096, "15.096"),
        ("vndate", date(2024, 11, 5), "05/11/2024"),
        ("vndate", datetime(2024, 11, 30, 17, 30, tzinfo=UTC), "01/12/2024"),
        ("vndate", None, "–"),
        ("vntime", AT, "17:00"),
        ("vndatetime", AT, "17:00, 30/11/2024"),
        ("vndeadline", AT, "17:00, thứ Bảy 30/11/2024"),
        ("official_date", date(2025, 1, 4), "ngày 04 tháng 01 năm 2025"),
        ("official_date", date(2025, 3, 14), "ngày 14 tháng 3 năm 2025"),
        ("official_date", None, "ngày … tháng … năm …"),
        ("isotime", AT, "2024-11-30T17:00+07:00"),
    ],
)
def test_written_the_official_way(filter_, value, expected):
    assert render("{{ value|" + filter_ + " }}", value=value) == expected


def test_a_float_is_refused():
    with pytest.raises(TypeError):
        render("{{ value|points }}", value=1.5)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2024, 11, 25, 7, 0, tzinfo=UTC), "5 ngày 3 giờ"),
        (datetime(2024, 11, 29, 10, 0, tzinfo=UTC), "1 ngày"),
        (datetime(2024, 11, 30, 7, 30, tzinfo=UTC), "2 giờ 30 phút"),
        (datetime(2024, 11, 30, 9, 59, 30, tzinfo=UTC), "0 phút"),
        (datetime(2024, 11, 30, 10, 0, 1, tzinfo=UTC), "đã hết hạn"),
    ],
)
def test_time_left_in_two_units(now, expected):
    assert render("{{ deadline|timeleft:now }}", deadline=AT, now=now) == expected


def test_a_band_is_a_letter_and_spelled_out_once():
    assert render('{% band "B" %}') == '<span class="band band-b">B</span>'
    assert "từ 70 đến dưới 90" in render('{% band "B" True %}')
    assert "từ 60" in render('{% band "B" "từ 60" %}')
    assert render("{% band None %}") == '<span class="muted">–</span>'


@pytest.mark.parametrize(("value", "tone", "text"), [("2.31", "up", "+2,31"), ("-0.51", "dn", "−0,51"), ("0", "eq", "0,00"), ("-0.004", "eq", "0,00")])
def test_a_change_has_a_tone_and_a_sign(value, tone, text):
    assert render("{% change value %}", value=D(value)) == f'<span class="chg {tone}">{text}</span>'
    assert render('{{ value|tone }}', value=D(value)) == f"chg {tone}"


def test_a_score_not_given_is_a_dash_and_never_zero():
    assert render("{% score None maximum %}", maximum=D(2)) == '<span class="score"><b>–</b> / 2,00</span>'
    assert render("{% score value maximum %}", value=D(0), maximum=D(2)) == '<span class="score"><b>0,00</b> / 2,00</span>'


def test_loss_is_lit_and_success_quiet():
    assert "lo" in render("{% loss value maximum %}", value=D("1.5"), maximum=D(2))
    assert "−0,50" in render("{% loss value maximum %}", value=D("1.5"), maximum=D(2))
    assert render("{% loss value maximum %}", value=D(2), maximum=D(2)) == '<span class="muted">đủ điểm</span>'


@pytest.mark.parametrize("code", sorted(components.STATES))
def test_every_state_has_a_tone_an_icon_and_a_word(code):
    tone, icon, word = components.STATES[code]
    assert tone in {"", "info", "ok", "warn", "bad"}
    assert icon in symbols()
    printed = render("{% state code %}", code=code)
    assert str(word) in printed
    assert f'href="#i-{icon}"' in printed


def test_the_states_of_a_dossier_use_the_words_of_its_table():
    assert {code: str(components.STATES[code][2]) for code in State.values} == {
        code: str(label) for code, label in State.choices
    }


def test_an_unknown_state_needs_a_label():
    assert "đang họp" in render('{% state "meeting" "đang họp" %}')
    with pytest.raises(TemplateSyntaxError):
        render('{% state "meeting" %}')


def test_an_unknown_icon_is_an_error():
    with pytest.raises(TemplateSyntaxError):
        render('{% icon "unicorn" %}')


def test_only_the_icons_of_the_page_are_inlined_once():
    page = render('{% withicons "off" %}{% icon "check" %}{% icon "check" %}{% endwithicons %}')
    assert re.findall(r'<symbol id="i-(\w+)"', page) == ["check", "off"]
    assert "<symbol" not in render("{% withicons %}chữ{% endwithicons %}")


def test_every_icon_named_in_a_template_exists():
    folder = Path(__file__).parents[2] / "templates"
    named = {
        name
        for path in folder.rglob("*.html")
        for name in re.findall(r'{% icon "([a-z]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(named) > 20
    assert named - set(symbols()) == set()


def test_what_comes_from_people_is_escaped():
    nasty = '"><script>x</script>'
    for source in (
        "{% breadcrumb nasty nasty nasty %}",
        '{% mark "ok" nasty %}',
        "{% band nasty nasty %}",
        '{% bar 5 label=nasty %}',
        '{% state "x" nasty %}',
    ):
        assert "<script>" not in render(source, nasty=nasty)


def test_breadcrumb_marks_this_page():
    printed = render('{% breadcrumb "Trang chủ" "/" "Xếp hạng" %}')
    assert '<li><a href="/">Trang chủ</a></li><li aria-current="page">Xếp hạng</li>' in printed


@pytest.mark.parametrize(
    ("query", "href", "sort"),
    [
        ("", "?xep=-chi-so", None),
        ("?xep=-chi-so", "?xep=chi-so", "descending"),
        ("?xep=chi-so", "?xep=-chi-so", "ascending"),
        ("?q=moc+chau&trang=3", "?q=moc+chau&amp;xep=-chi-so", None),
    ],
)
def test_a_sort_link_turns_round_and_keeps_the_rest(query, href, sort):
    request = RequestFactory().get("/2024/cap-xa/" + query)
    printed = render('{% sort_header "chi-so" "Chỉ số" numeric=True first="down" %}', request=request)
    assert f'href="{href}"' in printed
    assert (f'aria-sort="{sort}"' in printed) if sort else ("aria-sort" not in printed)
    assert printed.startswith('<th scope="col" class="n"')


def test_the_default_column_is_marked_when_nothing_is_asked():
    request = RequestFactory().get("/2024/cap-xa/")
    assert 'aria-sort="ascending"' in render('{% sort_header "hang" "Hạng" default=True %}', request=request)


class SampleForm(forms.Form):
    name = forms.CharField(help_text="Ghi như trên văn bản.")
    kind = forms.ChoiceField(choices=[("a", "A")])
    sure = forms.BooleanField()


def test_a_control_carries_class_error_and_description():
    printed = render("{% control form.name %}{% control form.kind %}{% control form.sure %}", form=SampleForm({}))
    assert 'class="form-control is-invalid"' in printed
    assert 'class="form-select is-invalid"' in printed
    assert 'class="form-check-input is-invalid"' in printed
    assert 'aria-describedby="id_name_helptext id_name_error"' in printed
    assert printed.count('aria-invalid="true"') == 3


def test_the_field_gives_the_ids_its_control_names():
    printed = Template('{% include "components/form.html" %}').render(Context({"form": SampleForm({})}))
    for name in re.findall(r'aria-describedby="([^"]+)"', printed):
        for part in name.split():
            assert f'id="{part}"' in printed
    assert printed.index("errsum") < printed.index("form-control")
    assert '<a href="#id_name">' in printed


def test_steps_are_boxes_when_short_and_a_list_when_long():
    short = [ScoringStep("dưới 70%", D(0)), ScoringStep("từ 70% đến dưới 90%", D("0.5")), ScoringStep("từ 90%", D(1))]
    drawn = render("{% steps rows 1 %}", rows=short)
    assert drawn.count("<rect") == 3
    assert 'class="s on"' in drawn
    assert ">từ 70%<" in drawn
    assert "từ 70% đến dưới 90%: 0,50 điểm" in drawn
    listed = render("{% steps rows 0 %}", rows=[ScoringStep("Ban hành trong quý IV năm trước", D(1))])
    assert listed.startswith("<ol")
    assert 'aria-current="true"' in listed


def test_a_figure_is_an_image_with_a_name_or_decoration():
    assert 'role="img" aria-label="14 trên 16"' in render('{% bar 14 16 label="14 trên 16" %}')
    assert 'aria-hidden="true"' in render("{% bar 14 16 %}")


def test_only_a_finished_progress_turns_pale():
    assert 'class="bar done"' in render("{% bar 16 16 progress=True %}")
    assert 'class="bar"' in render("{% bar 16 16 %}")


def test_colours_are_written_into_a_figure_only_for_paper():
    values = [(D(95), "A"), (D(40), "D")]
    assert "fill=" not in render('{% bricks values "x" %}{% bar 5 %}{% stackbar parts %}', values=values, parts=[("s4", 1)])
    on_paper = render(
        '{% bricks values "x" paper=True %}{% bar 5 paper=True %}{% stackbar parts paper=True %}',
        values=values,
        parts=[("s4", 1)],
    )
    assert on_paper.count("fill=") == 5


def test_the_end_of_a_crowded_axis_is_left_out_on_a_phone_and_never_on_paper():
    drawn = {low: render('{% bricks values "x" %}', values=[(D(low), "D")]) for low in (10, 40)}
    paper = render('{% bricks values "x" paper=True %}', values=[(D(10), "D")])

    assert re.findall(r'<text[^>]*class="hide-s"[^>]*>(\d+)</text>', drawn[10]) == ["100"]
    assert "hide-s" not in drawn[40] + paper


def test_a_heat_cell_says_not_applicable_in_words():
    assert render("{% heat None %}") == '<td class="c na">k.a.d.</td>'
    assert render('{% heat value "#x" %}', value=D("76.84")) == '<td class="c l2"><a href="#x">76,8</a></td>'


def test_no_figure_where_there_is_no_result():
    assert render("{% dots None None %}") == ""
