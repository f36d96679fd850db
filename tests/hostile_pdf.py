"""PDF files as they come and as nobody should have to read them, written by hand."""

from __future__ import annotations

import zlib
from collections.abc import Sequence


def pdf(objects: Sequence[bytes], *, broken_table: bool = False) -> bytes:
    """A file of these objects, numbered from 1; the first is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % (place * 7919 % 10_000_000 if broken_table else place)
    start = 3 if broken_table else table
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


def of_pages(count: int, *, box: bytes = b"[0 0 595 842]", words: bytes = b"") -> bytes:
    """A document of equal pages, each with a line of text when there are words."""
    shown = b"BT /F1 14 Tf 72 700 Td (%s) Tj ET" % words if words else b"0.5 g 100 100 200 200 re f"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, b" ".join(b"%d 0 R" % (number + 5) for number in range(count))),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        stream(shown),
    ]
    page = b"<</Type/Page/Parent 2 0 R/MediaBox%s/Contents 4 0 R/Resources<</Font<</F1 3 0 R>>>>>>" % box
    return pdf([*objects, *[page] * count])


def one_page(content: bytes, resources: bytes, further: Sequence[bytes]) -> bytes:
    """A document of one page; ``further`` are the objects from 5 on."""
    return pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<%s>>>>" % resources,
            stream(content),
            *further,
        ]
    )


def endless() -> bytes:
    """Forms that call forms, ten times each, nine deep: a page that is never finished."""
    levels = 9
    further = []
    for level in range(levels):
        below = level + 6
        head = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X %d 0 R>>>>" % below
        further.append(stream(b"/X Do " * 12, head))
    further.append(stream(b"0 0 m 500 500 l 300 100 l f " * 20, b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]"))
    return one_page(b"/X Do", b"/XObject<</X 5 0 R>>", further)


def swelling() -> bytes:
    """A picture of 30 000 × 30 000 points in a few kilobytes."""
    packed = zlib.compress(bytes(30_000 * 3_750), 9)
    head = (
        b"/Type/XObject/Subtype/Image/Width 30000/Height 30000/ColorSpace/DeviceRGB/BitsPerComponent 8"
        b"/Filter/FlateDecode"
    )
    return one_page(b"595 0 0 842 0 0 cm /I Do", b"/XObject<</I 5 0 R>>", [stream(packed, head)])


def own_parent() -> bytes:
    """A page tree that holds itself."""
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 3/Kids[2 0 R 2 0 R 2 0 R]>>"])


def deep() -> bytes:
    """Arrays in arrays, a hundred thousand deep, where the page's size should stand."""
    nested = b"[" * 100_000 + b"]" * 100_000
    return of_pages(1, box=nested)


def lying_count() -> bytes:
    """A tree that says it has two thousand million pages."""
    return of_pages(1).replace(b"/Count 1/", b"/Count 2000000000/")
