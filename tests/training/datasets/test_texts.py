"""Encodings are recognised or refused; damaged letters are seen, and only those."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training.data import DataError
from training.datasets.problems import Problems
from training.datasets.texts import is_damaged, read_text

VIETNAMESE = (
    "một người đàn ông đứng ở ngoài đường",
    "Hai đứa trẻ – “ăn kem”, 20°C…",
    "Cô gái «má» hồng, cà phê sữa đá, thuỷ thủ",
    "ĐƯỜNG PHỐ VẮNG VẺ",
)


@pytest.mark.parametrize("text", VIETNAMESE)
def test_damage_is_seen(text: str) -> None:
    """GIVEN UTF-8 bytes read as Windows-1252 or Latin-1, THEN it is seen; the text itself is not blamed."""
    assert not is_damaged(text)
    for encoding in ("cp1252", "latin-1"):
        damaged = text.encode().decode(encoding, "replace" if encoding == "cp1252" else "strict")
        assert is_damaged(damaged)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạếềểễệ ĐẮỘƯ.,\n", min_size=1),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_unicode_is_read_as_it_was_written(tmp_path: Path, text: str, encoding: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(text.encode(encoding))
    assert read_text(file, Problems()) == text


def test_decomposed_letters_are_composed(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("mo\u0323\u0302t", encoding="utf-8")
    assert read_text(file, Problems()) == "một"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gone\.json"):
        read_text(tmp_path / "gone.json", Problems())
