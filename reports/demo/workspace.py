"""What a department leaves behind while it works: who does what, words to each other, documents of every kind.

All of it through the actions, at moments of the running year; only documents given in a year that was
brought in from files are written as rows.
"""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from django.core.files.uploadedfile import SimpleUploadedFile

from parindex import clock
from reports.demo import cast
from reports.demo.documents import Document, pdf_of
from reports.demo.history import moment
from scoring.actions.carrying import carry_forward
from scoring.actions.evidence import Particulars, add_evidence
from scoring.actions.evidence_links import link_evidence
from scoring.actions.evidence_versions import replace_evidence, withdraw_evidence
from scoring.actions.notes import add_note
from scoring.actions.receipts import attach_scan
from scoring.actions.reports import save_report_text
from scoring.actions.scores import Statement, save_score
from scoring.actions.sharing import share
from scoring.models import Assessment, Evidence, EvidenceLink, Score
from scoring.uploads import Checked, check
from units.authorization import Role
from units.models import Unit, User

if TYPE_CHECKING:
    from reports.demo.running import Today

#: The department whose clerk is tried out, and its second clerk.
TRIED, SECOND = "SXD25", "canbo2.sxd"

#: Areas of the one clerk and of the other, and what goes to somebody else inside an area.
SHARES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("1", "2", "4", "5", "8"), Role.CLERK),
    (("3", "6", "7"), SECOND),
    (("5.4",), SECOND),
)


class Said(NamedTuple):
    """A word to the colleagues: on which component, by whom, how many days ago, at which hour."""

    code: str
    who: str
    days: int
    hour: int
    words: str


NOTES = (
    Said("1.3.2", Role.CLERK, 6, 9, "Mới có biên bản kiểm tra, chưa có kết luận đóng dấu. Xin Thanh tra Sở rồi gắn thêm."),
    Said("1.3.2", Role.HEAD, 5, 16, "Gắn kết luận trước khi trình. Không có thì sửa lại số đơn vị đã kiểm tra."),
    Said("8.2.1", SECOND, 3, 10, "Số hồ sơ đúng hạn trên Cổng dịch vụ công tỉnh mới chốt đến 31/10."),
    Said("8.2.1", Role.CLERK, 2, 14, "Đã hỏi Bộ phận một cửa, đầu tháng 12 có số cả năm. Tạm để trống."),
    Said("5.5.2", Role.CLERK, 2, 15, "Phòng Tổ chức cán bộ đang rà soát, có văn bản thì mới trả lời."),
)

#: Last year's answers that were copied and wait for somebody to say that they still hold.
COPIED = ("5.4.1", "6.1.1", "6.3.1")

REPORT_TEXTS = {
    TRIED: (
        "Số liệu giải quyết thủ tục hành chính lấy từ hai hệ thống, chốt ở hai thời điểm nên phải đối chiếu thủ công.\n"
        "Biên chế phụ trách cải cách hành chính còn kiêm nhiệm.",
        "Đề nghị Sở Nội vụ thống nhất một thời điểm chốt số liệu cho mọi tiêu chí lấy từ Cổng dịch vụ công tỉnh.",
    ),
    "STP": (
        "Một số nhiệm vụ phối hợp phụ thuộc tiến độ của cơ quan chủ trì.",
        "Đề nghị UBND tỉnh giao thời hạn phối hợp ngay trong kế hoạch năm.\n"
        "Đề nghị tổ chức tập huấn cho công chức mới phụ trách cải cách hành chính trong quý I.",
    ),
}

#: What is to be mended in single components of the dossier that went back, and the one that has been mended.
RETURNED, MENDED = "SYT", "1.2.1"
RETURN_POINTS = {
    "1.1.3": "Số nhiệm vụ trong phụ lục khác số trong câu trả lời. Sửa cho khớp và ghi trang của danh mục.",
    "1.2.1": "Chưa rõ báo cáo nào gửi chậm. Ghi tên báo cáo và ngày gửi vào giải trình.",
    "4.2.2": "Gắn quyết định giao biên chế của năm.",
    "6.3.1": "Kèm bảng xác nhận giải ngân của Kho bạc Nhà nước.",
}
MENDED_WORDS = "Báo cáo quý III gửi ngày 25/9, chậm một ngày do chờ số liệu của hai đơn vị trực thuộc; các báo cáo khác đúng hạn."

