"""Vietnamese text: one normal form, a key for searching without accents, a key for alphabetical order."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_BLANK_LINES = re.compile(r"\n{3,}")
_SORT_PARTS = re.compile(r"[0-9]+|[^\W\d_]+|\s+|.", re.DOTALL)

# Cc control, Cf invisible formatting (bidi marks, zero width, soft hyphen), Cs surrogates, Co private, Cn unassigned.
_UNWANTED = {"Cc", "Cf", "Cs", "Co", "Cn"}

# Tones in dictionary order: ngang 0, huyền 1, hỏi 2, ngã 3, sắc 4, nặng 5.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
# Letters in their own right: ă after a, â after ă, ê after e, ô and ơ after o, ư after u, đ after d.
_LETTERS = {"ă": "a1", "â": "a2", "đ": "d1", "ê": "e1", "ô": "o1", "ơ": "o2", "ư": "u1"}


def nfc(text: str) -> str:
    """The text in Unicode NFC, the form in which everything is stored and compared."""
    return unicodedata.normalize("NFC", text)


def clean_line(text: str) -> str:
    """One line: NFC, no control, bidi or zero-width characters, single spaces, trimmed."""
    if text.isprintable():  # nothing in it but characters to keep and plain spaces: the ordinary case, quickly
        return nfc(_SPACES.sub(" ", text).strip())
    spaced = "".join(" " if character.isspace() else character for character in text)
    return nfc(_SPACES.sub(" ", _without_unwanted(spaced)).strip())


def clean_text(text: str) -> str:
    """Several lines: as clean_line, but line breaks stay and at most one empty line stands between two."""
    lines = (
        text.replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\u2028", "\n")
        .replace("\u2029", "\n")
        .split("\n")
    )
    cleaned = "\n".join(clean_line(line) for line in lines)
    return _BLANK_LINES.sub("\n\n", cleaned).strip("\n")


def search_key(text: str) -> str:
    """The text without case, accents and extra spaces: "Mộc  Châu" and "moc chau" give the same key.

    đ counts as d, and the place of the tone mark does not matter (hoà, hòa). Compare by containment.
    """
    folded = unicodedata.normalize("NFKD", _without_unwanted_keep_space(text).casefold()).replace("đ", "d")
    bare = "".join(character for character in folded if unicodedata.category(character) != "Mn")
    return _SPACES.sub(" ", bare).strip()


def sort_key(text: str) -> str:
    """A string whose plain order is Vietnamese alphabetical order.

    Letters first (a ă â b c d đ e ê … y), then the tones (ngang huyền hỏi ngã sắc nặng) word by word, so that
    the place of a tone mark (hoà, hòa) does not matter; case does not count; runs of digits sort by value
    ("Phường 2" before "Phường 10"). The key holds only 0-9 and a-z, because those keep their order under every
    database collation; it is at most nine times as long as the text and about twice for ordinary names.
    """
    letters: list[str] = []
    tones: list[str] = []
    for part in _SORT_PARTS.findall(nfc(_without_unwanted_keep_space(text)).casefold().strip()):
        if part.isspace():
            letters.append("01")
        elif part.isascii() and part.isdigit():
            letters.append(_number_key(part))
        elif part[0].isalnum():
            word, tone = _word_key(part)
            letters.append(word)
            tones.append(tone)
        elif unicodedata.category(part) != "Mn":
            letters.append(f"02{ord(part):06x}")
    return "".join(letters) + "00" + "".join(tones).rstrip("0")


def _number_key(digits: str) -> str:
    value = digits.lstrip("0")
    # Length first, then the digits: equal lengths compare as numbers do. Base 36 keeps the length one character.
    length = min(len(value), 35)
    return "1" + "0123456789abcdefghijklmnopqrstuvwxyz"[length] + value


def _word_key(word: str) -> tuple[str, str]:
    key: list[str] = []
    tone = "0"
    for character in unicodedata.normalize("NFC", word):
        marks = unicodedata.normalize("NFD", character)
        for mark in marks[1:]:
            tone = _TONES.get(mark, tone)
        letter = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))
        key.append(_LETTERS.get(letter) or _foreign_letter(letter))
    return "".join(key), tone


def _foreign_letter(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    return base + "0" if "a" <= base <= "z" else f"zz{ord(base):06x}"


def _without_unwanted(text: str) -> str:
    return "".join(character for character in text if unicodedata.category(character) not in _UNWANTED)


def _without_unwanted_keep_space(text: str) -> str:
    return _without_unwanted("".join(" " if character.isspace() else character for character in text))
