"""Take the pictures of the guides from a running demonstration.

    ./run demo                                                  # in another terminal
    .venv/bin/python docs/huong-dan/chup_anh.py                 # all pictures, into docs/huong-dan/anh/
    .venv/bin/python docs/huong-dan/chup_anh.py --only cong-dan-xep-hang --url http://127.0.0.1:8000

It signs in as the accounts of the demonstration and only looks; the picture of a workbook's differences leaves a
workbook that was put away again. Best on a fresh demonstration: what has been tried out is in the pictures too.
Needs Chromium and the development requirements.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
PICTURES = HERE / "anh"
ROOT = HERE.parent.parent
WIDTH = 1440
LARGEST = 150 * 1024
AIR = 16


class Picture(NamedTuple):
    """One picture: its file, who looks, and where; ``follow`` are the words of links to click on the way.

    ``act`` does the rest before the picture is taken and ``undo`` puts it right afterwards. ``crop`` is the selector
    of what is to be seen, at most ``height`` high; without one it is the window.
    """

    name: str
    user: str
    path: str
    follow: tuple[str, ...] = ()
    height: int = 860
    crop: str = ""
    width: int = WIDTH
    act: Callable[[Any], None] | None = None
    undo: Callable[[Any], None] | None = None


HOME = "/lam-viec/ho-so/"


def cut_the_line(page: Any) -> None:
    """Answer while the line is cut: the page says so and keeps the answer."""
    page.context.set_offline(True)
    page.locator("[data-card] input[type=radio]:not(:checked)").first.check()
    page.locator("[data-save-note]").wait_for()


def forget_the_answer(page: Any) -> None:
    """Close what could not be sent, so that it never will be."""
    page.evaluate("() => window.sessionStorage.clear()")
    page.locator("form[data-autosave]").evaluate_all("(forms) => forms.forEach((form) => form.remove())")
    page.context.set_offline(False)


def hand_in_a_workbook(page: Any) -> None:
    """Download the sheet, choose other answers in it, and hand it in: the page of differences."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tải phiếu Excel").click()
    path = waiting.value.path()
    book = load_workbook(io.BytesIO(path.read_bytes()))
    choose_others(book, 3)
    filled = path.with_name("phieu-da-dien.xlsx")
    book.save(filled)
    page.set_input_files("input[type=file]", filled)
    page.get_by_role("button", name="Nộp tệp và xem chỗ khác nhau").click()
    page.get_by_role("button", name="Bỏ tệp").wait_for()


def choose_others(book: Any, most: int) -> None:
    """Choose another label where a cell offers a list, ``most`` times."""
    left = most
    for sheet in book.worksheets:
        for validation in sheet.data_validations.dataValidation:
            labels = labels_of(book, validation.formula1 or "")
            for cells in validation.sqref.ranges if left and len(labels) > 2 else ():
                cell = sheet.cell(cells.min_row, cells.min_col)
                cell.value = next(label for label in labels if label != cell.value)
                left -= 1
                break


def labels_of(book: Any, formula: str) -> list[str]:
    """What a list of a cell offers, from the range it names."""
    if "!" not in formula:
        return []
    sheet, cells = formula.lstrip("=").split("!")
    found = book[sheet.strip("'")][cells.replace("$", "")]
    return [str(row[0].value) for row in found] if isinstance(found, tuple) else []


def put_away(page: Any) -> None:
    """Drop the workbook."""
    page.get_by_role("button", name="Bỏ tệp").click()
    page.wait_for_load_state("networkidle")


