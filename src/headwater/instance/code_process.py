"""The process of a code location, a program of its own.

``python -m headwater.instance.code_process FILE HOME TARGET`` speaks to its supervisor over the inherited socket FILE;
``… - HOME TARGET RUN_ID`` executes one run and ends.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import msgspec

from headwater.hosting.alias import install_alias_if_wanted
from headwater.hosting.code_location import CodeLocation, load_location
from headwater.hosting.code_server import CodeServer
from headwater.hosting.code_target import CodeTarget
from headwater.instance.code_answer import answer_question
from headwater.instance.instance import DagsterInstance
from headwater.instance.queued_run import execute_queued_run
from headwater.model.codec import encode


def code_process_arguments(home: Path, target: CodeTarget) -> list[str]:
    """The arguments behind the file."""
    return [str(home), encode(target).decode()]


def read_target(text: str) -> CodeTarget:
    """The target that :func:`code_process_arguments` has written."""
    given = msgspec.json.decode(text, type=dict[str, str | None])
    file, folder = given.pop("python_file"), given.pop("working_directory")
    return CodeTarget(
        working_directory=Path(folder or "."), python_file=Path(file) if file else None, **given
    )


def main(file: str, home: str, target_text: str, run_id: str | None = None) -> None:
    """Serve, or execute one run."""
    install_alias_if_wanted()
    target = read_target(target_text)

    def execute(location: CodeLocation, run_id: str) -> None:
        with DagsterInstance.open(home) as instance:
            execute_queued_run(location, instance, run_id)

    if run_id is not None:
        execute(load_location(target), run_id)
        return
    command = [sys.executable, "-m", "headwater.instance.code_process", "-", home, target_text]
    CodeServer(
        socket.socket(fileno=int(file)),
        target,
        open_instance=lambda: DagsterInstance.open(home),
        execute=execute,
        answer=answer_question,
        run_command=command,
    ).serve()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # what libraries do at the end of a process would look at what gc.freeze() has set aside


if __name__ == "__main__":
    main(*sys.argv[1:])
