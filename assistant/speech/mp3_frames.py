"""Whether an MP3 file is whole: decoders read a cut file up to its cut and report nothing.

Layout of frames: ISO/IEC 11172-3 and 13818-3, Layer III; tags: ID3 1 and 2.4.
"""

from __future__ import annotations

_MPEG_1 = 3
_LAYER_3 = 1
_SAMPLE_RATES_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
"""By the header's version bits: MPEG 1, 2 and 2.5."""

_BIT_RATES_1_KBPS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_BIT_RATES_2_KBPS = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)

_HEADER_BYTES = 4
_ID3V1_BYTES = 128
_ID3V2_HEADER_BYTES = 10
_ID3V2_HAS_FOOTER = 0x10


def is_whole_mp3(data: bytes) -> bool:
    """Whether bytes are Layer III frames without a gap, from the first byte to the last.

    Tags before and after the frames are allowed.
    """
    start, end = _tag_before(data), len(data)
    if data[-_ID3V1_BYTES:].startswith(b"TAG"):
        end -= _ID3V1_BYTES
    position = start
    while position < end:
        length = _frame_bytes(data[position : position + _HEADER_BYTES])
        if length is None:
            return False
        position += length
    return start < position == end


def _tag_before(data: bytes) -> int:
    if not data.startswith(b"ID3") or len(data) < _ID3V2_HEADER_BYTES:
        return 0
    size = 0
    for byte in data[6:_ID3V2_HEADER_BYTES]:
        size = size << 7 | byte & 0x7F
    footer = _ID3V2_HEADER_BYTES if data[5] & _ID3V2_HAS_FOOTER else 0
    return _ID3V2_HEADER_BYTES + size + footer


def _frame_bytes(header: bytes) -> int | None:
    """Length of the frame that begins with these four bytes; ``None`` when they begin none."""
    if len(header) < _HEADER_BYTES:
        return None
    bits = int.from_bytes(header)
    version, layer = bits >> 19 & 3, bits >> 17 & 3
    bit_rate, sample_rate, padding = bits >> 12 & 15, bits >> 10 & 3, bits >> 9 & 1
    if bits >> 21 != 0x7FF or version not in _SAMPLE_RATES_HZ or layer != _LAYER_3:
        return None
    if bit_rate in (0, 15) or sample_rate == 3:
        return None
    rates_kbps = _BIT_RATES_1_KBPS if version == _MPEG_1 else _BIT_RATES_2_KBPS
    samples = 1152 if version == _MPEG_1 else 576
    bytes_per_second = rates_kbps[bit_rate - 1] * 125
    return samples * bytes_per_second // _SAMPLE_RATES_HZ[version][sample_rate] + padding
