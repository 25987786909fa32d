"""``python -m headwater.compat script.py [args]`` or ``-m module [args]``: run a Dagster program on Headwater."""

from __future__ import annotations

import io
import os
import runpy
import sys
from types import ModuleType

from headwater.hosting.alias import install_alias

USAGE = """usage: python -m headwater.compat SCRIPT [ARG ...]
       python -m headwater.compat -m MODULE [ARG ...]

Runs a program with `dagster` and its libraries meaning Headwater: a script, `-m pytest`, or with `-m dagster` the
command of Headwater that is named like Dagster's (asset, definitions, dev, job, run)."""

COMMAND_MODULES = frozenset({"dagster", "dagster.cli", "dagster._cli"})


def main(arguments: list[str]) -> None:
    """Run the program that ``arguments`` name, as plain ``python`` would."""
    if not arguments or arguments[0] in ("-h", "--help"):
        sys.stdout.write(f"{USAGE}\n")
        raise SystemExit(0 if arguments else 2)
    install_alias()
    if arguments[0] == "-m":
        if len(arguments) < 2:
            sys.stderr.write(f"{USAGE}\n")
            raise SystemExit(2)
        sys.argv = arguments[1:]
        if arguments[1] in COMMAND_MODULES:
            run_command()
        else:
            runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        run_script(arguments[0], arguments)


def run_script(path: str, arguments: list[str]) -> None:
    """Run a script as ``__main__``, with its own folder first on the path."""
    sys.argv = arguments
    if os.path.isdir(path) or not os.path.exists(path):
        _run_folder(path)
        return
    if not sys.flags.safe_path:
        sys.path[0] = os.path.dirname(os.path.realpath(path))
    main_module = ModuleType("__main__")
    main_module.__file__ = path
    main_module.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = main_module
    with io.open_code(os.path.abspath(path)) as file:
        code = compile(file.read(), path, "exec", dont_inherit=True)
    exec(code, main_module.__dict__)


def run_command() -> None:
    """Run the command line of Headwater, whose commands and options are those of Dagster's, as far as it has them."""
    runpy.run_module("headwater", run_name="__main__", alter_sys=True)  # it stands above this layer


def _run_folder(path: str) -> None:
    """A folder with a ``__main__.py``, or the error that plain Python gives for a script that is not there."""
    if not os.path.exists(path):
        sys.stderr.write(f"{sys.executable}: can't open file {os.path.abspath(path)!r}: no such file\n")
        raise SystemExit(2)
    del sys.path[0]
    runpy.run_path(path, run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
