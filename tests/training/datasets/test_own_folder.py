"""A person's own photos with a CSV file, as spreadsheets write it."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from tests.training.datasets.making import make_photos, own_folder, write_text
from training.data import DataError
from training.datasets import examine_photos, read_photos

CAPTION = "Đường phố buổi sáng, nhiều xe"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "headers", [("file", "caption"), ("Tên ảnh", "Mô tả"), ("file_name", "chú thích"), ("Ảnh", "Câu mô tả")]
)
def test_what_spreadsheets_write(
    tmp_path: Path, encoding: str, separator: str, headers: tuple[str, str]
) -> None:
    lines = [separator.join(headers), *(f'{n}.png{separator}"{CAPTION}"' for n in range(4))]
    write_text(tmp_path / "captions.csv", "\r\n".join(lines) + "\r\n", encoding)
    make_photos(tmp_path, *(f"{n}.png" for n in range(4)))
    dataset = read_photos(tmp_path)
    assert dataset.kind == "own folder"
    assert [example.captions for example in dataset.examples] == [(CAPTION,)] * 4
    listed = dataset.problems.pop("file not in UTF-8", [])
    assert bool(listed) == encoding.startswith("utf-16")
    assert dataset.problems == {}


def windows_1258(text: str) -> bytes:
    """As Vietnamese Windows wrote it: the tone mark behind its letter."""
    parts = []
    for letter in text:
        marks = unicodedata.normalize("NFD", letter)
        tone = "".join(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
        parts.append(unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in tone)) + tone)
    return "".join(parts).encode("cp1258")


def test_vietnamese_windows_encoding_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(
        windows_1258("file,mô tả\n0.png,một con chó đen\n1.png,Người – “ở” phố\n")
    )
    make_photos(tmp_path, "0.png", "1.png")
    dataset = examine_photos(tmp_path)
    assert dataset.problems == {"file not in UTF-8": ["a.csv: cp1258"]}
    captions = [example.captions for example in dataset.examples]
    assert captions == [("một con chó đen",), ("Người – “ở” phố",)]


def test_other_encodings_are_refused_with_the_line(tmp_path: Path) -> None:
    text = "file,caption\n0.png,một\n".encode() + b"1.png,\xcc\xf2\xfd\xe5\n"
    (tmp_path / "a.csv").write_bytes(text)
    make_photos(tmp_path, "0.png", "1.png")
    with pytest.raises(DataError, match=r"a\.csv, line 3: .*UTF-8"):
        read_photos(tmp_path)


def test_without_headers_and_with_excels_own_line(tmp_path: Path) -> None:
    make_photos(tmp_path / "anh", "0.png", "1.png")
    write_text(tmp_path / "a.csv", "sep=;\n0.png;một câu\nanh\\1.png;hai câu\n")
    dataset = read_photos(tmp_path)
    assert dataset.problems == {}
    assert [example.image.name for example in dataset.examples] == ["0.png", "1.png"]


def test_names_without_suffix(tmp_path: Path) -> None:
    make_photos(tmp_path, "xe.jpg", "meo.png")
    write_text(tmp_path / "a.csv", "ảnh,mô tả\nxe,một chiếc xe\nmeo,một con mèo\n")
    assert [item.image.name for item in read_photos(tmp_path).examples] == ["xe.jpg", "meo.png"]


def test_splits_in_a_column_or_in_several_files(tmp_path: Path) -> None:
    names = [f"{n}.png" for n in range(4)]
    make_photos(tmp_path / "one", *names)
    rows = zip(names, ("train", "Kiểm tra", "dev", "khác"), strict=True)
    write_text(tmp_path / "one/a.csv", "file,caption,split\n" + "".join(f"{n},câu,{s}\n" for n, s in rows))
    dataset = examine_photos(tmp_path / "one")
    assert [example.split for example in dataset.examples] == ["train", "test", "val"]
    assert dataset.problems["row not understood"] == ["a.csv, line 5"]
    make_photos(tmp_path / "two", *names)
    for name, split in zip(names, ("train", "val", "test", "train"), strict=True):
        write_text(tmp_path / "two" / f"{split}.csv", f"file,caption\n{name},câu\n")
    assert [example.split for example in examine_photos(tmp_path / "two").examples] == [
        "test",
        "train",
        "val",
    ]


def test_several_files_for_everything_are_refused(tmp_path: Path) -> None:
    own_folder(tmp_path, [("0.png", "câu")])
    write_text(tmp_path / "more.csv", "file,caption\n1.png,câu\n")
    with pytest.raises(DataError, match=r"captions\.csv, more\.csv"):
        read_photos(tmp_path)


def test_columns_that_nobody_knows(tmp_path: Path) -> None:
    make_photos(tmp_path, "0.png")
    write_text(tmp_path / "a.csv", "x,y\n1,2\n")
    with pytest.raises(DataError, match="tên ảnh"):
        read_photos(tmp_path)


def test_photos_nobody_described_and_short_rows(tmp_path: Path) -> None:
    own_folder(tmp_path, [("0.png", "một câu"), ("1.png", 'hai "câu" khác')], photos=3)
    with (tmp_path / "captions.csv").open("a", encoding="utf-8") as file:
        file.write('\n"1.png"\n,"câu không có ảnh"\n"0.png","câu dài\nhai dòng"')
    dataset = examine_photos(tmp_path)
    assert dataset.problems == {
        "row not understood": ["captions.csv, line 4", "captions.csv, line 5"],
        "no caption": ["2.png"],
    }
    assert dataset.examples[0].captions[1] == "câu dài\nhai dòng"
