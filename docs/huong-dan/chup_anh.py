"""Take the pictures of the guides from a running demonstration.

    ./run demo                                                  # in another terminal
    .venv/bin/python docs/huong-dan/chup_anh.py                 # all pictures, into docs/huong-dan/anh/
    .venv/bin/python docs/huong-dan/chup_anh.py --only cong-dan-xep-hang --url http://127.0.0.1:8000

It signs in as the accounts of the demonstration, only looks, and writes nothing there. Best on a fresh
demonstration: what has been tried out is in the pictures too. Needs Chromium and the development requirements.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image
from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
PICTURES = HERE / "anh"
ROOT = HERE.parent.parent
WIDTH = 1280
LARGEST = 120 * 1024


class Picture(NamedTuple):
    """One picture: its file, who looks, and where; ``follow`` are the words of links to click on the way."""

    name: str
    user: str
    path: str
    follow: tuple[str, ...] = ()
    height: int = 860


PICTURE_LIST = (
    Picture("cong-dan-trang-chu", "", "/", height=900),
    Picture("cong-dan-xep-hang", "", "/2025/so-nganh/", height=900),
    Picture("cong-dan-don-vi", "", "/2025/don-vi/SXD25/", height=900),
    Picture("can-bo-viec", "canbo.sxd", "/lam-viec/ho-so/", height=900),
    Picture("can-bo-cau", "canbo.sxd", "/lam-viec/ho-so/", ("Làm tiếp",), height=760),
    Picture("can-bo-tai-lieu", "canbo.sxd", "/lam-viec/ho-so/", ("Làm tiếp", "Thêm tài liệu"), height=820),
    Picture("lanh-dao-nop", "lanhdao.sxd", "/lam-viec/ho-so/", ("Xem và nộp",), height=760),
    Picture("tham-dinh-danh-sach", "thamdinh.snv", "/lam-viec/tham-dinh/", height=760),
    Picture(
        "tham-dinh-ban",
        "thamdinh.snv",
        "/lam-viec/tham-dinh/",
        ("Phường Mộc Châu", "Thẩm định tiếp"),
        height=900,
    ),
    Picture("quan-ly-dot", "quanly.chiso", "/lam-viec/dot/2026/commune/", height=900),
    Picture("quan-ly-de-nghi", "quanly.chiso", "/lam-viec/ket-qua/2024/commune/xu-ly/", height=760),
    Picture("hoi-dong-ket-qua", "hoidong", "/lam-viec/ket-qua/2026/commune/", height=760),
    Picture("dieu-tra", "dieutra", "/lam-viec/dieu-tra/2026/commune/", height=700),
    Picture("quan-tri-tai-khoan", "quantri", "/lam-viec/tai-khoan/", height=640),
)


def passwords() -> dict[str, str]:
    """The passwords of the demonstration's accounts."""
    command = [sys.executable, "manage.py", "demo_accounts", "--json"]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout  # noqa: S603
    return {account["username"]: account["password"] for account in json.loads(said)}


def sign_in(page: Any, url: str, user: str, password: str) -> None:
    """Through the form, as everybody."""
    page.goto(f"{url}/dang-nhap/")
    page.fill("input[name=username]", user)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda address: "/dang-nhap/" not in address)


def follow(page: Any, word: str) -> None:
    """Click the first visible link of the page with these words."""
    page.locator("main a:visible", has_text=word).first.click()
    page.wait_for_load_state("networkidle")


def take(page: Any, url: str, picture: Picture) -> bytes:
    """Go there and look."""
    page.set_viewport_size({"width": WIDTH, "height": picture.height})
    page.goto(url + picture.path)
    for word in picture.follow:
        follow(page, word)
    page.evaluate("() => document.fonts.ready")
    return page.screenshot()


def save(name: str, shot: bytes) -> int:
    """Write a picture in as few colours as make it small enough; return its size in bytes."""
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    for colours in (128, 64, 32, 16):
        out = io.BytesIO()
        image.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            out, "PNG", optimize=True
        )
        if out.tell() <= LARGEST:
            break
    (PICTURES / f"{name}.png").write_bytes(out.getvalue())
    return out.tell()


def main() -> None:
    """Take the pictures asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--only", nargs="*", default=[], help="names of pictures")
    options = parser.parse_args()
    keys = passwords()
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        contexts: dict[str, Any] = {}
        for picture in PICTURE_LIST:
            if options.only and picture.name not in options.only:
                continue
            page = contexts.get(picture.user)
            if page is None:
                context = browser.new_context(
                    locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", reduced_motion="reduce"
                )
                page = contexts[picture.user] = context.new_page()
                if picture.user:
                    sign_in(page, options.url, picture.user, keys[picture.user])
            size = save(picture.name, take(page, options.url, picture))
            print(f"{picture.name}.png {size // 1024} KB")  # noqa: T201
        browser.close()


if __name__ == "__main__":
    main()
