"""Documents of a few units in the running year: real files, uploaded and given as their clerks would."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.files.uploadedfile import SimpleUploadedFile

from parindex import clock
from reports.demo.documents import Annex, Document, pdf_of
from scoring.actions.evidence import Particulars, add_evidence
from scoring.actions.evidence_links import link_evidence
from scoring.models import Assessment
from scoring.uploads import check
from units.models import Level, Unit, User


class Paper(NamedTuple):
    """A kind of document: its number with the unit's sign, the day before the upload, and what it proves where."""

    number: str
    days: int
    title: str
    paragraphs: tuple[str, ...]
    proves: tuple[tuple[str, str], ...]  # component, pages
    annexes: tuple[Annex, ...] = ()
    described: bool = True  # False: number, date, issuer and title are left for the portal to read


TASKS = (
    "Rà soát, đơn giản hóa thủ tục hành chính",
    "Kiểm tra kỷ luật, kỷ cương hành chính",
    "Sắp xếp tổ chức bộ máy bên trong",
    "Bồi dưỡng công chức bộ phận một cửa",
    "Tự chủ tài chính của đơn vị sự nghiệp",
    "Dịch vụ công trực tuyến toàn trình",
    "Lấy ý kiến hài lòng của người dân",
)


PLAN = Paper(
    "215/KH-{sign}",
    330,
    "Kế hoạch cải cách hành chính năm",
    (
        "I. Mục đích, yêu cầu: thực hiện đủ các lĩnh vực cải cách hành chính; mỗi nhiệm vụ có sản phẩm, thời hạn, người chịu trách nhiệm.",
        "II. Nhiệm vụ: 20 nhiệm vụ, chia theo bảy lĩnh vực, có phụ lục kèm theo.",
        "III. Kinh phí: bố trí trong dự toán chi thường xuyên được giao.",
    ),
    (("1.1.1", "tr. 1"), ("1.1.2", "Phụ lục, tr. 4–9")),
    (Annex("PHỤ LỤC. DANH MỤC NHIỆM VỤ", 4, 9, TASKS),),
)
REPORT = Paper(
    "131/BC-{sign}",
    4,
    "Báo cáo kết quả thực hiện công tác cải cách hành chính năm",
    (
        "I. Kết quả: hoàn thành 18 trên 20 nhiệm vụ trong Kế hoạch; hai nhiệm vụ chuyển sang quý I năm sau.",
        "II. Báo cáo định kỳ: quý I, 6 tháng, quý III và báo cáo năm đã gửi qua hệ thống quản lý văn bản.",
        "III. Biểu 2, trang 11: danh mục nhiệm vụ kèm sản phẩm.",
    ),
    (("1.1.3", "Biểu 2, tr. 11"), ("1.2.1", "mục II"), ("1.2.2", "Phụ lục")),
    (Annex("BIỂU 1. SỐ LIỆU CHUNG", 8, 10, TASKS), Annex("BIỂU 2. DANH MỤC NHIỆM VỤ VÀ SẢN PHẨM", 11, 12, TASKS)),
)
NOTE = Paper(
    "92/TB-{sign}",
    130,
    "Thông báo kết luận hội nghị sơ kết công tác cải cách hành chính 6 tháng",
    (
        "Hội nghị đánh giá kết quả sáu tháng, nêu ba tồn tại và giao thời hạn khắc phục cho từng phòng.",
        "Các phòng báo cáo kết quả khắc phục trước ngày 15 tháng 9.",
    ),
    (("1.2.3", "tr. 1–2"),),
    (Annex("PHỤ LỤC. TỒN TẠI VÀ THỜI HẠN KHẮC PHỤC", 2, 2, TASKS),),
)
INSPECTION = Paper(
    "18/KH-{sign}",
    290,
    "Kế hoạch kiểm tra công tác cải cách hành chính năm",
    ("Kiểm tra ba đơn vị trực thuộc trong quý II và quý III; có kết luận bằng văn bản cho từng đơn vị.",),
    (("1.3.1", "tr. 1"),),
    described=False,
)

#: Sign of the unit in its document numbers, and its papers.
PAPERS: dict[str, tuple[str, tuple[Paper, ...]]] = {
    "SXD25": ("SXD", (PLAN, REPORT, NOTE, INSPECTION)),
    "STP": ("STP", (PLAN, REPORT)),
    "SNV25": ("SNV", (PLAN, REPORT)),
    "VPUB": ("VPUB", (PLAN,)),
    "SYT": ("SYT", (PLAN, REPORT)),
    "03980": ("UBND", (PLAN, REPORT)),
    "03646": ("UBND", (PLAN,)),
    "04105": ("UBND", (PLAN,)),
}


def proves(unit_code: str, component: str) -> bool:
    """Whether a document of the unit is given for a component."""
    _sign, papers = PAPERS.get(unit_code, ("", ()))
    return any(component == code for paper in papers for code, _pages in paper.proves)


def attach(dossier: Assessment, *, by: User, at: datetime) -> None:
    """Upload the papers of a dossier's unit and give them for what they prove."""
    sign, papers = PAPERS.get(dossier.unit.code, ("", ()))
    answered = set(dossier.scores.values_list("node__code", flat=True))
    for place, paper in enumerate(papers):
        when = at + timedelta(minutes=7 * place)
        document = Document(
            **head_of(dossier.unit),
            number=paper.number.format(sign=sign),
            day=clock.today(at) - timedelta(days=paper.days),
            title=f"{paper.title} {dossier.population.cycle.year}",
            paragraphs=paper.paragraphs,
            annexes=paper.annexes,
        )
        evidence_id = _upload(dossier.unit_id, document, described=paper.described, by=by, at=when)
        for code, pages in paper.proves:
            if code in answered:
                link_evidence(
                    assessment_id=dossier.pk, code=code, evidence_id=evidence_id, pages=pages, by=by, now=when
                )


def head_of(unit: Unit) -> dict[str, str]:
    """Issuer, body above it and place, as the head of a document of the unit names them."""
    if unit.level == Level.DEPARTMENT:
        return {"issuer": unit.name}
    return {"issuer": f"UBND {unit.name[:1].lower()}{unit.name[1:]}", "over": "", "place": unit.name.split(" ", 1)[-1]}


def _upload(unit_id: int, document: Document, *, described: bool, by: User, at: datetime) -> int:
    content = pdf_of(document)
    upload = SimpleUploadedFile(document.file_name, content, "application/pdf")
    known = Particulars(document.number, document.day, document.issuer, document.title)
    particulars = known if described else Particulars()
    made, _new = add_evidence(
        unit_id=unit_id, upload=io.BytesIO(content), checked=check(upload), particulars=particulars, by=by, now=at
    )
    return made.pk
