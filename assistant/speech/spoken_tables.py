"""How units, abbreviations, foreign words and signs are read in Vietnamese.

What a table gives is never a key of a table, so that a prepared text stays as it is.
"""

from __future__ import annotations

MONEY = {
    "đ": "đồng", "Đ": "đồng", "₫": "đồng", "đồng": "đồng", "vnd": "đồng", "vnđ": "đồng",
    "usd": "đô la", "eur": "ơ rô", "$": "đô la", "€": "ơ rô", "£": "bảng Anh", "¥": "yên",
    "k": "nghìn", "K": "nghìn", "tr": "triệu",
}  # fmt: skip
"""What follows an amount of money; "đ/kg" is "đồng một ki lô gam"."""

UNITS = MONEY | {
    "%": "phần trăm", "‰": "phần nghìn", "°": "độ", "°C": "độ xê", "°F": "độ ép", "℃": "độ xê",
    "km": "ki lô mét", "m": "mét", "dm": "đề xi mét", "cm": "xen ti mét", "mm": "mi li mét",
    "km2": "ki lô mét vuông", "m2": "mét vuông", "cm2": "xen ti mét vuông", "ha": "héc ta",
    "m3": "mét khối", "cm3": "xen ti mét khối",
    "kg": "ki lô gam", "g": "gam", "mg": "mi li gam", "l": "lít", "ml": "mi li lít",
    "h": "giờ", "s": "giây", "ms": "mi li giây", "ph": "phút",
    "tb": "tê ra bai", "gb": "ghi ga bai", "mb": "mê ga bai", "kb": "ki lô bai",
    "gbps": "ghi ga bít trên giây", "mbps": "mê ga bít trên giây", "kbps": "ki lô bít trên giây",
    "MBps": "mê ga bai trên giây", "MB/s": "mê ga bai trên giây",
    "ghz": "ghi ga héc", "mhz": "mê ga héc", "khz": "ki lô héc", "hz": "héc",
    "kw": "ki lô oát", "W": "oát", "kwh": "ki lô oát giờ", "V": "vôn", "mah": "mi li ăm pe giờ",
    "kcal": "ki lô ca lo", "cal": "ca lo", "px": "pích xeo", "dpi": "đi pi ai", "db": "đê xi ben",
}  # fmt: skip
"""After a number. Spelled in lower case: in any case; else exactly so; one letter: always exactly so."""

CLOSE_UNITS = frozenset({"k", "K", "s", "h", "l", "W", "V", "tr"})
"""Only directly after the number: "5 K" or "5 s" may be anything."""

SIGNS = {
    "&": "và", "+": "cộng", "=": "bằng", "%": "phần trăm", "‰": "phần nghìn", "@": "a còng", "°": "độ",
    "℃": "độ xê", "$": "đô la", "€": "ơ rô", "£": "bảng Anh", "¥": "yên", "₫": "đồng", "×": "nhân",
    "÷": "chia", "±": "cộng trừ", "≤": "nhỏ hơn hoặc bằng", "≥": "lớn hơn hoặc bằng", "≠": "khác",
    "≈": "khoảng", "²": "bình phương", "³": "lập phương",
}  # fmt: skip

SILENT_SIGNS = frozenset("#*_|~^`\\<>{}¬¦•‣·†‡§¶")

EMOJI = {
    "😀": "hình mặt cười", "😃": "hình mặt cười", "😄": "hình mặt cười", "😁": "hình mặt cười",
    "😊": "hình mặt cười", "🙂": "hình mặt cười", "☺": "hình mặt cười", "😂": "hình cười ra nước mắt",
    "🤣": "hình cười ra nước mắt", "😉": "hình nháy mắt", "😍": "hình mặt yêu thích",
    "🥰": "hình mặt yêu thích", "😘": "hình gửi nụ hôn", "😢": "hình mặt buồn", "😭": "hình khóc",
    "😞": "hình mặt buồn", "😡": "hình mặt giận", "😮": "hình mặt ngạc nhiên", "😱": "hình mặt sợ hãi",
    "❤": "hình trái tim", "💕": "hình trái tim", "💔": "hình trái tim vỡ", "👍": "hình thích",
    "👎": "hình không thích", "👏": "hình vỗ tay", "🙏": "hình chắp tay", "👋": "hình vẫy tay",
    "🎉": "hình pháo giấy", "🎂": "hình bánh sinh nhật", "🌹": "hình hoa hồng", "🔥": "hình ngọn lửa",
    "⭐": "hình ngôi sao", "✅": "hình dấu chọn", "✔": "hình dấu chọn", "❌": "hình dấu chéo",
    "⚠": "hình cảnh báo",
}  # fmt: skip

