"""The whole day of a clerk and of a head in a real browser: with and without script, wide and narrow, with the
line cut in the middle of a save, with a login that ends, and with the keyboard alone."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from criteria.stages import Stage
from parindex import clock
from parindex.models import AuditEvent
from scoring.models import Assessment, Evidence, EvidenceLink, ReturnPoint, Score, ScoreRevision, Submission
from tests import build
from tests.browser import axe, no_sideways_scroll

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "mot-mat-khau-dai-2024"
PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
OPTIONS = {"options": [{"label": "Đầy đủ", "points": Decimal(5)}, {"label": "Chưa đầy đủ", "points": Decimal(0)}]}
#: A third area, for copying: nothing in it is answered this year.
FURTHER = (
    {"code": "3", "level": "area", "name": "Tài chính công", "max_points": "10"},
    {"code": "3.1", "level": "criterion", "name": "Công khai tài chính", "max_points": "10"},
    {"code": "3.1.1", "name": "Công khai dự toán", "max_points": "5", "rule_kind": "discrete", "rule_params": OPTIONS},
    {"code": "3.1.2", "name": "Công khai quyết toán", "max_points": "5", "rule_kind": "discrete", "rule_params": OPTIONS},
)


@pytest.fixture
def unit():
    return build.unit(name="Sở Giao thông vận tải")


@pytest.fixture
def assessment(unit, monkeypatch):
    """This year's dossier with five days left; the published year before answered the third area."""
    monkeypatch.setattr(build, "SMALL_FRAMEWORK", (*build.SMALL_FRAMEWORK, *FURTHER))
    before = build.open_population(year=build.YEAR - 1, units=[unit], stage=Stage.PUBLISHED).assessments.get()
    for code in ("3.1.1", "3.1.2"):
        build.score(before, code, {"option": "Đầy đủ"}, self_points=Decimal(5), explanation="Niêm yết tại trụ sở")
    return build.open_population(units=[unit], self_assessment_ends_at=clock.now() + timedelta(days=5)).assessments.get()


@pytest.fixture
def clerk(unit):
    return build.clerk(unit, username="can-bo", password=PASSWORD)


@pytest.fixture
def head(unit):
    return build.head_of(unit, username="lanh-dao", password=PASSWORD)


class Person:
    """Somebody at a browser. ``script``: whether pages run theirs; ``looks`` at every page on the way."""

    def __init__(self, page, root, *, script=True, looks=True):
        self.page, self.root, self.script, self.looks = page, root, script, looks

    def look(self):
        """The page fits the window, and says nothing that a screen reader cannot."""
        if not self.looks:
            return
        no_sideways_scroll(self.page)
        if self.script:
            found = axe(self.page)
            assert found == [], (self.page.url, found)

    def log_in(self, username):
        self.page.goto(self.root + "/lam-viec/ho-so/")
        self.look()
        self.page.get_by_label("Tên đăng nhập").fill(username)
        self.page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Đăng nhập").click()
        self.page.wait_for_url("**/lam-viec/ho-so/")
        self.look()

    def home(self):
        self.page.goto(self.root + "/lam-viec/ho-so/")

    def follow(self, name, exact=False):
        self.page.get_by_role("link", name=name, exact=exact).locator("visible=true").first.click()
        self.page.wait_for_load_state()
        self.look()

    def press(self, name):
        self.page.get_by_role("button", name=name).locator("visible=true").first.click()

    def card(self, code):
        return self.page.locator("#c" + code.replace(".", "-"))

    def save(self, code, points=None):
        """Leave the field, or press the card's own button; wait until the page says it is saved."""
        if self.script:
            self.page.evaluate("document.activeElement.blur()")
        else:
            self.press(f"Lưu {code}")
        self.card(code).locator("[data-save-line]", has_text="Đã lưu").wait_for()
        if points:
            self.card(code).locator(".score-l b", has_text=points).wait_for()

    def choose(self, code, label, points):
        self.card(code).get_by_label(label).check()
        self.save(code, points)

    def count(self, code, points, sentence, **fields):
        for label, value in fields.values():
            self.card(code).get_by_label(label).fill(value)
        self.save(code, points)
        assert sentence in self.card(code).inner_text()

    def explain(self, code, words):
        area = self.card(code).locator("textarea[name=explanation]")
        if not area.is_visible():
            self.card(code).get_by_text("Viết giải trình").click()
        area.fill(words)
        self.save(code)

    def ask_not_applicable(self, code, reason):
        where = self.card(code)
        where.get_by_text("Đề nghị không áp dụng").first.click()
        where.get_by_label("Lý do không áp dụng").fill(reason)
        where.get_by_label("Đánh dấu để gửi đề nghị").check()
        self.save(code)
        where.get_by_text("Đã đề nghị không áp dụng, chờ quyết định.").wait_for()

    def upload_for(self, code, number):
        self.card(code).get_by_role("link", name="Thêm tài liệu").click()
        self.look()
        file = {"name": "Kế hoạch năm.pdf", "mimeType": "application/pdf", "buffer": PDF}
        self.page.get_by_label("Tệp", exact=True).set_input_files(file)
        self.page.locator("#id_pages").first.fill("tr. 1")
        self.page.get_by_text("Ghi luôn số, ngày, trích yếu").click()
        self.page.get_by_label("Số, ký hiệu").fill(number)
        self.press("Thêm tài liệu")
        if self.script:
            self.page.locator("li[data-kind=stored]").wait_for()
            self.look()
            self.follow("Quay lại tiêu chí")
        self.card(code).get_by_role("link", name=number).wait_for()

    def use_for(self, code, number):
        self.card(code).get_by_role("link", name="Thêm tài liệu").click()
        self.page.get_by_label(number).check()
        self.page.locator("#id_pages").last.fill("Phụ lục, tr. 4")
        self.press("Gắn tài liệu này")
        self.card(code).get_by_role("link", name=number).wait_for()