#: Whose report was signed, stamped and scanned.
SIGNED = "STP"


def work(dossier: Assessment, today: Today) -> None:
    """What a department does besides answering, before its dossier is handed in."""
    code = dossier.unit.code
    if code in REPORT_TEXTS:
        difficulties, proposals = REPORT_TEXTS[code]
        save_report_text(assessment_id=dossier.pk, version=0, difficulties=difficulties, proposals=proposals,
                         by=today.of(Role.CLERK, code), now=today.past(-1, 8))  # fmt: skip
    if code == TRIED:
        _team(dossier, today)
        _documents(dossier, today)
        carry_forward(assessment_id=dossier.pk, codes=COPIED, by=_person(SECOND, today), now=today.past(-1, 14))


def after(dossier: Assessment, today: Today) -> None:
    """What a department does once its dossier was handed in or came back."""
    clerk = today.of(Role.CLERK, dossier.unit.code)
    if dossier.unit.code == RETURNED:
        score = Score.objects.get(assessment=dossier, node__code=MENDED)
        statement = Statement(answer=score.answer_value, explanation=MENDED_WORDS)
        save_score(assessment_id=dossier.pk, code=MENDED, version=score.version, statement=statement, by=clerk, now=today.now)
    if dossier.unit.code == SIGNED:
        name, content = "Bao-cao-tu-danh-gia-ban-ky.pdf", scan_of(_signed_report(dossier.unit, today))
        attach_scan(assessment_id=dossier.pk, number=1, upload=io.BytesIO(content), checked=_checked(name, content),
                    by=clerk, now=today.past(-1, 16))  # fmt: skip


def _person(who: str, today: Today) -> User:
    return today.people[SECOND] if who == SECOND else today.of(who, TRIED)


# --- Who does what -------------------------------------------------------------------------------


def _team(dossier: Assessment, today: Today) -> None:
    head = today.of(Role.HEAD, TRIED)
    for codes, who in SHARES:
        share(assessment_id=dossier.pk, codes=codes, people=[_person(who, today).pk], by=head, now=today.past(-18, 9))
    for said in NOTES:
        add_note(assessment_id=dossier.pk, code=said.code, words=said.words, by=_person(said.who, today),
                 now=today.past(-said.days, said.hour))  # fmt: skip


# --- Documents -----------------------------------------------------------------------------------


def _documents(dossier: Assessment, today: Today) -> None:
    """One of last year used again, a scan without text, one withdrawn, one replaced by a newer version."""
    unit, clerk, last = dossier.unit, today.of(Role.CLERK, TRIED), cast.RUNNING - 1
    rules = Document(unit.name, "41/QĐ-SXD", date(last, 4, 8), "Quyết định ban hành Quy chế làm việc và Quy chế chi tiêu nội bộ",
                     ("Điều 1. Ban hành kèm theo Quyết định này Quy chế làm việc và Quy chế chi tiêu nội bộ của Sở.",
                      "Điều 2. Quyết định có hiệu lực từ ngày ký."))  # fmt: skip
    given = _add(unit, rules, by=clerk, at=moment(date(last, 11, 20), 9))
    _given_last_year(unit, given, ("4.1.2", "6.1.2"))
    link_evidence(assessment_id=dossier.pk, code="4.1.2", evidence_id=given.pk, pages="Điều 1", by=clerk, now=today.past(-9, 9))

    record = Document(unit.name, "05/BB-SXD", today.day.replace(day=1), "Biên bản kiểm tra công tác cải cách hành chính",
                      ("Thành phần: Đoàn kiểm tra của Sở; lãnh đạo và công chức phòng được kiểm tra.",
                       "Kết quả: thực hiện đúng kế hoạch; còn hai việc chậm, hạn khắc phục 15 ngày."))  # fmt: skip
    scanned = _add(unit, record, by=clerk, at=today.past(-8, 10), content=scan_of(record))
    link_evidence(assessment_id=dossier.pk, code="1.3.2", evidence_id=scanned.pk, pages="tr. 1", by=clerk, now=today.past(-8, 10))

    draft = Document(unit.name, "Dự thảo 2", today.day.replace(day=1), "Dự thảo Báo cáo kết quả công tác cải cách hành chính năm",
                     ("Bản lấy ý kiến các phòng, chưa ban hành.",))  # fmt: skip
    withdraw_evidence(evidence_id=_add(unit, draft, by=clerk, at=today.past(-7, 10)).pk, by=clerk, now=today.past(-5, 11))
    _replace(unit, "92/TB-SXD", by=clerk, at=today.past(-1, 13))


