"""Number, date, issuer and title of an official document, read from the text of its first page.

The head is laid out as Nghị định 30/2020/NĐ-CP (Phụ lục I) asks: issuer and number on the left, motto, place and date on
the right, then the kind of the document and what it is about. A PDF gives these lines in any order, with the two columns
run together or lines broken; what is not certain is left out. Pure: text in, values out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from parindex import text
from scoring.particulars_case import in_sentence_case, is_upper, issuer_in_normal_case

HEAD_LINES = 45
MOST_TITLE_LINES = 6

KINDS = {
    key.replace(" ", ""): shown
    for key, shown in {
        "ke hoach": "Kế hoạch",
        "bao cao": "Báo cáo",
        "quyet dinh": "Quyết định",
        "to trinh": "Tờ trình",
        "thong bao": "Thông báo",
        "nghi quyet": "Nghị quyết",
        "chi thi": "Chỉ thị",
        "chuong trinh": "Chương trình",
        "huong dan": "Hướng dẫn",
        "quy che": "Quy chế",
        "quy dinh": "Quy định",
        "de an": "Đề án",
        "phuong an": "Phương án",
        "bien ban": "Biên bản",
        "giay moi": "Giấy mời",
        "cong dien": "Công điện",
    }.items()
}

# Patterns are matched on the folded line: no accents, small letters, place for place as long as the line itself.
_SIGNATURE = re.compile(
    r"^(?:(?:nguoi )?ky (?:boi|so|ngay)|nguoi ky|ngay ky|gio ky|thoi gian ky|chu ky so|e-?mail ?:|co quan ?:|to chuc ?:|"
    r"digitally|signature|signed|signer|dn ?:|date ?:|reason ?:|location ?:|foxit|c=vn|"
    r"(?:cong van )?den(?: so\b| ?:| ngay\b|$))"
)
_MOTTO = re.compile(r"cong ?h ?oa ?xa ?hoi ?chu|doc ?lap ?[-–—.] ?tu ?do|dang cong san viet nam")
_DATE = re.compile(
    r"n ?g ?a ?y\s*([0-3]?\d)\s*t ?h ?a ?n ?g\s*([01]?\d)\s*n ?a ?m\s*((?:19|20) ?\d ?\d)(?!\d)"
)
_UNDATED = re.compile(r"n ?g ?a ?y\s*[\d._ …]*\s*t ?h ?a ?n ?g\s*[\d._ …]*\s*n ?a ?m")
_BODY = re.compile(
    r"^(?:can cu|kinh gui|kinh trinh|thuc hien (?:cong van|quyet dinh|ke hoach|nghi|chi thi|luat|thong tu|huong dan|"
    r"chuong trinh|van ban|y kien|su chi dao|ket luan)|theo |xet |trong (?:nam|quy|thang|thoi gian)|nam \d{4},|"
    r"nham |de (?:trien khai|thuc hien|tiep tuc)|ngay \d|(?:i|ii|1|a)[.)/] ?\S|dieu \d|chuong (?:i|1)\b|phan (?:thu|i\b|1)|"
    r"\(|[-_*=.–—]{3,}|(?:giam doc|chu tich|pho giam doc|truong ban|chanh|thu truong|bo truong|cuc truong)\b|"
    r"so [\w ,-]{2,60} (?:bao cao|ban hanh|xay dung|thong bao|de nghi|tong hop)\b)"
)
_NUMBER_START = re.compile(r"^so\s*[:.]?\s*(?=\d|$)")
_ABOUT = re.compile(r"^(?:v/v|v / v|ve viec)\s*[:.]?\s*")
_RULE = re.compile(r"^[\W_]*$|^\d{1,3}$")

_PIECE = r"[A-ZĐÂĂÊÔƠƯ0-9][A-Za-zĐđÂĂÊÔƠƯ0-9]{0,14}"
_SIGN = rf"{_PIECE}(?:\s?[-–&.]\s?{_PIECE}){{0,4}}"
_NUMBER = re.compile(
    rf"^[^\d]{{2,6}}\s*[:.]?\s*(?P<n>\d{{1,6}}[a-zA-Z]?)\s*"
    rf"(?:/\s*(?P<year>(?:19|20)\d\d)\s*/\s*(?P<sign>{_SIGN})|/\s*(?P<plain>{_SIGN})|-\s*(?P<party>{_PIECE}\s?/\s?{_SIGN}))(?=\s|,|;|$)"
)


@dataclass(frozen=True)
class Found:
    """What a document says about itself; "" or None where it is not certain."""

    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    title: str = ""


@dataclass(frozen=True)
class _Line:
    """A line as written, and folded to the same length."""

    shown: str
    key: str

    def cut(self, end: int) -> _Line:
        """The part before a place."""
        return _Line(self.shown[:end].rstrip(" ,-–"), self.key[:end].rstrip(" ,-–"))


def read_particulars(first_page: str) -> Found:
    """What the text of the first page says; never raises, whatever the text."""
    head = _head(first_page)
    place, number = _number(head)
    return Found(
        number=number,
        issued_on=_date(head),
        issuer=_issuer(head[:place]) if number else "",
        title=_title(head, place if number else 0)[:500],
    )


def has_words(page: str) -> bool:
    """Whether a page has text of its own, beside what a digital signature or a page number puts on a scan."""
    return sum(character.isalpha() for line in _lines(page) for character in line.shown) >= 20


def _fold(line: str) -> str:
    """The line without accents and case, of the same length."""
    return "".join(
        "d" if character in "đĐ" else unicodedata.normalize("NFD", character)[0].casefold()[:1] or character
        for character in line
    )


def _lines(page: str) -> list[_Line]:
    """The lines of a page in NFC, single spaces, without digital signatures and empty ones."""
    found = []
    for raw in text.clean_text(page[:40_000]).split("\n"):
        shown = "".join(character for character in raw if unicodedata.category(character) != "Mn")
        key = _fold(shown)
        if shown and not _RULE.match(key) and not _SIGNATURE.match(key):
            found.append(_Line(shown, key))
    return found


def _head(page: str) -> list[_Line]:
    """The lines above the body, the motto of the right column cut off."""
    head = []
    for line in _lines(page)[:HEAD_LINES]:
        motto = _MOTTO.search(line.key)
        if motto:
            line = line.cut(motto.start())
        if line.shown:
            head.append(line)
    return head


def _joined(lines: list[_Line], place: int, count: int) -> _Line:
    part = lines[place : place + count]
    return _Line(" ".join(line.shown for line in part), " ".join(line.key for line in part))


# --- Number --------------------------------------------------------------------------------------


def _number(head: list[_Line]) -> tuple[int, str]:
    """Which line begins with the number, and the number; (0, "") when there is none."""
    for place, line in enumerate(head):
        if _NUMBER_START.match(line.key):
            for count in (1, 2, 3):
                found = _NUMBER.match(_joined(head, place, count).shown)
                if found and not (count < 3 and _goes_on(head, place, count, found)):
                    return place, _written(found)
            return 0, ""
        if _BODY.match(line.key):
            break
    return 0, ""


def _goes_on(head: list[_Line], place: int, count: int, found: re.Match[str]) -> bool:
    """Whether the sign was broken after its hyphen: "215/KH-" and "SGTVT" on the next line."""
    joined = _joined(head, place, count).shown
    return joined[found.end() :].lstrip().startswith(("-", "–")) and place + count < len(head)


def _written(found: re.Match[str]) -> str:
    parts = [found["n"], found["year"], found["sign"] or found["plain"]]
    number = f"{found['n']}-{found['party']}" if found["party"] else "/".join(part for part in parts if part)
    return re.sub(r"\s+", "", number).replace("–", "-")[:100]


# --- Date ----------------------------------------------------------------------------------------


def _date(head: list[_Line]) -> date | None:
    """The day beside the place: "Sơn La, ngày 14 tháng 12 năm 2023"."""
    for place, line in enumerate(head):
        if _BODY.match(line.key) and not line.key.startswith("ngay"):
            return None
        for count in (1, 2):
            joined = _joined(head, place, count)
            found = _DATE.search(joined.key)
            if found and (count == 1 or found.start() < len(line.key)) and _is_place(joined.shown[: found.start()]):
                return _day(found)
    return None


def _is_place(before: str) -> bool:
    """Whether what stands before "ngày" is a place (after the number, when the columns run together)."""
    number = _NUMBER.match(before)
    words = (before[number.end() :] if number else before).replace(",", " , ").split()
    names = [word for word in words if word not in (",", "-", "–")]
    return 1 <= len(names) <= 6 and all(name[0].isupper() and not name.isdigit() for name in names)


def _day(found: re.Match[str]) -> date | None:
    try:
        return date(int(found[3].replace(" ", "")), int(found[2]), int(found[1]))
    except ValueError:
        return None


# --- Issuer --------------------------------------------------------------------------------------


def _issuer(above: list[_Line]) -> str:
    """The last body named above the number; the body over it is left out."""
    lines = [line for line in above if not _UNDATED.search(line.key)]
    if not lines or not all(is_upper(line.shown) for line in lines):
        return ""
    return issuer_in_normal_case([line.shown for line in lines])[:200]


# --- Title ---------------------------------------------------------------------------------------


def _title(head: list[_Line], after: int) -> str:
    """What the document is about: after the kind ("Kế hoạch …"), or after "V/v" in a letter."""
    for place in range(after, len(head)):
        line = head[place]
        about = _ABOUT.match(line.key)
        if about:
            return _about(head, place, about.end())
        kind, rest = _kind(line)
        if kind:
            return _after_kind(head, place, kind, rest)
        if _BODY.match(line.key):
            break
    return ""


def _kind(line: _Line) -> tuple[str, str]:
    """The kind a line names in capitals, and what follows on it."""
    if not is_upper(line.shown):
        return "", ""
    bare = line.key.replace(" ", "")
    if bare in KINDS:
        return KINDS[bare], ""
    words = line.shown.split(" ")
    kind = KINDS.get("".join(line.key.split(" ")[:2]), "")
    return (kind, " ".join(words[2:])) if kind and len(words) > 3 else ("", "")


def _until_body(head: list[_Line], place: int, begun: str = "") -> list[str] | None:
    """Lines from a place to where the body begins; None when its beginning is not seen."""
    found: list[str] = []
    for line in head[place:]:
        if (found or begun) and (_BODY.match(line.key) or _begins_authority(line, begun or found[0])):
            return found
        if _UNDATED.search(line.key) or _NUMBER_START.match(line.key):
            continue
        if len(found) >= MOST_TITLE_LINES:
            return None
        found.append(line.shown)
    return None


def _begins_authority(line: _Line, first: str) -> bool:
    """In a decision the authority stands in capitals below what it is about."""
    return is_upper(line.shown) and not is_upper(first)


def _after_kind(head: list[_Line], place: int, kind: str, rest: str) -> str:
    below = _until_body(head, place + 1, rest)
    if below is None or (below and not rest and _BODY.match(_fold(below[0]))):
        return ""
    if rest and below and not is_upper(below[0]):
        below = []
    said = " ".join([rest, *below]).strip()
    said = in_sentence_case(said) if is_upper(said) else said
    return f"{kind} {_small(said)}" if len(said) >= 8 else ""


def _about(head: list[_Line], place: int, start: int) -> str:
    first = head[place].shown[start:]
    below = _until_body([_Line(first or "…", ""), *head[place + 1 :]], 0)
    said = " ".join(below or []).strip(" …")
    return f"Về việc {_small(said)}" if len(said) >= 8 else ""


def _small(said: str) -> str:
    """The first letter small, unless the first word is an abbreviation."""
    first = said.split(" ", 1)[0]
    return said if len(first) > 1 and is_upper(first) else said[:1].lower() + said[1:]