def clerks_day(me):
    """Answer one component of every kind, with documents; copy an area; hand over."""
    page = me.page
    me.log_in("can-bo")
    page.get_by_text("Việc còn lại, nhiều điểm làm trước").wait_for()
    page.get_by_text("Cả 8 việc").wait_for()
    me.follow("Chỉ đạo, điều hành")
    me.choose("1.1.1", "Đúng hạn", "10,00")
    me.count("1.1.2", "15,00", "18/20 = 90,00% → bậc từ 90% đến dưới 100%: 15,00 điểm",
             done=("Số nhiệm vụ hoàn thành", "18"), all=("Tổng số", "20"))  # fmt: skip
    me.card("1.1.3").get_by_label("Trong năm không phát sinh").check()
    me.save("1.1.3", "10,00")
    me.explain("1.1.3", "Không có kiến nghị nào trong năm")
    me.upload_for("1.1.1", "215/KH-SGTVT")
    me.use_for("1.1.2", "215/KH-SGTVT")

    me.follow("Sang lĩnh vực 2")
    me.count("2.1.1", "9,75", "10 − 1 × 0,25",
             late=("Số báo cáo gửi chậm", "1"), none=("Số báo cáo không gửi", "0"))  # fmt: skip
    me.count("2.1.2", "3,75", "3 sáng kiến được công nhận × 1,25: 3,75 điểm", items=("Số sáng kiến được công nhận", "3"))
    me.explain("2.1.1", "Báo cáo quý III chậm một ngày")
    me.explain("2.1.2", "Quyết định 44/QĐ-SGTVT")
    me.ask_not_applicable("2.2", "Đơn vị mới thành lập")

    me.home()
    me.follow("Bảng tiêu chí")
    page.get_by_label("Tìm mã hoặc tên tiêu chí").fill("cong khai")
    me.press("Tìm")
    assert page.locator("table[data-rows] th .name").all_inner_texts() == ["Công khai dự toán", "Công khai quyết toán"]
    me.follow("Chưa trả lời")
    assert page.locator("table[data-rows] th .name").count() == 2
    me.look()

    me.home()
    me.follow("Chép từ năm trước")
    me.press("Chép các câu đã đánh dấu")
    page.get_by_role("heading", name="2 câu đã chép chờ xác nhận").wait_for()
    me.look()
    me.press("Xác nhận các câu đã đánh dấu")
    page.get_by_text("Đã xác nhận hết").wait_for()
    me.home()
    page.get_by_text("Đã đủ để trình và nộp.").wait_for()
    hand_over(me, "Lĩnh vực 3 chép từ năm trước, đã đối chiếu")