PICTURE_LIST = (
    Picture("cong-dan-trang-chu", "", "/", height=900),
    Picture("cong-dan-xep-hang", "", "/2025/so-nganh/", height=900),
    Picture("cong-dan-don-vi", "", "/2025/don-vi/SXD25/", height=900),
    Picture("can-bo-viec", "canbo.sxd", HOME, height=980),
    Picture("can-bo-bang", "canbo.sxd", HOME, ("Bảng tiêu chí",), height=900),
    Picture("can-bo-cau", "canbo.sxd", HOME, ("1. Công tác chỉ đạo",), crop="#c1-1-3"),
    Picture(
        "can-bo-mat-mang",
        "canbo.sxd",
        HOME,
        ("8. Thực hiện cơ chế",),
        crop="#c8-1-1",
        act=cut_the_line,
        undo=forget_the_answer,
    ),
    Picture(
        "can-bo-excel",
        "canbo.sxd",
        HOME,
        ("Làm bằng Excel khi mất mạng",),
        height=760,
        act=hand_in_a_workbook,
        undo=put_away,
    ),
    Picture("can-bo-xac-nhan", "canbo.sxd", HOME, ("Chép từ năm trước", "Xem và xác nhận"), height=700),
    Picture("can-bo-tai-lieu", "canbo.sxd", HOME, ("Làm tiếp", "Thêm tài liệu"), height=900),
    Picture("can-bo-kho", "canbo.sxd", HOME, ("Tài liệu của đơn vị",), height=1000),
    Picture("can-bo-con-thieu", "canbo.sxd", HOME, ("Trình lãnh đạo",), height=720),
    Picture("don-vi-bien-nhan", "lanhdao.mocchau", HOME, ("Xem biên nhận",), height=820),
    Picture("cach-nhan", "canbo.sxd", "/lam-viec/thong-bao/cach-nhan/", height=900),
    Picture("lanh-dao-nop", "lanhdao.sxd", HOME, ("Xem và nộp",), height=1180, crop="main"),
    Picture("lanh-dao-dien-thoai", "lanhdao.sxd", HOME, ("Xem và nộp",), width=360, height=780),
    Picture("tham-dinh-danh-sach", "thamdinh.snv", "/lam-viec/tham-dinh/", height=760),
    Picture(
        "tham-dinh-ban",
        "thamdinh.snv",
        "/lam-viec/tham-dinh/",
        ("Phường Mộc Châu", "Thẩm định tiếp"),
        height=900,
    ),
    Picture("quan-ly-dot", "quanly.chiso", "/lam-viec/dot/2026/commune/", height=900),
    Picture("quan-ly-theo-doi", "quanly.chiso", "/lam-viec/dot/2026/department/", height=900, crop="#don-vi"),
    Picture("quan-ly-mau-thong-bao", "quanly.chiso", "/lam-viec/thong-bao/mau/returned/", height=900),
    Picture("quan-ly-de-nghi", "quanly.chiso", "/lam-viec/ket-qua/2024/commune/xu-ly/", height=760),
    Picture("hoi-dong-ket-qua", "hoidong", "/lam-viec/ket-qua/2026/commune/", height=760),
    Picture("dieu-tra", "dieutra", "/lam-viec/dieu-tra/2026/commune/", height=700),
    Picture("quan-tri-su-co", "quantri", "/lam-viec/dot/su-co/", height=900),
    Picture("quan-tri-thu-loi", "quantri", "/lam-viec/thong-bao/thu-loi/", height=560),
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
    page.set_viewport_size({"width": picture.width, "height": picture.height})
    page.goto(url + picture.path)
    for word in picture.follow:
        follow(page, word)
    if picture.act is not None:
        picture.act(page)
    page.evaluate("() => document.fonts.ready")
    shot = page.screenshot(full_page=True, clip=frame(page, picture)) if picture.crop else page.screenshot()
    if picture.undo is not None:
        picture.undo(page)
    return shot


def frame(page: Any, picture: Picture) -> dict[str, float]:
    """The place of what is to be seen on the whole page, with a little air."""
    # The bar at the foot of the window would lie across the picture.
    page.evaluate(
        "() => { window.scrollTo(0, 0); document.querySelectorAll('.dock').forEach((bar) => bar.remove()); }"
    )
    box = page.locator(picture.crop).first.bounding_box()
    left, top = max(0, box["x"] - AIR), max(0, box["y"] - AIR)
    width = min(picture.width - left, box["width"] + 2 * AIR)
    return {"x": left, "y": top, "width": width, "height": min(picture.height, box["height"] + 2 * AIR)}


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
