"""Number, date, issuer and title as read from the heads of documents, laid out as PDFs really give them."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.particulars_reading import Found, has_words, read_particulars

MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"

#: Name of the layout, text of the first page, what must be read.
HEADS: list[tuple[str, str, Found]] = [
    (
        "cells one after the other",
        f"UBND TỈNH SƠN LA\nSỞ GIAO THÔNG VẬN TẢI\n{MOTTO}\nSố: 215/KH-SGTVT\nSơn La, ngày 14 tháng 12 năm 2023\n"
        "KẾ HOẠCH\nCải cách hành chính năm 2024\nCăn cứ Kế hoạch số 300/KH-UBND ngày 01 tháng 12 năm 2023 của UBND tỉnh;",
        Found("215/KH-SGTVT", date(2023, 12, 14), "Sở Giao thông vận tải", "Kế hoạch cải cách hành chính năm 2024"),
    ),
    (
        "columns run together line by line",
        "UBND TỈNH SƠN LA CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSỞ NỘI VỤ Độc lập - Tự do - Hạnh phúc\n"
        "Số: 131/BC-SNV Sơn La, ngày 03 tháng 01 năm 2024\nBÁO CÁO\nKết quả công tác cải cách hành chính năm 2023\n"
        "Thực hiện Công văn số 12/UBND-NC ngày 02/01/2024",
        Found("131/BC-SNV", date(2024, 1, 3), "Sở Nội vụ", "Báo cáo kết quả công tác cải cách hành chính năm 2023"),
    ),
    (
        "double spaces everywhere",
        f"UBND  TỈNH  SƠN LA\nSỞ  TƯ  PHÁP\n{MOTTO}\nSố :  45  /QĐ - STP\nSơn La,  ngày  5  tháng  3  năm  2024\nQUYẾT  ĐỊNH\n"
        "Về việc ban hành Kế hoạch kiểm tra\ncông tác cải cách hành chính năm 2024\nGIÁM ĐỐC SỞ TƯ PHÁP TỈNH SƠN LA\nCăn cứ",
        Found("45/QĐ-STP", date(2024, 3, 5), "Sở Tư pháp",
              "Quyết định về việc ban hành Kế hoạch kiểm tra công tác cải cách hành chính năm 2024"),
    ),
    (
        "a blank before the slash and no colon",
        f"UBND TỈNH SƠN LA\nSỞ XÂY DỰNG\nSố 215 /KH-SXD\n{MOTTO}\nSơn La, ngày 03 tháng 01 năm 2024\nKẾ HOẠCH\n"
        "Kiểm tra công tác cải cách hành chính\nI. MỤC ĐÍCH, YÊU CẦU",
        Found("215/KH-SXD", date(2024, 1, 3), "Sở Xây dựng", "Kế hoạch kiểm tra công tác cải cách hành chính"),
    ),
    (
        "the number broken before the slash",
        f"UBND TỈNH SƠN LA\nSỞ Y TẾ\nSố: 77\n/TB-SYT\n{MOTTO}\nSơn La, ngày 20 tháng 6 năm 2024\nTHÔNG BÁO\n"
        "Kết luận hội nghị sơ kết 6 tháng đầu năm\nNgày 18/6/2024, tại trụ sở Sở Y tế",
        Found("77/TB-SYT", date(2024, 6, 20), "Sở Y tế", "Thông báo kết luận hội nghị sơ kết 6 tháng đầu năm"),
    ),
    (
        "the number broken after the hyphen",
        f"UBND TỈNH SƠN LA\nSỞ CÔNG THƯƠNG\nSố: 1188/KH-\nSCT\n{MOTTO}\nSơn La, ngày 09 tháng 11 năm 2024\nKẾ HOẠCH\n"
        "Tuyên truyền cải cách hành chính\nĐể triển khai thực hiện Nghị quyết",
        Found("1188/KH-SCT", date(2024, 11, 9), "Sở Công Thương".replace("Thương", "thương"), "Kế hoạch tuyên truyền cải cách hành chính"),
    ),
    (
        "the word and the number on two lines",
        f"UBND TỈNH SƠN LA\nBAN DÂN TỘC\nSố:\n19/BC-BDT\n{MOTTO}\nSơn La, ngày 30 tháng 9 năm 2024\nBÁO CÁO\n"
        "Công tác cải cách hành chính quý III năm 2024\nKính gửi: Sở Nội vụ",
        Found("19/BC-BDT", date(2024, 9, 30), "Ban Dân tộc", "Báo cáo công tác cải cách hành chính quý III năm 2024"),
    ),
    (
        "a letter",
        f"UBND TỈNH SƠN LA\nSỞ TÀI CHÍNH\nSố: 2456/STC-VP\nV/v báo cáo kết quả tự đánh giá\nChỉ số cải cách hành chính năm 2024\n{MOTTO}\n"
        "Sơn La, ngày 28 tháng 11 năm 2024\nKính gửi: Sở Nội vụ tỉnh Sơn La",
        Found("2456/STC-VP", date(2024, 11, 28), "Sở Tài chính", "Về việc báo cáo kết quả tự đánh giá Chỉ số cải cách hành chính năm 2024"),
    ),
    (
        "a letter with the columns run together",
        "UBND TỈNH SƠN LA CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSỞ THÔNG TIN VÀ TRUYỀN THÔNG Độc lập - Tự do - Hạnh phúc\n"
        "Số: 901/STTTT-CNTT Sơn La, ngày 02 tháng 5 năm 2024\nV/v cung cấp số liệu dịch vụ công trực tuyến\nKính gửi: Các sở, ban, ngành",
        Found("901/STTTT-CNTT", date(2024, 5, 2), "Sở Thông tin và Truyền thông", "Về việc cung cấp số liệu dịch vụ công trực tuyến"),
    ),
    (
        "a district",
        f"ỦY BAN NHÂN DÂN\nHUYỆN MỘC CHÂU\nSố: 3120/QĐ-UBND\n{MOTTO}\nMộc Châu, ngày 31 tháng 12 năm 2024\nQUYẾT ĐỊNH\n"
        "Về việc công nhận kết quả chỉ số cải cách hành chính\nCHỦ TỊCH ỦY BAN NHÂN DÂN HUYỆN\nCăn cứ Luật",
        Found("3120/QĐ-UBND", date(2024, 12, 31), "Ủy ban nhân dân huyện Mộc Châu",
              "Quyết định về việc công nhận kết quả chỉ số cải cách hành chính"),
    ),
    (
        "a room of a district",
        f"UBND HUYỆN MAI SƠN\nPHÒNG NỘI VỤ\nSố: 18/BC-NV\n{MOTTO}\nMai Sơn, ngày 11 tháng 7 năm 2024\nBÁO CÁO\n"
        "Kết quả kiểm tra kỷ luật, kỷ cương hành chính\nThực hiện Kế hoạch số 12/KH-UBND",
        Found("18/BC-NV", date(2024, 7, 11), "Phòng Nội vụ", "Báo cáo kết quả kiểm tra kỷ luật, kỷ cương hành chính"),
    ),
    (
        "a commune",
        f"UỶ BAN NHÂN DÂN\nXÃ CHIỀNG HẮC\nSố: 06/KH-UBND\n{MOTTO}\nChiềng Hắc, ngày 15 tháng 01 năm 2024\nKẾ HOẠCH\n"
        "Rà soát thủ tục hành chính năm 2024\nCăn cứ Kế hoạch số 5/KH-UBND",
        Found("06/KH-UBND", date(2024, 1, 15), "Uỷ ban nhân dân xã Chiềng Hắc", "Kế hoạch rà soát thủ tục hành chính năm 2024"),
    ),
    (
        "UBND on the line of the commune",
        f"UBND XÃ TÔ MÚA\nSố: 44/BC-UBND\n{MOTTO}\nTô Múa, ngày 2 tháng 10 năm 2024\nBÁO CÁO\nTình hình, kết quả giải quyết thủ tục hành chính\n"
        "Thực hiện Công văn số 77/UBND-VP",
        Found("44/BC-UBND", date(2024, 10, 2), "UBND xã Tô Múa", "Báo cáo tình hình, kết quả giải quyết thủ tục hành chính"),
    ),
    (
        "the people's council",
        f"HỘI ĐỒNG NHÂN DÂN\nTỈNH SƠN LA\nSố: 65/NQ-HĐND\n{MOTTO}\nSơn La, ngày 08 tháng 12 năm 2023\nNGHỊ QUYẾT\n"
        "Về nhiệm vụ phát triển kinh tế - xã hội năm 2024\nHỘI ĐỒNG NHÂN DÂN TỈNH SƠN LA\nKHÓA XV, KỲ HỌP THỨ 17",
        Found("65/NQ-HĐND", date(2023, 12, 8), "Hội đồng nhân dân tỉnh Sơn La", "Nghị quyết về nhiệm vụ phát triển kinh tế - xã hội năm 2024"),
    ),
    (
        "a number with its year",
        f"CHÍNH PHỦ\nSố: 30/2020/NĐ-CP\n{MOTTO}\nHà Nội, ngày 05 tháng 3 năm 2020\nNGHỊ ĐỊNH\nVề công tác văn thư\nCăn cứ Luật Tổ chức Chính phủ",
        Found("30/2020/NĐ-CP", date(2020, 3, 5), "CHÍNH PHỦ", ""),
    ),
    (
        "a number of the party",
        "TỈNH ỦY SƠN LA\n*\nSố 12-KH/TU\nĐẢNG CỘNG SẢN VIỆT NAM\nSơn La, ngày 06 tháng 02 năm 2024\nKẾ HOẠCH\n"
        "Thực hiện cải cách hành chính trong Đảng\nCăn cứ Nghị quyết",
        Found("12-KH/TU", date(2024, 2, 6), "TỈNH ỦY SƠN LA", "Kế hoạch thực hiện cải cách hành chính trong Đảng"),
    ),
    (
        "planning and investment over two lines",
        f"UBND TỈNH SƠN LA\nSỞ KẾ HOẠCH\nVÀ ĐẦU TƯ\nSố: 99/TTr-SKHĐT\n{MOTTO}\nSơn La, ngày 12 tháng 4 năm 2024\nTỜ TRÌNH\n"
        "Về việc phê duyệt Đề án vị trí việc làm\nKính gửi: UBND tỉnh Sơn La",
        Found("99/TTr-SKHĐT", date(2024, 4, 12), "Sở Kế hoạch và Đầu tư", "Tờ trình về việc phê duyệt Đề án vị trí việc làm"),
    ),
    (
        "a name with a dash and a comma",
        f"UBND TỈNH SƠN LA\nSỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI\nSố: 310/CTr-SLĐTBXH\n{MOTTO}\nSơn La, ngày 19 tháng 02 năm 2024\nCHƯƠNG TRÌNH\n"
        "Công tác năm 2024\nCăn cứ Quyết định",
        Found("310/CTr-SLĐTBXH", date(2024, 2, 19), "Sở Lao động - Thương binh và Xã hội", "Chương trình công tác năm 2024"),
    ),
    (
        "culture, sport and tourism",
        f"UBND TỈNH SƠN LA\nSỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH\nSố: 87/HD-SVHTTDL\n{MOTTO}\nSơn La, ngày 21 tháng 8 năm 2024\nHƯỚNG DẪN\n"
        "Chấm điểm chuyển đổi số\nThực hiện Kế hoạch số 9",
        Found("87/HD-SVHTTDL", date(2024, 8, 21), "Sở Văn hóa, Thể thao và Du lịch", "Hướng dẫn chấm điểm chuyển đổi số"),
    ),
    (
        "issuer and superior run together",
        f"UBND TỈNH SƠN LA SỞ NGOẠI VỤ\nSố: 12/BC-SNgV\n{MOTTO}\nSơn La, ngày 17 tháng 6 năm 2024\nBÁO CÁO\nSơ kết công tác 6 tháng đầu năm 2024\nI. KẾT QUẢ",
        Found("12/BC-SNgV", date(2024, 6, 17), "Sở Ngoại vụ", "Báo cáo sơ kết công tác 6 tháng đầu năm 2024"),
    ),
    (
        "the office of the province",
        f"UBND TỈNH SƠN LA\nVĂN PHÒNG\nSố: 515/TB-VPUB\n{MOTTO}\nSơn La, ngày 23 tháng 9 năm 2024\nTHÔNG BÁO\nLịch tiếp công dân tháng 10\nTheo quy định",
        Found("515/TB-VPUB", date(2024, 9, 23), "", "Thông báo lịch tiếp công dân tháng 10"),
    ),
    (
        "the management of the industrial zones",
        f"UBND TỈNH SƠN LA\nBAN QUẢN LÝ\nCÁC KHU CÔNG NGHIỆP\nSố: 64/BC-BQL\n{MOTTO}\nSơn La, ngày 26 tháng 3 năm 2024\nBÁO CÁO\n"
        "Công tác cải cách hành chính quý I\nKính gửi: Sở Nội vụ",
        Found("64/BC-BQL", date(2024, 3, 26), "Ban Quản lý các khu công nghiệp", "Báo cáo công tác cải cách hành chính quý I"),
    ),
    (
        "a digital signature above everything",
        f"Ký bởi: Sở Nội vụ\nCơ quan: Tỉnh Sơn La\nNgày ký: 14-12-2023 10:11:12 +07:00\nUBND TỈNH SƠN LA\nSỞ NỘI VỤ\nSố: 700/SNV-CCHC\nV/v đôn đốc báo cáo\n{MOTTO}\n"
        "Sơn La, ngày 14 tháng 12 năm 2023\nKính gửi: Các sở, ban, ngành",
        Found("700/SNV-CCHC", date(2023, 12, 14), "Sở Nội vụ", "Về việc đôn đốc báo cáo"),
    ),
    (
        "a digital signature between the columns",
        f"UBND TỈNH SƠN LA\nNgười ký: Sở Xây dựng\nEmail: soxaydung@sonla.example\nThời gian ký: 03.01.2024 08:00:00 +07:00\nSỞ XÂY DỰNG\n{MOTTO}\nSố: 3/KH-SXD\n"
        "Sơn La, ngày 03 tháng 01 năm 2024\nKẾ HOẠCH\nCông tác pháp chế năm 2024\nCăn cứ",
        Found("3/KH-SXD", date(2024, 1, 3), "Sở Xây dựng", "Kế hoạch công tác pháp chế năm 2024"),
    ),
    (
        "letters parted from their words",
        f"UBND TỈNH SƠN LA\nSỞ NỘI VỤ\n{MOTTO}\nSố: 8/KH-SNV\nSơn La, ngà y 14 thá ng 12 nă m 2023\nKẾ HOẠCH\nBồi dưỡng công chức\nCăn cứ",
        Found("8/KH-SNV", date(2023, 12, 14), "Sở Nội vụ", "Kế hoạch bồi dưỡng công chức"),
    ),
    (
        "no blanks around the figures",
        f"UBND TỈNH SƠN LA\nSỞ NỘI VỤ\n{MOTTO}\nSố:8/KH-SNV\nSơn La,ngày14 tháng12 năm2023\nKẾ HOẠCH\nBồi dưỡng công chức\nCăn cứ",
        Found("8/KH-SNV", date(2023, 12, 14), "Sở Nội vụ", "Kế hoạch bồi dưỡng công chức"),
    ),
    (
        "the date over two lines",
        f"UBND TỈNH SƠN LA\nSỞ NỘI VỤ\n{MOTTO}\nSố: 8/KH-SNV\nSơn La, ngày 14 tháng 12\nnăm 2023\nKẾ HOẠCH\nBồi dưỡng công chức\nCăn cứ",
        Found("8/KH-SNV", date(2023, 12, 14), "Sở Nội vụ", "Kế hoạch bồi dưỡng công chức"),
    ),
    (
        "day not yet written",
        f"UBND TỈNH SƠN LA\nSỞ NỘI VỤ\n{MOTTO}\nSố:      /KH-SNV\nSơn La, ngày      tháng 12 năm 2023\nKẾ HOẠCH\nBồi dưỡng công chức\nCăn cứ",
        Found("", None, "", "Kế hoạch bồi dưỡng công chức"),
    ),
    (
        "a date that is none",
        f"UBND TỈNH SƠN LA\nSỞ NỘI VỤ\n{MOTTO}\nSố: 8/KH-SNV\nSơn La, ngày 31 tháng 02 năm 2023\nKẾ HOẠCH\nBồi dưỡng công chức\nCăn cứ",
        Found("8/KH-SNV", None, "Sở Nội vụ", "Kế hoạch bồi dưỡng công chức"),
    ),
    (
        "kind and title in capitals on one line",
        f"UBND TỈNH SƠN LA\nSỞ NỘI VỤ\n{MOTTO}\nSố: 9/BC-SNV\nSơn La, ngày 4 tháng 4 năm 2024\nBÁO CÁO KẾT QUẢ CCHC QUÝ I CỦA TỈNH SƠN LA\nKính gửi: UBND tỉnh",
        Found("9/BC-SNV", date(2024, 4, 4), "Sở Nội vụ", "Báo cáo kết quả CCHC quý I của tỉnh Sơn La"),
    ),
    (
        "only numbers and dates of other documents",
        "PHỤ LỤC\n(Kèm theo Kế hoạch số 215/KH-SGTVT ngày 14 tháng 12 năm 2023)\nSTT Nhiệm vụ Thời hạn\n1 Rà soát 31/3/2024",
        Found(),
    ),
    (
        "a body that never shows its beginning",
        f"UBND TỈNH SƠN LA\nSỞ NỘI VỤ\n{MOTTO}\nSố: 9/BC-SNV\nSơn La, ngày 4 tháng 4 năm 2024\nBÁO CÁO\n" + "Dòng chữ nối tiếp nhau\n" * 12,
        Found("9/BC-SNV", date(2024, 4, 4), "Sở Nội vụ", ""),
    ),
    (
        "a kind of body nobody knows",
        f"LỚP TẬP HUẤN\nSố: 9/BC-LTH\n{MOTTO}\nSơn La, ngày 4 tháng 4 năm 2024\nBÁO CÁO\nKết quả lớp tập huấn\nKính gửi: Sở Nội vụ",
        Found("9/BC-LTH", date(2024, 4, 4), "", "Báo cáo kết quả lớp tập huấn"),
    ),
    (
        "a stamp of arrival",
        f"ĐẾN Số: 1432 Ngày: 15/12/2023\nUBND TỈNH SƠN LA\nSỞ NỘI VỤ\nSố: 9/BC-SNV\n{MOTTO}\nSơn La, ngày 4 tháng 4 năm 2024\nBÁO CÁO\nKết quả lớp tập huấn\nKính gửi: Sở",
        Found("9/BC-SNV", date(2024, 4, 4), "Sở Nội vụ", "Báo cáo kết quả lớp tập huấn"),
    ),
]


@pytest.mark.parametrize(("page", "wanted"), [head[1:] for head in HEADS], ids=[head[0] for head in HEADS])
def test_a_head_is_read(page, wanted):
    assert read_particulars(page) == wanted


@pytest.mark.parametrize(("page", "wanted"), [head[1:] for head in HEADS], ids=[head[0] for head in HEADS])
def test_a_head_in_parted_accents_and_windows_lines_reads_the_same(page, wanted):
    assert read_particulars(unicodedata.normalize("NFD", page).replace("\n", "\r\n")) == wanted


@given(st.text(max_size=400))
def test_no_text_breaks_the_reading(page):
    found = read_particulars(page)
    assert len(found.number) <= 100
    assert len(found.title) <= 500


WORDS = st.sampled_from(
    ["UBND TỈNH SƠN LA", "SỞ NỘI VỤ", "Số:", "Số: 12/KH-SNV", "/", "Sơn La, ngày 1 tháng 2 năm 2024", "KẾ HOẠCH", "BÁO CÁO", "V/v", "Căn cứ",
     "ngày 5 tháng 6 năm 2023", "VĂN PHÒNG", "XÃ", "Kính gửi:", "Về việc", "12", "- ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]
)  # fmt: skip


@given(st.lists(st.tuples(WORDS, st.sampled_from(["\n", " ", "  ", "\r\n"])), max_size=25))
def test_pieces_of_heads_in_any_order_give_only_what_stands_there(pieces):
    page = "".join(word + end for word, end in pieces)
    found = read_particulars(page)
    assert found.number in ("", "12/KH-SNV") or found.number.startswith("12/KH-SNV")
    assert found.issued_on in (None, date(2024, 2, 1), date(2023, 6, 5))
    assert found.issued_on is None or "ngày" in page


@given(st.integers(1, 99999), st.sampled_from(["KH", "BC", "QĐ", "TTr", "CTr"]), st.sampled_from(["SNV", "UBND", "SLĐTBXH", "HĐND-VP"]),
       st.dates(date(1991, 1, 1), date(2099, 12, 31)), st.sampled_from([" ", "  ", "\u00a0"]))  # fmt: skip
def test_every_number_and_date_of_the_usual_form_is_read(count, kind, sign, day, space):
    page = f"SỞ NỘI VỤ\nSố:{space}{count}{space}/{kind}-{sign}\nSơn La,{space}ngày {day.day:02}{space}tháng {day.month:02} năm {day.year}\nKính gửi: A"
    found = read_particulars(page)
    assert (found.number, found.issued_on) == (f"{count}/{kind}-{sign}", day)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("", False),
        ("12\n- 3 -", False),
        ("Ký bởi: Sở Giao thông vận tải\nCơ quan: Tỉnh Sơn La\nThời gian ký: 14.12.2023 10:11:12 +07:00", False),
        ("BÁO CÁO\nKết quả công tác cải cách hành chính", True),
    ],
)
def test_a_signed_scan_has_no_words(page, words):
    assert has_words(page) is words