def hand_over(me, words):
    me.follow("Trình lãnh đạo")
    me.page.get_by_label("Lời nhắn cho lãnh đạo").fill(words)
    me.press("Trình lãnh đạo")
    me.page.get_by_text("Đã trình lãnh đạo.").wait_for()
    me.look()


def head_sends_back(me):
    page = me.page
    me.log_in("lanh-dao")
    me.follow("Xem và nộp")
    page.get_by_role("heading", name="Tự chấm 58,50 trên 75,00 điểm").wait_for()
    me.follow("Chuyển lại cán bộ")
    page.get_by_label("Điều cần sửa").fill("Kế hoạch ban hành ngày 02/3, là chậm")
    field = page.locator("input[name*='1.1.1']")
    if not field.is_visible():
        page.locator("details", has=field).locator("summary").click()
    field.fill("Chọn lại mức theo ngày ban hành")
    me.look()
    me.press("Chuyển lại cán bộ")
    page.get_by_text("Đã chuyển lại cán bộ.").wait_for()


def clerk_mends(me):
    me.home()
    me.page.get_by_text("Chọn lại mức theo ngày ban hành").wait_for()
    me.look()
    me.follow("1.1.1 Ban hành kế hoạch")
    me.page.get_by_text("1.1.1 bị trả lại để sửa.").wait_for()
    me.choose("1.1.1", "Chậm", "2,50")
    me.home()
    hand_over(me, "Đã sửa 1.1.1")


def head_submits(me):
    me.home()
    me.follow("Xem và nộp")
    me.page.get_by_role("heading", name="Tự chấm 51,00 trên 75,00 điểm").wait_for()
    me.page.get_by_role("button", name="Duyệt và nộp").dblclick()
    me.page.get_by_role("heading", name="Biên nhận lần 1: nộp").wait_for()
    me.page.get_by_text("Mã băm của nội dung").wait_for()
    me.look()


@pytest.mark.parametrize(("width", "script"), [(1440, True), (360, True), (1440, False), (360, False)])
def test_the_day_of_a_clerk_and_of_the_head(browser, live_server, assessment, clerk, head, width, script):
    def visit(steps, user=None):
        look = {"width": width, "script": script, "user": user, "expect_errors": True}
        browser.visit(lambda page: steps(Person(page, live_server.url, script=script)), **look)

    visit(clerks_day)
    assert Assessment.objects.get(pk=assessment.pk).state == "awaiting_head"
    visit(head_sends_back)
    visit(clerk_mends, clerk)
    visit(head_submits, head)

    assessment.refresh_from_db()
    assert (assessment.state, assessment.submitted_by) == ("submitted", head)
    assert [move.move for move in assessment.transitions.order_by("id")] == ["propose", "send_back", "propose", "submit"]
    assert ReturnPoint.objects.get().node.code == "1.1.1"
    receipt = Submission.objects.get()
    assert (receipt.points, receipt.max_points, receipt.answered, receipt.asked) == (Decimal("51.00"), Decimal("75.00"), 8, 8)
    links = EvidenceLink.objects.order_by("score__node__position").values_list("score__node__code", "pages", "evidence__number")
    assert list(links) == [("1.1.1", "tr. 1", "215/KH-SGTVT"), ("1.1.2", "Phụ lục, tr. 4", "215/KH-SGTVT")]
    assert Evidence.objects.count() == 1
    scores = {score.node.code: score for score in assessment.scores.select_related("node")}
    assert scores["2.2"].na_reason == "Đơn vị mới thành lập"
    assert {code: score.carried_from for code, score in scores.items() if code.startswith("3")} == {"3.1.1": None, "3.1.2": None}
    # Every save left exactly one revision: nothing was doubled on the way.
    for score in scores.values():
        assert list(score.revisions.order_by("version").values_list("version", flat=True)) == list(range(1, score.version + 1))