def _replace(unit: Unit, number: str, *, by: User, at: datetime) -> None:
    """A newer version of a document, with the same particulars and a mended annex."""
    old = Evidence.objects.get(unit=unit, number=number)
    assert old.issued_on is not None  # the demonstration describes what it replaces
    known = Particulars(old.number, old.issued_on, old.issuer, old.title)
    words = ("Hội nghị đánh giá kết quả sáu tháng, nêu ba tồn tại và giao thời hạn khắc phục cho từng phòng.",
             "Phụ lục kèm theo thay phụ lục của bản trước, bổ sung thời hạn của Phòng Kinh tế xây dựng.")  # fmt: skip
    content = pdf_of(Document(unit.name, old.number, old.issued_on, old.title, words))
    checked = _checked(old.original_name.replace(".pdf", "-ban-2.pdf"), content)
    replace_evidence(evidence_id=old.pk, upload=io.BytesIO(content), checked=checked, particulars=known, by=by, now=at)


def _given_last_year(unit: Unit, evidence: Evidence, codes: tuple[str, ...]) -> None:
    """Last year came from files, which carry no documents: the links are rows of that day."""
    rows = Score.objects.filter(assessment__unit=unit, assessment__population__cycle__year=cast.RUNNING - 1, node__code__in=codes)
    EvidenceLink.objects.bulk_create(
        EvidenceLink(score=score, evidence=evidence, pages="Điều 1", linked_at=evidence.uploaded_at, linked_by=evidence.uploaded_by)
        for score in rows.order_by("pk")
    )


def _add(unit: Unit, document: Document, *, by: User, at: datetime, content: bytes = b"") -> Evidence:
    content = content or pdf_of(document)
    known = Particulars(document.number, document.day, document.issuer, document.title)
    checked = _checked(document.file_name, content)
    made, _new = add_evidence(unit_id=unit.pk, upload=io.BytesIO(content), checked=checked, particulars=known, by=by, now=at)
    return made


def _checked(name: str, content: bytes) -> Checked:
    return check(SimpleUploadedFile(name, content, "application/pdf"))


def _signed_report(unit: Unit, today: Today) -> Document:
    return Document(unit.name, "302/BC-STP", clock.today(today.past(-1, 16)), f"Báo cáo tự đánh giá năm {cast.RUNNING}",
                    ("Bản in của báo cáo đã nộp, kèm bảng điểm và phần giải trình.", "Đã ký, đóng dấu."))  # fmt: skip


def scan_of(document: Document) -> bytes:
    """The document as a scanner gives it: one picture for a page, no text; the same bytes every time."""
    import pypdfium2

    source = pypdfium2.PdfDocument(pdf_of(document))
    try:
        picture = source[0].render(scale=100 / 72).to_pil().convert("L")
    finally:
        source.close()
    out, day = io.BytesIO(), document.day.timetuple()
    picture.save(out, "PDF", resolution=100, creationDate=day, modDate=day)
    return out.getvalue()
