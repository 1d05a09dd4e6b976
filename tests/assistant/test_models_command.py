"""``viclipcap models`` with a real server: consent, progress, exit codes, Ctrl+C."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.commands.outcome import ExitCode
from assistant.environment import user_models
from assistant.messages import Messages
from assistant.model_words import Tenths
from engine.catalogue import catalogue_json
from engine.packing import pack_model
from engine.store import ModelFolder, open_folder
from engine.store_error import StoreFault
from tests.bad_server import BadServer, Manners, serving
from tests.store_models import SIZE, make_model, serve_folder, visible, zip_folder

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = Messages("vi")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATA", "CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "home" / name))


@pytest.fixture
def server() -> Iterator[BadServer]:
    with serving() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> ModelFolder:
    return make_model(tmp_path / "out")


@pytest.fixture
def catalogue(server: BadServer, folder: ModelFolder) -> str:
    """The address of a catalogue on the server."""
    serve_folder(server, folder)
    model = pack_model(folder, title="ViClipCap KTVIC", source="lớp 12A")
    server.files["/catalogue.json"] = Manners(catalogue_json([model]).encode())
    return f"{server.address}/catalogue.json"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def installed() -> list[str]:
    return visible(user_models()) if user_models().exists() else []


class TestGet:
    def test_says_what_it_is_and_how_far(self, catalogue: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["models", "get", "ktvic", "--catalogue", catalogue, "--yes"]) == ExitCode.OK
        out, err = capsys.readouterr()
        host = catalogue.split("/")[2]
        lines = err.splitlines()
        assert lines[:6] == [
            "ViClipCap KTVIC", "Tên: ktvic.", "Kích thước: 1 MB.", "Giấy phép: chỉ để thử.",
            "Nguồn gốc: lớp 12A.", f"Tải từ: {host}.",
        ]  # fmt: skip
        percents = [int(line.removesuffix(" phần trăm")) for line in lines[6:]]
        assert percents == sorted(set(percents))
        assert percents[-1] == 100
        assert all(percent % 10 == 0 for percent in percents)
        assert out == MESSAGES.text("models-command.got", name="ktvic") + "\n"
        open_folder(user_models() / "ktvic").verify()

    @pytest.mark.parametrize(("answer", "code"), [("c\n", 0), ("CÓ\n", 0), ("k\n", 6), ("\n", 6), ("", 6)])
    def test_asks_on_a_terminal(
        self, catalogue: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
        answer: str, code: int,
    ) -> None:  # fmt: skip
        monkeypatch.setattr("sys.stdin", Terminal(answer))
        assert main(["models", "get", "ktvic", "--catalogue", catalogue]) == code
        assert installed() == ([] if code else ["ktvic"])
        assert "Tải về? Gõ c rồi Enter để đồng ý:" in capsys.readouterr().err

    def test_does_nothing_where_nobody_can_be_asked(
        self, server: BadServer, catalogue: str, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:  # fmt: skip
        monkeypatch.setattr("sys.stdin", io.StringIO("c\n"))
        assert main(["models", "get", "ktvic", "--catalogue", catalogue]) == ExitCode.USAGE
        assert "--yes" in capsys.readouterr().err
        assert server.asked == [("/catalogue.json", "")]

    def test_goes_on_where_it_broke(
        self, server: BadServer, catalogue: str, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:  # fmt: skip
        monkeypatch.setattr("engine.transfer.Transfer.pause", lambda self, seconds: self.check())
        encoder = server.files["/encoder.onnx"]
        encoder.die_after, encoder.ranges = SIZE // 2, False
        command = ["models", "get", "ktvic", "--catalogue", catalogue]
        assert main([*command, "--yes"]) == ExitCode.MODELS_UNCHANGED
        err = capsys.readouterr().err
        assert err.splitlines()[-2:] == [
            MESSAGES.text("store-error.interrupted"),
            MESSAGES.text("models-command.go-on", command=" ".join(["viclipcap", *command])),
        ]
        assert installed() == []
        encoder.die_after, encoder.ranges = None, True
        assert main([*command, "--yes"]) == ExitCode.OK
        resumed, *lines = capsys.readouterr().err.splitlines()[6:]
        assert resumed == "Lần trước đã tải được 33 phần trăm, nay tải tiếp."
        assert all(int(line.removesuffix(" phần trăm")) > 33 for line in lines)

    def test_a_name_that_is_not_offered(self, catalogue: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["models", "get", "khác", "--catalogue", catalogue]) == ExitCode.MODELS_UNCHANGED
        assert "“khác”. Danh mục có: ktvic." in capsys.readouterr().err

    def test_the_catalogue_that_ships_is_used(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["models", "get", "khác"]) == ExitCode.MODELS_UNCHANGED
        assert "Danh mục" in capsys.readouterr().err

    @pytest.mark.slow
    def test_ctrl_c_keeps_what_came(self, server: BadServer, catalogue: str, tmp_path: Path) -> None:
        server.files["/encoder.onnx"].drip_s = 0.01
        process = subprocess.Popen(
            [sys.executable, "main.py", "models", "get", "ktvic", "--catalogue", catalogue, "--yes"],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stderr
        while not (line := process.stderr.readline()).startswith("10 phần trăm"):
            assert line
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
        assert process.returncode == ExitCode.MODELS_UNCHANGED
        assert out == ""
        assert err.splitlines()[-1] == MESSAGES.text(
            "models-command.interrupted-get", command=f"viclipcap models get ktvic --catalogue {catalogue}"
        )
        assert installed() == []
        server.files["/encoder.onnx"].drip_s = 0
        assert main(["models", "get", "ktvic", "--catalogue", catalogue, "--yes"]) == ExitCode.OK
        assert server.ranges("/encoder.onnx")[-1].startswith("bytes=")


class TestImport:
    def test_a_zip_file(
        self, folder: ModelFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = zip_folder(folder.path, tmp_path / "mô hình.zip")
        assert main(["models", "import", str(path)]) == ExitCode.OK
        out, err = capsys.readouterr()
        assert out == "Đã thêm mô hình ktvic, 1 MB. Giấy phép: chỉ để thử\n"
        assert err.splitlines()[-1] == "100 phần trăm"
        assert installed() == ["ktvic"]

    def test_a_damaged_one(self, folder: ModelFolder, capsys: pytest.CaptureFixture[str]) -> None:
        (folder.path / "encoder.onnx").write_bytes(b"x")
        assert main(["models", "import", str(folder.path)]) == ExitCode.MODELS_UNCHANGED
        assert capsys.readouterr().err.splitlines()[-1] == MESSAGES.text("store-error.damaged")
        assert installed() == []


class TestRemove:
    @pytest.fixture(autouse=True)
    def _installed(self, folder: ModelFolder, capsys: pytest.CaptureFixture[str]) -> None:
        main(["models", "import", str(folder.path)])
        capsys.readouterr()

    def test_after_a_question(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", Terminal("k\n"))
        assert main(["models", "remove", "ktvic"]) == ExitCode.MODELS_UNCHANGED
        assert installed() == ["ktvic"]
        monkeypatch.setattr("sys.stdin", Terminal("y\n"))
        assert main(["models", "remove", "ktvic"]) == ExitCode.OK
        assert installed() == []

    def test_not_the_one_that_ships(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["models", "remove", "starter", "--yes"]) == ExitCode.MODELS_UNCHANGED
        assert capsys.readouterr().err == MESSAGES.text("kept.not-own") + "\n"

    def test_not_the_chosen_one(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        settings = tmp_path / "home" / "CONFIG" / "viclipcap" / "settings.json"
        settings.parent.mkdir(parents=True)
        settings.write_text(json.dumps({"model": "ktvic"}))
        assert main(["models", "remove", "ktvic", "--yes"]) == ExitCode.MODELS_UNCHANGED
        assert capsys.readouterr().err == MESSAGES.text("kept.chosen") + "\n"
        assert installed() == ["ktvic"]

    def test_one_that_is_not_there(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["models", "remove", "khác", "--yes"]) == ExitCode.MODELS_UNCHANGED
        assert capsys.readouterr().err == MESSAGES.text("error.model-missing") + "\n"


class TestPack:
    def test_published_and_fetched(
        self, server: BadServer, folder: ModelFolder, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """The whole way: a folder is packed, put on a server as it is, and fetched from there."""
        arguments = ["--title", "KTVIC", "--source", "lớp 12A", "--memory-mb", "600"]
        assert main(["models", "pack", str(folder.path), *arguments]) == ExitCode.OK
        assert capsys.readouterr().out == f"Đã ghi danh mục: {folder.path / 'catalogue.json'}\n"
        serve_folder(server, folder)
        address = f"{server.address}/catalogue.json"
        assert main(["models", "list", "--catalogue", address]) == ExitCode.OK
        assert "Có thể tải về:\nktvic: KTVIC, 1 MB\n    Giấy phép: chỉ để thử\n" in capsys.readouterr().out
        assert main(["models", "get", "ktvic", "--catalogue", address, "--yes"]) == ExitCode.OK
        assert "Bộ nhớ cần khi mô tả: 600 MB." in capsys.readouterr().err
        main(["models"])
        assert f"ktvic: 0.2 MB, {user_models() / 'ktvic'}" in capsys.readouterr().out

    def test_to_another_place_for_another_server(self, folder: ModelFolder, tmp_path: Path) -> None:
        target = tmp_path / "c.json"
        mirrors = ["--mirror", "{endpoint}/lop/ktvic/resolve/main", "--mirror", "http://may-truong/ktvic/"]
        assert main(["models", "pack", str(folder.path), "--out", str(target), *mirrors]) == ExitCode.OK
        (model,) = json.loads(target.read_text(encoding="utf-8"))["models"]
        assert model["title"] == {"vi": "ktvic", "en": "ktvic"}
        assert model["files"][0]["mirrors"] == [
            "{endpoint}/lop/ktvic/resolve/main/config.json", "http://may-truong/ktvic/config.json",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "options", [["--memory-mb", "0"], ["--memory-mb", "nhiều"], ["--mirror", "ftp://a"]]
    )
    def test_wrong_use(
        self, folder: ModelFolder, options: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["models", "pack", str(folder.path), *options]) == ExitCode.USAGE
        assert f"“{options[1]}”" in capsys.readouterr().err
        assert not (folder.path / "catalogue.json").exists()

    def test_a_damaged_model(self, folder: ModelFolder, capsys: pytest.CaptureFixture[str]) -> None:
        (folder.path / "encoder.onnx").unlink()
        assert main(["models", "pack", str(folder.path)]) == ExitCode.MODELS_UNCHANGED
        assert capsys.readouterr().err == MESSAGES.text("error.model-missing") + "\n"

    def test_a_place_that_cannot_be_written(
        self, folder: ModelFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        target = tmp_path / "none" / "c.json"
        assert main(["models", "pack", str(folder.path), "--out", str(target)]) == ExitCode.MODELS_UNCHANGED
        assert capsys.readouterr().err == MESSAGES.text("store-error.failed") + "\n"


def test_a_catalogue_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list", "--catalogue", str(tmp_path / "c.json")]) == ExitCode.MODELS_UNCHANGED
    out, err = capsys.readouterr()
    assert out == ""
    assert err == MESSAGES.text("store-error.bad-catalogue") + "\n"


def test_every_fault_has_a_sentence_of_its_own() -> None:
    values = {"needed_mb": 2, "free_mb": 1}
    sentences = [MESSAGES.text(f"store-error.{fault}", **values) for fault in StoreFault]
    assert len(set(sentences)) == len(sentences)
    assert all(sentence.endswith(".") for sentence in sentences)


def test_tenths_are_told_once_each_and_never_backwards() -> None:
    told: list[int] = []
    tenths = Tenths(told.append, 37)
    for percent in (37, 39, 40, 41, 0, 12, 59, 60, 100):
        tenths.reach(percent)
    assert told == [40, 50, 60, 100]