# --- The line, the login, the keyboard -----------------------------------------------------------


def sheet_of(live_server, assessment, area):
    return f"{live_server.url}/lam-viec/ho-so/{assessment.pk}/linh-vuc/{area}/"


def test_the_line_is_cut_in_the_middle_of_a_save(browser, live_server, assessment, clerk):
    """Before the server has it, and after it has it but before the page knows: the words stay, and are kept once."""
    lost = []

    def arrives_unheard(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort("connectionreset")
        else:
            route.continue_()

    def work(page):
        me = Person(page, live_server.url)
        page.goto(sheet_of(live_server, assessment, 1))
        where = me.card("1.1.1")
        page.context.set_offline(True)
        where.get_by_label("Đúng hạn").check()
        where.get_by_text("Viết giải trình").click()
        where.get_by_label("Giải trình của 1.1.1").fill("Gõ khi mất mạng")
        where.get_by_label("Giải trình của 1.1.1").blur()
        where.locator("[data-save-line]", has_text="Chưa lưu được").wait_for()
        where.get_by_text("Nội dung vẫn còn nguyên trên trang này").wait_for()
        page.locator("[data-autosave-summary]", has_text="1 câu chưa lưu, đang thử lại").wait_for()
        no_sideways_scroll(page)
        assert axe(page) == []
        assert where.get_by_label("Giải trình của 1.1.1").input_value() == "Gõ khi mất mạng"
        page.context.set_offline(False)
        where.locator("[data-save-line]", has_text="Đã lưu").wait_for()
        page.locator("[data-autosave-summary]", has_text="Mọi câu trả lời đã lưu").wait_for()

        page.route("**/cau/1.1.2/", arrives_unheard)
        me.card("1.1.2").get_by_label("Số nhiệm vụ hoàn thành").fill("18")
        me.card("1.1.2").get_by_label("Tổng số").fill("20")
        me.card("1.1.2").get_by_label("Tổng số").blur()
        me.card("1.1.2").locator("[data-save-line]", has_text="Chưa lưu được").wait_for()
        me.card("1.1.2").get_by_role("button", name="Lưu lại ngay").click()
        me.card("1.1.2").locator("[data-save-line]", has_text="Đã lưu").wait_for()
        me.card("1.1.2").locator(".score-l b", has_text="15,00").wait_for()
        page.reload()
        assert "Gõ khi mất mạng" in me.card("1.1.1").locator("textarea[name=explanation]").input_value()
        assert me.card("1.1.2").get_by_label("Tổng số").input_value() == "20"

    browser.visit(work, width=360, user=clerk, expect_errors=True)

    assert lost == [200]
    assert Score.objects.get(assessment=assessment, node__code="1.1.1").explanation == "Gõ khi mất mạng"
    kept = Counter(ScoreRevision.objects.filter(score__assessment=assessment).values_list("score__node__code", flat=True))
    assert kept == {"1.1.1": 1, "1.1.2": 1}
    assert AuditEvent.objects.filter(action="score.saved").count() == 2


def in_a_thread(work):
    """Run something with the database outside the browser's thread, where Django refuses it."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: (work(), connection.close())).result()


@pytest.mark.parametrize("width", [1440, 360])
def test_a_login_that_ends_leads_back_to_the_same_words(browser, live_server, assessment, clerk, width):
    def work(page):
        me = Person(page, live_server.url)
        me.log_in("can-bo")
        page.goto(sheet_of(live_server, assessment, 1) + "#c1-1-1")
        in_a_thread(Session.objects.all().delete)
        where = me.card("1.1.1")
        where.get_by_text("Viết giải trình").click()
        where.get_by_label("Giải trình của 1.1.1").fill("Viết rất lâu mới xong")
        where.get_by_label("Giải trình của 1.1.1").blur()
        where.get_by_text("Phiên làm việc đã hết.").wait_for()
        me.look()
        page.reload()
        page.get_by_label("Tên đăng nhập").fill("can-bo")
        page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.wait_for_url("**/linh-vuc/1/**")
        me.card("1.1.1").locator("[data-save-line]", has_text="Đã lưu").wait_for()
        assert me.card("1.1.1").locator("textarea[name=explanation]").input_value() == "Viết rất lâu mới xong"
        assert page.evaluate("Object.keys(sessionStorage).filter((name) => name.startsWith('autosave:'))") == []

    browser.visit(work, width=width, expect_errors=True)
    score = Score.objects.get(assessment=assessment)
    assert (score.explanation, score.revisions.count()) == ("Viết rất lâu mới xong", 1)


FOCUS = """() => { const e = document.activeElement;
  const label = e.labels && e.labels.length ? e.labels[0].textContent : "";
  return (label || e.getAttribute("aria-label") || e.textContent || "").trim().replace(/\\s+/g, " "); }"""


def tab_to(page, words, most=90):
    """Press Tab until something with these words has the focus."""
    passed = []
    for _step in range(most):
        page.keyboard.press("Tab")
        passed.append(page.evaluate(FOCUS)[:60])
        if words in passed[-1]:
            return
    raise AssertionError(f"Tab does not lead to {words!r}; it passed {passed}")


def test_the_keyboard_alone_answers_attaches_goes_on_and_hands_over(browser, live_server, assessment, clerk):
    build.answered(assessment, ["1.1.1", "1.1.2", "1.1.3", "2.2"], explanation="Theo Báo cáo 118/BC-SGTVT")
    for code in ("3.1.1", "3.1.2"):
        build.score(assessment, code, {"option": "Đầy đủ"}, self_points=Decimal(5), explanation="Niêm yết tại trụ sở")

    def work(page):
        me = Person(page, live_server.url)
        page.goto(live_server.url + "/lam-viec/ho-so/")
        tab_to(page, "Làm tiếp 2.1.1")
        page.keyboard.press("Enter")
        page.wait_for_url("**/linh-vuc/2/#c2-1-1")
        tab_to(page, "Số báo cáo gửi chậm")
        page.keyboard.type("1")
        page.keyboard.press("Tab")
        page.keyboard.type("0")
        tab_to(page, "Thêm tài liệu")
        me.card("2.1.1").locator(".score-l b", has_text="9,75").wait_for()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Thêm tài liệu cho 2.1.1").wait_for()
        page.wait_for_load_state("networkidle")
        tab_to(page, "Tệp")
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Space")
        chooser.value.set_files({"name": "Báo cáo.pdf", "mimeType": "application/pdf", "buffer": PDF})
        tab_to(page, "Thêm tài liệu")
        page.keyboard.press("Enter")
        page.locator("li[data-kind=stored]").wait_for()
        tab_to(page, "Quay lại tiêu chí")
        page.keyboard.press("Enter")
        page.wait_for_url("**/linh-vuc/2/#c2-1-1")
        me.card("2.1.1").get_by_role("link", name="Báo cáo.pdf").wait_for()

        page.keyboard.press("Alt+ArrowDown")
        while page.evaluate("(document.activeElement.closest('[data-card]') || {}).id") != "c2-1-2":
            page.keyboard.press("Alt+ArrowDown")
        page.keyboard.type("3")
        tab_to(page, "Thêm tài liệu")
        me.card("2.1.2").locator(".score-l b", has_text="3,75").wait_for()
        tab_to(page, "Giải trình của 2.1.2")
        page.keyboard.type("Quyết định 44/QĐ-SGTVT")
        page.keyboard.press("Tab")
        me.card("2.1.2").locator("[data-save-line]", has_text="Đã lưu").wait_for()
        tab_to(page, "Sang lĩnh vực 3")
        page.keyboard.press("Enter")
        page.wait_for_url("**/linh-vuc/3/")
        tab_to(page, "Trình lãnh đạo")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Tự chấm").wait_for()
        tab_to(page, "Trình lãnh đạo")
        page.keyboard.press("Enter")
        page.get_by_text("Đã trình lãnh đạo.").wait_for()

    browser.visit(work, user=clerk)

    assessment.refresh_from_db()
    assert assessment.state == "awaiting_head"
    assert EvidenceLink.objects.get().score.node.code == "2.1.1"
    assert Score.objects.get(assessment=assessment, node__code="2.1.2").explanation == "Quyết định 44/QĐ-SGTVT"
