"""A picture: decoded, turned as the camera held it, written anew without anything it carried along."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from PIL import Image
from terms import MOST_HEIGHT, MOST_PIXELS, MOST_WIDTH, QUALITY, Refusal, fitted

Image.MAX_IMAGE_PIXELS = None  # counted below

ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def read_picture(path: str, say: Callable[[dict[str, Any]], None]) -> None:
    """One page, ``1.jpg``."""
    warnings.simplefilter("ignore")
    try:
        with Image.open(path, formats=("JPEG", "PNG")) as opened:
            picture = decoded(opened)
    except (OSError, ValueError, SyntaxError, ArithmeticError, LookupError):
        raise Refusal("broken") from None
    picture.save("1.jpg", "JPEG", quality=QUALITY, optimize=True)
    say({"pages": 1})
    say({"page": 1, "width": picture.width, "height": picture.height})
    say({"texts": [], "words": False})


def decoded(opened: Image.Image) -> Image.Image:
    """The picture in plain colours, upright, small enough to be shown, on white where it is transparent."""
    turn = opened.getexif().get(ORIENTATION, 1)
    if opened.format == "JPEG":
        opened.draft("RGB", (2 * MOST_WIDTH, 2 * MOST_HEIGHT))  # decoded at a fraction of its size where that is enough
    if opened.width * opened.height > MOST_PIXELS:
        raise Refusal("too_many_pixels")
    sides = opened.size[::-1] if turn in (5, 6, 7, 8) else opened.size
    scale = fitted(*sides, 1.0)
    plain = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    if scale < 1:
        size = (max(1, round(opened.width * scale)), max(1, round(opened.height * scale)))
        plain = plain.resize(size, Image.Resampling.LANCZOS)
    if plain.mode == "RGBA":
        plain = Image.alpha_composite(Image.new("RGBA", plain.size, "white"), plain).convert("RGB")
    return plain.transpose(TURNS[turn]) if turn in TURNS else plain