ABBREVIATIONS = {
    "TP.HCM": "Thành phố Hồ Chí Minh", "TP. HCM": "Thành phố Hồ Chí Minh", "TPHCM": "Thành phố Hồ Chí Minh",
    "TP HCM": "Thành phố Hồ Chí Minh", "Tp.HCM": "Thành phố Hồ Chí Minh", "Tp. HCM": "Thành phố Hồ Chí Minh",
    "HCM": "Hồ Chí Minh", "TP.": "thành phố", "Tp.": "thành phố", "tp.": "thành phố", "TP": "thành phố",
    "HN": "Hà Nội", "VN": "Việt Nam", "Q.": "quận", "TX.": "thị xã", "TT.": "thị trấn",
    "UBND": "uỷ ban nhân dân", "HĐND": "hội đồng nhân dân", "NXB": "nhà xuất bản",
    "CLB": "câu lạc bộ", "CSGT": "cảnh sát giao thông", "PCCC": "phòng cháy chữa cháy",
    "ĐH": "đại học", "THPT": "trung học phổ thông", "THCS": "trung học cơ sở", "KTX": "ký túc xá",
    "BV": "bệnh viện", "BHYT": "bảo hiểm y tế", "BHXH": "bảo hiểm xã hội",
    "CCCD": "căn cước công dân", "CMND": "chứng minh nhân dân", "TNHH": "trách nhiệm hữu hạn",
    "TS.": "tiến sĩ", "ThS.": "thạc sĩ", "PGS.": "phó giáo sư", "GS.": "giáo sư", "BS.": "bác sĩ",
    "KS.": "kỹ sư", "LS.": "luật sư", "SĐT": "số điện thoại", "ĐT": "điện thoại", "đt": "điện thoại",
    "ĐC": "địa chỉ", "VD": "ví dụ", "vd": "ví dụ", "v.v.": "vân vân", "v.v": "vân vân", "vv": "vân vân",
}  # fmt: skip
"""Exactly so, as a word of its own. The keys with a full stop do not end a sentence."""

LOANWORDS = {
    "wifi": "oai phai", "wi-fi": "oai phai", "email": "i meo", "e-mail": "i meo", "gmail": "gi meo",
    "internet": "in tơ nét", "website": "oép sai", "web": "oép", "online": "on lai", "offline": "óp lai",
    "facebook": "phây búc", "youtube": "diu túp", "google": "gu gồ", "tiktok": "tíc tóc", "zalo": "da lô",
    "messenger": "mét sen giơ", "laptop": "láp tóp", "tablet": "táp lét", "smartphone": "sờ mát phôn",
    "iphone": "ai phôn", "ipad": "ai pát", "android": "an roi", "windows": "uyn đâu",
    "bluetooth": "bờ lu tút", "usb": "u ét bê", "camera": "ca mê ra", "video": "vi đê ô", "clip": "cờ líp",
    "radio": "ra đi ô", "menu": "mê niu", "file": "phai", "click": "cờ lích", "chat": "chát",
    "download": "đao loát", "upload": "úp loát", "livestream": "lai sờ trim", "selfie": "seo phi",
    "robot": "rô bốt", "hotline": "hót lai", "shop": "sóp", "marketing": "mác két tinh", "taxi": "tắc xi",
    "karaoke": "ca ra ô kê", "virus": "vi rút", "covid": "cô vít", "pizza": "pi da", "ok": "ô kê",
}  # fmt: skip
"""In any case, as a word of its own. None of them is a Vietnamese syllable."""

ACRONYMS = {"TV": "ti vi", "PC": "pi xi", "ATM": "a tê em", "CD": "xi đi", "DVD": "đê vê đê"}
"""Exactly so, as a word of its own."""

NUMBERED_NAMES = {
    "2D": "hai đê", "3D": "ba đê", "3G": "ba gờ", "4G": "bốn gờ", "5G": "năm gờ", "4K": "bốn ca",
    "8K": "tám ca", "24/7": "hai mươi bốn trên bảy",
}  # fmt: skip
"""Exactly so, as a word of its own."""

DOMAINS = {
    "com": "com", "net": "nét", "org": "o rờ gờ", "vn": "vê en", "edu": "e đu", "gov": "gốp", "io": "ai âu",
    "info": "in phô",
}  # fmt: skip
"""Last parts of internet names by which an address without "https" is known."""
