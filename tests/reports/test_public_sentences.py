"""The sentences about a unit follow fixed rules and never claim more than the figures."""

from dataclasses import dataclass
from decimal import Decimal as D

import pytest

from reports.content import sentences
from reports.content.areas import Area


@dataclass(frozen=True)
class Figures:
    """An area as the sentences see it."""

    name: str
    points: D | None
    max_points: D
    percent: D | None
    median: D | None

    @property
    def against(self):
        return None if self.percent is None or self.median is None else self.percent - self.median

    @property
    def lost(self):
        return D(0) if self.points is None else self.max_points - self.points


HIGH = Figures("Thể chế", D("9"), D("10"), D("90.00"), D("80.00"))
LOW = Figures("UBND điện tử", D("5"), D("10"), D("50.00"), D("60.00"))
NONE = Figures("Một cửa", None, D("0"), None, None)


@pytest.mark.parametrize(
    ("areas", "expected"),
    [
        ([], ""),
        ([NONE], ""),
        (
            [LOW, HIGH],
            "Nổi bật nhất ở lĩnh vực thể chế: đạt 90,00% số điểm, cao hơn trung vị 10,00 điểm phần trăm.",
        ),
        (
            [LOW],
            "đều dưới trung vị; gần nhất là UBND điện tử, đạt 50,00% số điểm, thấp hơn 10,00 điểm phần trăm.",
        ),
    ],
)
def test_best(areas, expected):
    assert sentences.best(areas).endswith(expected)


def test_worst_names_the_area_and_its_component():
    said = sentences.worst([HIGH, LOW, NONE], "Sử dụng chữ ký số")

    assert said == (
        "Mất nhiều điểm nhất ở lĩnh vực UBND điện tử: 5,00 trên 10,00 điểm, nhiều nhất là ở “Sử dụng chữ ký số”."
    )
    assert sentences.worst([]) == ""


@pytest.mark.parametrize(
    ("value", "comparable", "predecessors", "expected"),
    [
        (D("1.5"), True, 0, "Chỉ số tăng 1,50 điểm phần trăm so với năm 2023; hai năm cùng một bộ tiêu chí"),
        (D("-1.5"), False, 0, "Chỉ số giảm 1,50 điểm phần trăm so với năm 2023; bộ tiêu chí đã thay đổi"),
        (D("0.00"), None, 1, "Chỉ số bằng năm 2023; năm trước chỉ có tổng điểm"),
        (None, True, 2, "Chưa có số năm trước để so sánh, vì đơn vị được hình thành từ 2 đơn vị."),
        (None, True, 0, "Chưa có kết quả năm 2023 để so sánh."),
    ],
)
def test_change(value, comparable, predecessors, expected):
    said = sentences.change(2024, value, comparable=comparable, predecessors=predecessors)

    assert said.startswith(expected)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Công tác chỉ đạo, điều hành cải cách hành chính", "Chỉ đạo, điều hành"),
        ("Cải cách thủ tục hành chính", "Thủ tục hành chính"),
        ("Cải cách thủ tục hành chính và thực hiện cơ chế một cửa", "Thủ tục, một cửa"),
        ("Xây dựng và tổ chức thực hiện văn bản quy phạm pháp luật", "Văn bản pháp luật"),
        ("Một lĩnh vực mới với tên gọi rất dài", "Một lĩnh vực mới với tên gọ…"),
    ],
)
def test_areas_have_short_names(name, short):
    assert Area("1", name, D(10)).short == short
