"""Texts as they are read aloud: one row for each thing that a voice alone reads wrongly."""

from __future__ import annotations

import pytest

from assistant.speech.spoken_text import spoken_text

YEAR = "năm hai nghìn không trăm hai mươi sáu"
NOVEMBER_21 = f"ngày hai mươi mốt tháng mười một {YEAR}"

NUMBERS = [
    ("Có 15 người và 1 con chó", "Có mười lăm người và một con chó"),
    ("1.250.000", "một triệu hai trăm năm mươi nghìn"),
    ("1,250,000", "một triệu hai trăm năm mươi nghìn"),
    ("1.250,5", "một nghìn hai trăm năm mươi phẩy năm"),
    ("1,250.5", "một nghìn hai trăm năm mươi phẩy năm"),
    ("3,5 và 3.5", "ba phẩy năm và ba chấm năm"),
    ("0,05", "không phẩy không năm"),
    ("-3 độ", "âm ba độ"),
    ("−3 độ", "âm ba độ"),
    ("3,5%", "ba phẩy năm phần trăm"),
    ("3-5 người", "ba đến năm người"),
    ("3,5-4 kg, 9.000-10.000", "ba phẩy năm đến bốn ki lô gam, chín nghìn đến mười nghìn"),
    ("9.3 - 8 = 1.3", "chín chấm ba - tám bằng một chấm ba"),
    ("3 – 5 người", "ba đến năm người"),
    ("5-7%", "năm đến bảy phần trăm"),
    ("5kg-10kg", "năm ki lô gam đến mười ki lô gam"),
    ("1.000-2.000 đồng", "một nghìn đến hai nghìn đồng"),
    ("năm 2020-2025", "năm hai nghìn không trăm hai mươi đến hai nghìn không trăm hai mươi lăm"),
    ("thắng 2-1", "thắng hai một"),
    ("COVID-19", "cô vít-mười chín"),
    ("mã 12-34-56", "mã mười hai-ba mươi tư-năm mươi sáu"),
    ("1/2 quả, 3/4, 9/10 điểm", "một phần hai quả, ba phần tư, chín trên mười điểm"),
    ("½ quả, 1/2 kg, 2/3 số", "một phần hai quả, một phần hai ki lô gam, hai phần ba số"),
    ("1920x1080", "một nghìn chín trăm hai mươi nhân một nghìn không trăm tám mươi"),
    ("192.168.1.1", "một trăm chín mươi hai chấm một trăm sáu mươi tám chấm một chấm một"),
    ("bản 3.11.2", "bản ba chấm mười một chấm hai"),
    ("1,2,3", "một, hai, ba"),
    ("iPhone 15, MP3, A4", "ai phôn mười lăm, MP ba, A bốn"),
    ("3G, 4K, 24/7", "ba gờ, bốn ca, hai mươi bốn trên bảy"),
    ("thứ 2, thứ 4, tháng 4, lần thứ 1, thứ 40", "thứ hai, thứ tư, tháng tư, lần thứ nhất, thứ bốn mươi"),
    ("thế kỷ XXI, chương IV, Quý I", "thế kỷ hai mươi mốt, chương bốn, Quý một"),
    ("chữ X, anh V", "chữ X, anh V"),
    ("①, ٣, ５, H₂O", "một, ba, năm, H hai O"),
]

CODES = [
    ("phòng 304", "phòng ba trăm linh bốn"),
    ("phòng 007", "phòng không không bảy"),
    ("0912345678", "không chín một hai, ba bốn năm, sáu bảy tám"),
    ("0912 345 678.", "không chín một hai, ba bốn năm, sáu bảy tám."),
    ("0912.345.678", "không chín một hai, ba bốn năm, sáu bảy tám"),
    ("(028) 3822 1234", "không hai tám, ba tám hai hai, một hai ba bốn"),
    ("+84 912 345 678", "cộng tám bốn, chín một hai, ba bốn năm, sáu bảy tám"),
    ("1900 1234", "một chín không không, một hai ba bốn"),
    ("12345678", "một hai ba bốn năm sáu bảy tám"),
    ("1234567", "một triệu hai trăm ba mươi tư nghìn năm trăm sáu mươi bảy"),
    ("1234 5678 9012 3456", "một hai ba bốn, năm sáu bảy tám, chín không một hai, ba bốn năm sáu"),
]

