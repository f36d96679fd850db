"""What each column of the open data means."""

from django.utils.translation import gettext_lazy as _

COLUMN_MEANINGS = (
    ("year", _("Năm đánh giá.")),
    (
        "level",
        _(
            "Cấp: department là sở, ban, ngành; district là UBND huyện, thành phố; commune là UBND xã, phường, thị trấn."
        ),
    ),
    (
        "unit_code",
        _(
            "Mã đơn vị vào ngày chốt của năm. Mã là chữ, giữ số 0 ở đầu; một mã có thể được dùng lại cho đơn vị khác ở năm khác."
        ),
    ),
    ("unit_name", _("Tên đơn vị vào ngày chốt của năm.")),
    ("appraised_points", _("Điểm tự đánh giá đã qua thẩm định.")),
    ("survey_points", _("Điểm điều tra xã hội học.")),
    ("points", _("Tổng điểm, bằng hai cột trước cộng lại.")),
    ("max_points", _("Điểm tối đa áp dụng: 100 trừ điểm của những tiêu chí không áp dụng cho đơn vị.")),
    (
        "index_percent",
        _("Chỉ số CCHC: 100 × tổng điểm ÷ điểm tối đa áp dụng, làm tròn hai chữ số thập phân một lần."),
    ),
    (
        "rank",
        _(
            "Hạng trong toàn cấp. Bằng chỉ số thì cùng hạng và hạng kế tiếp bỏ trống; để trống là không xếp hạng."
        ),
    ),
    ("band", _("Nhóm xếp loại.")),
    (
        "previous_index_percent",
        _("Chỉ số năm trước của chính đơn vị; để trống khi đơn vị mới hoặc được sáp nhập, chia tách."),
    ),
    ("change", _("Thay đổi so với năm trước, tính bằng điểm phần trăm.")),
)
