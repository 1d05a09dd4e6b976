"""``viclipcap train`` and ``viclipcap evaluate`` hand everything to ``python -m training``."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from assistant.commands.outcome import ExitCode
from assistant.environment import install_extra
from assistant.messages import Messages
from assistant.training_launch import can_train, training_command, training_environment


def run_training(arguments: Sequence[str], messages: Messages, *, light: bool = False) -> int:
    """Run the training command with this terminal, to its end.

    Args:
        arguments: of ``python -m training``.
        messages: the texts.
        light: it works without the packages of the extra ``train``.

    Returns:
        its exit code, or 128 and the number of the signal that ended it.
    """
    if not light and not can_train():
        print(messages.text("training.needs-train", install=install_extra("train")), file=sys.stderr)
        return ExitCode.NO_TRAINING
    sys.stdout.flush()
    with subprocess.Popen(training_command(arguments), env=training_environment()) as process:
        while True:
            try:
                code = process.wait()
            except KeyboardInterrupt:
                continue  # the terminal has told the child, too: it saves its state, and we wait for that
            return code if code >= 0 else 128 - code