DATES = [
    ("21/11/2026", NOVEMBER_21),
    ("Ngày 21/11/2026.", f"N{NOVEMBER_21[1:]}."),
    ("21-11-2026, 21.11.2026, 2026-11-21, 11/21/2026", ", ".join([NOVEMBER_21] * 4)),
    ("1/2/26", "ngày một tháng hai năm hai mươi sáu"),
    ("21-11", "ngày hai mươi mốt tháng mười một"),
    ("ngày 3-5", "ngày ba tháng năm"),
    ("30/4", "ngày ba mươi tháng tư"),
    ("sáng 8/3", "sáng ngày tám tháng ba"),
    ("Thứ bảy, 7/3", "Thứ bảy, ngày bảy tháng ba"),
    ("từ ngày 1/5 đến 3/5", "từ ngày một tháng năm đến ngày ba tháng năm"),
    ("21-23/11/2026", NOVEMBER_21.replace("mốt", "mốt đến hai mươi ba")),
    ("11/2026", f"tháng mười một {YEAR}"),
    ("tháng 4/2026", f"tháng tư {YEAR}"),
    ("số 15/4 Nguyễn Trãi", "số mười lăm trên bốn Nguyễn Trãi"),
    ("32/13/2026", "ba mươi hai trên mười ba trên hai nghìn không trăm hai mươi sáu"),
]

TIMES = [
    ("14:30", "mười bốn giờ ba mươi phút"),
    ("14h30", "mười bốn giờ ba mươi phút"),
    ("7g30", "bảy giờ ba mươi phút"),
    ("14:00, 14h", "mười bốn giờ, mười bốn giờ"),
    ("14:30:05", "mười bốn giờ ba mươi phút năm giây"),
    ("2:05 PM, 9:05 SA", "hai giờ năm phút chiều, chín giờ năm phút sáng"),
    ("12:00 CH, 8:00 PM", "mười hai giờ trưa, tám giờ tối"),
    ("7h30-11h30", "bảy giờ ba mươi phút đến mười một giờ ba mươi phút"),
    ("8:00 - 17:00", "tám giờ đến mười bảy giờ"),
    ("tỉ lệ 16:9", "tỉ lệ mười sáu:chín"),
]

MONEY = [
    ("50.000đ", "năm mươi nghìn đồng"),
    ("50.000 VNĐ, 100 vnd, 5₫", "năm mươi nghìn đồng, một trăm đồng, năm đồng"),
    ("50000000đ", "năm mươi triệu đồng"),
    ("100 000 đồng", "một trăm nghìn đồng"),
    ("50k", "năm mươi nghìn"),
    ("2tr5", "hai triệu năm"),
    ("1,5 tỷ đồng", "một phẩy năm tỷ đồng"),
    ("$5, $5.99, $1,250", "năm đô la, năm phẩy chín mươi chín đô la, một nghìn hai trăm năm mươi đô la"),
    ("5 USD, €20", "năm đô la, hai mươi ơ rô"),
    ("50.000đ/kg, 50k/người", "năm mươi nghìn đồng một ki lô gam, năm mươi nghìn một người"),
]

UNITS = [
    ("5km, 5 km", "năm ki lô mét, năm ki lô mét"),
    ("80 km/h, 5 m/s", "tám mươi ki lô mét trên giờ, năm mét trên giây"),
    ("50m², 50 m2, 5m³", "năm mươi mét vuông, năm mươi mét vuông, năm mét khối"),
    ("3 kg đường, 100g", "ba ki lô gam đường, một trăm gam"),
    ("cao 1m75", "cao một mét bảy mươi lăm"),
    ("-5°C, 30 °C, 90°", "âm năm độ xê, ba mươi độ xê, chín mươi độ"),
    ("16GB, 16 gb, 100 Mbps", "mười sáu ghi ga bai, mười sáu ghi ga bai, một trăm mê ga bít trên giây"),
    ("2.4GHz", "hai phẩy bốn ghi ga héc"),
    ("5s, 5 s", "năm giây, năm s"),
    ("5 mét, 3 ghế, 2 học sinh", "năm mét, ba ghế, hai học sinh"),
]

