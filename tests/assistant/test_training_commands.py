"""``viclipcap train`` and ``viclipcap evaluate``: another program's words and exit codes, passed through."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.commands.outcome import ExitCode
from assistant.messages import Messages
from assistant.training_launch import training_command, training_environment

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]

ECHO = """
import sys
print("|".join(sys.argv[1:]))
print("chữ lỗi", file=sys.stderr)
sys.exit(5)
"""

PATIENT = """
import os, sys, time
try:
    print("ready", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    time.sleep(0.6)
    print("saved", flush=True)
    sys.exit(9)
"""


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> None:
    """The training command prints its arguments."""

    def command(arguments: Sequence[str]) -> list[str]:
        return [sys.executable, "-c", ECHO, *arguments]

    monkeypatch.setattr("assistant.commands.training.training_command", command)


@pytest.mark.parametrize(
    ("words", "passed"),
    [
        (["train", "--data", "ảnh của tôi", "--base", "starter"], "fit|--data|ảnh của tôi|--base|starter"),
        (["--lang", "en", "evaluate", "--model", "x", "--json"], "evaluate|--model|x|--json"),
        (["train", "--lang=en", "--epochs=3"], "fit|--epochs=3"),
        (["train"], "fit"),
    ],
)
def test_everything_is_passed_through(
    echo: None, words: list[str], passed: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 5
    assert capfd.readouterr() == (f"{passed}\n", "chữ lỗi\n")


class TestWithoutTheExtra:
    @pytest.fixture(autouse=True)
    def absent(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("assistant.training_launch.package_version", lambda name: None)

    @pytest.mark.parametrize("command", ["train", "evaluate"])
    def test_one_sentence_with_the_line_that_installs_it(
        self, echo: None, command: str, capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert main([command, "--data", "x"]) == ExitCode.NO_TRAINING
        out, err = capfd.readouterr()
        assert out == ""
        assert err.startswith("Chưa có phần huấn luyện. Cài bằng lệnh: ")
        assert err.endswith("pip install --require-hashes -r requirements/train.txt\n")
        assert err.count("\n") == 1

    @pytest.mark.parametrize("words", [["--predictions", "a.json"], ["--json", "--predictions=a.json"]])
    def test_written_sentences_are_scored_all_the_same(
        self, echo: None, words: list[str], capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["evaluate", *words]) == 5
        assert capfd.readouterr().out == "|".join(["evaluate", *words]) + "\n"


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_help_is_ours(echo: None, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    out = " ".join(capsys.readouterr().out.split())
    assert Messages("vi").text(f"usage.{command}") in out
    assert "--data THƯ_MỤC" in out
    assert "7 là chưa cài" in out


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal's process group is a thing of POSIX")
def test_ctrl_c_reaches_the_child_and_its_end_is_awaited() -> None:
    """GIVEN Ctrl+C in a terminal, THEN the child saves what it has, and its exit code is ours."""
    code = (
        "import sys, assistant.commands.training as training\n"
        f"training.training_command = lambda arguments: [sys.executable, '-c', {PATIENT!r}]\n"
        "from assistant.cli import main\n"
        "raise SystemExit(main(['train']))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True, text=True,
    ) as process:  # fmt: skip
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (9, "saved\n", "")


def test_a_killed_child(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"
    monkeypatch.setattr(
        "assistant.commands.training.training_command", lambda arguments: [sys.executable, "-c", code]
    )
    assert main(["train"]) == 128 + signal.SIGTERM


def test_the_training_of_this_program_is_run(tmp_path: Path) -> None:
    """GIVEN a folder with a package ``training`` of its own, THEN that one is left alone."""
    (tmp_path / "training").mkdir()
    (tmp_path / "training" / "__main__.py").write_text("raise SystemExit(66)")
    done = subprocess.run(
        training_command(["--help"]), cwd=tmp_path, env=training_environment(), capture_output=True,
        text=True, check=True, timeout=60,
    )  # fmt: skip
    assert "python -m training" in done.stdout


@pytest.mark.parametrize(
    ("predictions", "code"),
    [('[{"id": 1, "references": ["một con mèo"], "hypothesis": "một con mèo"}]', 0), ("{", 1)],
)
def test_scores_of_written_sentences(
    predictions: str, code: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """GIVEN the real command, THEN scores come out, or a sentence where the file makes no sense."""
    file = tmp_path / "câu.json"
    file.write_text(predictions, encoding="utf-8")
    assert main(["evaluate", "--predictions", str(file), "--json"]) == code
    out, err = capfd.readouterr()
    assert ("BLEU-1" in out) is (code == 0)
    assert bool(err.strip()) is (code == 1)
