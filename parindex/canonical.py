"""One way to write a value as JSON, so that the same value always has the same bytes and the same digest.

Keys are sorted by code point, nothing is padded, text stays UTF-8, decimals are plain JSON numbers without an
exponent and without needless zeros (1.50 is written 1.5, and 2.0 as 2). Floats are refused in both directions:
numbers with a decimal part are read as Decimal. A script of the standard library can reproduce every byte.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, NoReturn

MAX_DIGITS = 40  # of one number; a longer one is an attack or a slip, never a score


class CanonicalError(ValueError):
    """A value or text that has no canonical form."""


def dumps(value: Any) -> str:
    """Write a value of dict, list, tuple, str, int, Decimal, bool and None as canonical JSON.

    Raises CanonicalError for floats, keys that are not text, other types and numbers that are not finite.
    """
    parts: list[str] = []
    _write(value, parts)
    return "".join(parts)


def _write(value: Any, parts: list[str]) -> None:
    if isinstance(value, str):
        parts.append(encode_basestring(value))
    elif value is None or isinstance(value, bool):
        parts.append({None: "null", True: "true", False: "false"}[value])
    elif isinstance(value, int):
        parts.append(_whole(value))
    elif isinstance(value, Decimal):
        parts.append(_number(value))
    elif isinstance(value, Mapping):
        _write_mapping(value, parts)
    elif isinstance(value, list | tuple):
        parts.append("[")
        for index, item in enumerate(value):
            if index:
                parts.append(",")
            _write(item, parts)
        parts.append("]")
    else:
        raise CanonicalError(f"{type(value).__name__} has no canonical form")


def _write_mapping(value: Mapping[Any, Any], parts: list[str]) -> None:
    if not all(isinstance(key, str) for key in value):
        raise CanonicalError("keys must be text")
    parts.append("{")
    for index, key in enumerate(sorted(value)):
        if index:
            parts.append(",")
        parts.append(encode_basestring(key))
        parts.append(":")
        _write(value[key], parts)
    parts.append("}")


def _whole(value: int) -> str:
    if abs(value) >= 10**MAX_DIGITS:
        raise CanonicalError("a number has too many digits")
    return int.__repr__(value)


def _number(value: Decimal) -> str:
    if not value.is_finite():
        raise CanonicalError(f"{value} has no canonical form")
    if not value:
        return "0"
    if value.adjusted() > MAX_DIGITS or int(value.as_tuple().exponent) < -MAX_DIGITS:
        raise CanonicalError("a number has too many digits")
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def loads(text: str) -> Any:
    """Read JSON: whole numbers as int, others as Decimal; refuse duplicate keys, NaN and Infinity.

    Raises CanonicalError with an English reason; callers that speak to people add their own sentence.
    """
    try:
        return json.loads(
            text,
            parse_float=_read_decimal,
            parse_int=_read_int,
            parse_constant=_refuse_constant,
            object_pairs_hook=_read_object,
        )
    except CanonicalError:
        raise
    except (ValueError, RecursionError) as error:
        raise CanonicalError(f"not JSON: {error}") from error


def _read_decimal(text: str) -> Decimal:
    value = Decimal(text)
    if len(text) > 2 * MAX_DIGITS or (value and abs(value.adjusted()) > MAX_DIGITS):
        raise CanonicalError("a number has too many digits")
    return value


def _read_int(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise CanonicalError("a number has too many digits")
    return int(text)


def _refuse_constant(name: str) -> NoReturn:
    raise CanonicalError(f"{name} is not a number")


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        counted = Counter(key for key, _value in pairs)
        twice = sorted(key for key, times in counted.items() if times > 1)
        raise CanonicalError(f"duplicate key: {', '.join(twice)}")
    return value


def digest(value: Any) -> str:
    """SHA-256, in hexadecimal, of a text or bytes as they are, or of any other value in canonical form."""
    if not isinstance(value, str | bytes):
        value = dumps(value)
    data = value.encode("utf-8") if isinstance(value, str) else value
    return hashlib.sha256(data).hexdigest()
