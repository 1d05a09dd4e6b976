"""The command line as a person or a script meets it: words, JSON, exit codes."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from assistant.cli import main
from assistant.environment import MODELS_VARIABLE
from assistant.messages import LANGUAGES, Messages
from engine.store import ModelFolder


@pytest.fixture
def models(tiny_folder: ModelFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the tiny model, which the command line finds first."""
    root = tmp_path / "models"
    shutil.copytree(tiny_folder.path, root / "tiny")
    monkeypatch.setenv(MODELS_VARIABLE, str(root))
    return root


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "ảnh đẹp.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)).save(path)
    return path


@pytest.fixture
def black(tmp_path: Path) -> Path:
    path = tmp_path / "đen.png"
    Image.new("RGB", (60, 80)).save(path)
    return path


def test_one_caption_a_line(
    models: Path, photo: Path, black: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["describe", "--model", "tiny", str(photo), str(black), str(photo)]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert len(lines) == 3
    assert lines[0] == lines[2] != ""
    assert lines[1] == Messages("vi").text("verdict.black")
    assert err == ""


def test_json_has_the_promised_fields_in_order(
    models: Path, photo: Path, black: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "giả.jpg"
    bad.write_text("không phải ảnh")
    assert main(["describe", "--json", "--model", "tiny", str(photo), str(bad), str(black)]) == 2
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    rest = ["confidence", "verdict", "alternatives", "timings_ms", "model"]
    assert [list(row) for row in rows] == [
        ["file", "text", *rest],
        ["file", "error", *rest],
        ["file", "text", *rest],
    ]
    assert [row["file"] for row in rows] == [str(photo), str(bad), str(black)]
    assert [row["verdict"] for row in rows] == ["photo", None, "black"]
    assert rows[0]["text"]
    assert 0 < rows[0]["confidence"] < 1
    assert list(rows[0]["timings_ms"]) == ["decode", "gate", "preprocess", "encode", "search"]
    assert rows[1]["error"] == Messages("vi").text("image.not-an-image")
    assert rows[2]["text"] == ""


def test_bad_file_does_not_stop_the_others(
    models: Path, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["describe", "--model", "tiny", "không có.jpg", str(photo)]) == 2
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 1
    assert err == "không có.jpg: Không tìm thấy tệp này. Hãy kiểm tra lại tên tệp.\n"


def test_standard_input(
    models: Path, photo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(photo.read_bytes())))
    assert main(["describe", "--model", "tiny", "-"]) == 0
    piped = capsys.readouterr().out
    assert main(["describe", "--model", "tiny", str(photo)]) == 0
    assert capsys.readouterr().out == piped


def test_model_by_path_and_beams(models: Path, photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "--model", str(models / "tiny"), "--beams", "1", str(photo)]) == 0
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("damage", ["absent", "config", "weights"])
def test_no_usable_model(models: Path, photo: Path, damage: str, capsys: pytest.CaptureFixture[str]) -> None:
    if damage == "absent":
        shutil.rmtree(models / "tiny")
    else:
        name = {"config": "config.json", "weights": "decoder.onnx"}[damage]
        (models / "tiny" / name).write_text("{")
    assert main(["describe", "--model", "tiny", str(photo)]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.strip() in {Messages("vi").text(key) for key in ("error.model-missing", "error.model-corrupt")}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["describe", "--screen", "--window"], "một nguồn"),
        (["describe", "--screen", "a.jpg"], "một nguồn"),
        (["paint"], "không hiểu paint"),
        (["describe"], "chưa cho biết tệp ảnh nào"),
        (["describe", "--colour", "a.jpg"], "--colour"),
        (["describe", "--beams", "nhiều", "a.jpg"], "từ 1 đến 20, không phải “nhiều”"),
        (["describe", "--beams", "0", "a.jpg"], "từ 1 đến 20"),
        (["describe", "--beams", "21", "a.jpg"], "từ 1 đến 20"),
        (["describe", "a.jpg", "--beams"], "--beams"),
        (["describe", "--device", "tpu", "a.jpg"], "auto, cpu, cuda, mps, dml, không phải “tpu”"),
    ],
)
def test_wrong_use(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 64
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert "viclipcap --help" in err


def test_speaks_english_on_request(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", "describe", "--model", "nothing", str(photo)]) == 3
    assert "The model was not found" in capsys.readouterr().err
    assert main(["describe", "--lang=en"]) == 64
    assert "no picture file" in capsys.readouterr().err


def test_help_is_vietnamese(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["describe", "--help"])
    assert caught.value.code == 0
    out = capsys.readouterr().out
    assert "tệp ảnh" in out
    assert "Mã thoát" in out
    for english in ("usage:", "options:", "positional", "show this"):
        assert english not in out


def test_models_lists_name_size_and_licence(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    out = capsys.readouterr().out
    assert "tiny: " in out
    assert "test only" in out


def test_doctor_finds_a_damaged_model(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor"])
    out = capsys.readouterr().out
    assert "tiny: đủ tệp" in out
    assert "tiny chạy trên cpu bằng onnxruntime, số float32" in out
    (models / "tiny" / "encoder.onnx").write_bytes(b"x")
    assert main(["doctor"]) == 3
    out = capsys.readouterr().out
    assert "[LỖI]" in out
    assert "encoder.onnx is damaged" in out


def test_doctor_names_what_is_missing_and_how_to_get_it(
    models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("assistant.commands.doctor.own_engines", lambda: [])
    monkeypatch.setattr(
        "assistant.commands.doctor.package_version", lambda name: None if name == "torch" else "1.0"
    )
    main(["doctor"])
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("[thiếu]")]
    assert any("espeak-ng" in line and "install" in line for line in lines)
    assert any("torch" in line and "requirements/train.txt" in line for line in lines)
    assert len(lines) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_say_everything(language: str) -> None:
    """GIVEN the texts of both languages, THEN they have the same keys and the same places to fill."""
    import string

    texts = {name: Messages(name)._texts for name in LANGUAGES}

    def places(text: str) -> set[str]:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field}

    for key, text in texts["vi"].items():
        assert places(text) == places(texts[language][key]), key
    assert texts["vi"].keys() == texts[language].keys()


def test_every_error_has_a_sentence_of_its_own() -> None:
    from engine import ImageError, ImageFault, Verdict

    messages = Messages("vi")
    sentences = [messages.error(ImageError("x", fault)) for fault in ImageFault]
    sentences += [messages.text(f"verdict.{verdict}") for verdict in Verdict if verdict is not Verdict.PHOTO]
    assert len(set(sentences)) == len(sentences)
    assert all(sentence.endswith(".") for sentence in sentences)


def test_without_a_command_and_without_a_display(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 4
    assert Messages("vi").text("app.no-display") in capsys.readouterr().err


def test_a_wish_when_no_app_is_running(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert main(["describe", "--screen"]) == 4
    assert Messages("vi").text("app.not-running") in capsys.readouterr().err
