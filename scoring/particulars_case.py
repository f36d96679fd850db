"""Names in capitals written as officials write them: "SỞ KẾ HOẠCH VÀ ĐẦU TƯ" → "Sở Kế hoạch và Đầu tư". Pure."""

from __future__ import annotations

import re

ABBREVIATIONS = frozenset(
    {"UBND", "HĐND", "MTTQ", "CCHC", "TTHC", "KSTTHC", "CNTT", "BQL", "ĐBQH", "QH", "TW", "TNHH", "ISO", "PAR", "SIPAS", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"}
)
#: What a place name follows.
PLACES = ("TỈNH", "HUYỆN", "XÃ", "PHƯỜNG", "QUẬN", "THÀNH PHỐ", "THỊ XÃ", "THỊ TRẤN")
#: Kinds of bodies with a name of common words, the first of which takes a capital.
NAMED = ("SỞ", "BỘ", "PHÒNG", "BAN", "CHI CỤC", "CỤC", "TRUNG TÂM")
#: Kinds of bodies followed by common words in small letters, or by a place.
PLAIN = ("ỦY BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN", "UBND", "HĐND", "VĂN PHÒNG", "THANH TRA", "CÔNG AN")
#: Kinds of bodies whose name may hold names of places or people: left as printed.
OPAQUE = (
    "TRƯỜNG", "BỆNH VIỆN", "CÔNG TY", "KHO BẠC", "BẢO HIỂM", "TỈNH ỦY", "HUYỆN ỦY", "THÀNH ỦY", "ĐẢNG ỦY", "TỔNG CỤC", "HỘI",
    "LIÊN HIỆP", "LIÊN ĐOÀN", "TỈNH ĐOÀN", "TÒA ÁN", "VIỆN", "CHÍNH PHỦ", "THỦ TƯỚNG", "BAN CHỈ ĐẠO", "HỘI ĐỒNG", "TỔ",
)  # fmt: skip
STARTS = tuple(sorted({*NAMED, *PLAIN, *OPAQUE, "ỦY BAN", "UỶ BAN"}, key=len, reverse=True))
#: A line that cannot end the name of a body, so the next one goes on.
INCOMPLETE = frozenset({"VĂN PHÒNG", "BAN QUẢN LÝ", "TRUNG TÂM", "CHI CỤC", "THANH TRA", "ỦY BAN", "UỶ BAN", "HỘI ĐỒNG", "VĂN PHÒNG HĐND VÀ"})

_OVER = re.compile(
    r"^((?:UBND|ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN) (?:TỈNH|HUYỆN|THÀNH PHỐ|THỊ XÃ) \w+(?: \w+){0,2}?) ((?:SỞ|PHÒNG|BAN|THANH TRA|VĂN PHÒNG)\b.+)$"
)


def is_upper(line: str) -> bool:
    """Whether a line is in capitals (signs and figures aside)."""
    letters = [character for character in line if character.isalpha()]
    return bool(letters) and 10 * sum(character.isupper() for character in letters) >= 9 * len(letters)


def issuer_in_normal_case(lines: list[str]) -> str:
    """The last of the bodies named in these lines of capitals; "" when its beginning is not a known kind of body."""
    bodies: list[str] = []
    for line in (part for given in lines for part in _split(given)):
        if bodies and (bodies[-1] in INCOMPLETE or not _start_of(line)):
            bodies[-1] += f" {line}"
        else:
            bodies.append(line)
    return _body(bodies[-1]) if bodies and _start_of(bodies[-1]) else ""


def _split(line: str) -> list[str]:
    """Two bodies that were printed one below the other and run together."""
    line = line.strip(" *-–_.,:")
    found = _OVER.match(line)
    return [found[1], found[2]] if found else [line] if line else []


def _start_of(line: str) -> str:
    return next((start for start in STARTS if line == start or line.startswith(f"{start} ")), "")


def _body(name: str) -> str:
    kind = _start_of(name)
    if kind in OPAQUE or kind in ("ỦY BAN", "UỶ BAN"):
        return name
    rest = name[len(kind) :].strip()
    shown = kind if kind in ABBREVIATIONS else kind.capitalize()
    if kind in NAMED:
        return f"{shown} {_named(rest)}".strip() if rest else ""
    if rest:
        return f"{shown} {in_sentence_case(rest, capital=False)}"
    return "" if kind in INCOMPLETE or kind in PLAIN else shown


def _named(rest: str) -> str:
    """Common words, each part after "và", a comma or a dash beginning with a capital."""
    parts = re.split(r"(, | - | – |-|–| VÀ )", rest)
    words = [part if place % 2 else in_sentence_case(part) for place, part in enumerate(parts)]
    return "".join(part.lower() if place % 2 else part for place, part in enumerate(words))


def in_sentence_case(said: str, *, capital: bool = True) -> str:
    """Capitals as a sentence: small letters, but abbreviations and the names of places keep theirs."""
    words = said.split(" ")
    shown: list[str] = []
    name_from = None
    for place, word in enumerate(words):
        bare = word.strip(",.;:()")
        pair = " ".join(words[place : place + 2])
        if bare in ABBREVIATIONS or any(character.isdigit() for character in bare):
            name_from = None
            shown.append(word)
        elif any(pair == known or bare == known for known in PLACES) and not (word == "XÃ" and pair == "XÃ HỘI"):
            name_from = place + (2 if pair in PLACES else 1)
            shown.append(word.lower())
        elif name_from is not None and name_from <= place < name_from + 2:
            shown.append(word.capitalize())
        else:
            shown.append(word.lower())
    result = " ".join(shown)
    return result[:1].upper() + result[1:] if capital else result