WORDS = [
    ("UBND TP.HCM", "uỷ ban nhân dân Thành phố Hồ Chí Minh"),
    ("TP. Đà Nẵng, TP Huế", "thành phố Đà Nẵng, thành phố Huế"),
    ("Q.1, P.12, P.304", "quận một, phường mười hai, phòng ba trăm linh bốn"),
    ("PGS.TS. Lê, TS.Nguyễn", "phó giáo sư tiến sĩ Lê, tiến sĩ Nguyễn"),
    ("mèo, chó, v.v. và chim", "mèo, chó, vân vân và chim"),
    ("mèo, v.v. Sau đó", "mèo, vân vân. Sau đó"),
    ("mèo, v.v.", "mèo, vân vân."),
    ("CLB, SĐT: HN", "câu lạc bộ, số điện thoại: Hà Nội"),
    ("Bật WiFi, gửi email", "Bật oai phai, gửi i meo"),
    ("Facebook, video, menu, TV", "phây búc, vi đê ô, mê niu, ti vi"),
    ("tv, Webber, filed", "tv, Webber, filed"),
]

ADDRESSES = [
    ("Xem https://www.vnexpress.net/abc/def?x=1#y.", "Xem liên kết vnexpress chấm nét."),
    ("(http://a.vn/b)", "(liên kết a chấm vê en)"),
    ("http://google.com@evil.example/", "liên kết evil chấm example"),
    ("http://", "liên kết"),
    ("vnexpress.net/abc/1, gov.vn", "vnexpress chấm nét, gốp chấm vê en"),
    ("lan.nguyen@example.com!", "lan chấm nguyen a còng example chấm com!"),
    ("Xong.Về thôi", "Xong.Về thôi"),
]

SIGNS = [
    ("a & b, 5 + 3 = 8", "a và b, năm cộng ba bằng tám"),
    ("Ctrl+S, #chủđề, x²", "Ctrl cộng S, chủđề, x bình phương"),
    ("≥ 5, <5, ~10, ±2", "lớn hơn hoặc bằng năm, nhỏ hơn năm, khoảng mười, cộng trừ hai"),
    ("Tệp > Mở → Xong • Hết", "Tệp Mở Xong Hết"),
    ("Chúc mừng 🎉🎉🎉!!!", "Chúc mừng hình pháo giấy!"),
    ("❤️ ❤️ và 👍🏽", "hình trái tim và hình thích"),
    ("a👨‍👩‍👧b🦔c", "a b c"),
    ("Sao???", "Sao?"),
    ("Thế à?!?!", "Thế à?"),
    ("Đang tải...", "Đang tải."),
    ("Đang tải…", "Đang tải."),
    ("Hết\n-----\n=====\n\n\nMới  hơn", "Hết\nMới hơn"),
    ("mềm\u00admại\u200b, \u202etừ\u202c", "mềmmại, từ"),
    ("\ud800\x00a\x07b", "a b"),
    ("Tie\u0302\u0301ng Vie\u0323\u0302t", "Tiếng Việt"),
    ("🦔", ""),
    ("", ""),
]


@pytest.mark.parametrize(
    ("text", "spoken"),
    [*NUMBERS, *CODES, *DATES, *TIMES, *MONEY, *UNITS, *WORDS, *ADDRESSES, *SIGNS],
    ids=lambda value: ascii(value)[:30],
)
def test_as_it_is_read(text: str, spoken: str) -> None:
    assert spoken_text(text) == spoken
    assert spoken_text(spoken) == spoken


@pytest.mark.parametrize(
    "text",
    [
        "Một con mèo đang nằm ngủ trên chiếc ghế sofa màu nâu.",
        "Hai người đàn ông mặc áo trắng đứng cạnh chiếc xe máy; phía sau là biển.",
        "Có thể là một bát phở (hoặc bún), không chắc lắm!",
        "Ảnh này tối quá. Bạn có muốn chụp lại không?",
        "“Chào bạn” - cô ấy nói: và/hoặc đi về…".replace("…", "."),
        "AI ĐÓ ĐANG CHẠY TRÊN BÃI CÁT",
    ],
)
def test_captions_stay_as_they_are(text: str) -> None:
    assert spoken_text(text) == text
