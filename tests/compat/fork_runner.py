"""Run many programs inside one warm interpreter: import Dagster once, then fork a child for each program.

    python fork_runner.py OUTPUT_FOLDER PROGRAM...

Each child has a fresh working folder, its own `__main__` and `sys.argv`, and the program's folder first on
`sys.path`, as plain `python PROGRAM` gives them. Its standard output, standard error and exit code go to
`NAME.out`, `NAME.err` and `NAME.code` in the output folder.

This runs under the oracle's interpreter, which has Dagster and knows nothing of Headwater.
"""

import os
import runpy
import sys
import tempfile
import traceback
from pathlib import Path


def run_child(program: Path, output: Path) -> None:
    """Become the program; never returns."""
    os.chdir(tempfile.mkdtemp(prefix="compat-"))
    for stream, suffix in ((1, ".out"), (2, ".err")):
        target = os.open(str(output / (program.stem + suffix)), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(target, stream)
    sys.argv = [str(program)]
    sys.path[0] = str(program.parent)
    code = 0
    try:
        runpy.run_path(str(program), run_name="__main__")
    except SystemExit as exit:
        code = exit.code if isinstance(exit.code, int) else int(exit.code is not None)
    except BaseException:  # noqa: BLE001  whatever ends the program is its outcome
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # not the parent's way out: its clean-up belongs to the parent


def main() -> None:
    """Run every program that the command line names, one after the other."""
    import dagster  # noqa: F401  the point of this file: pay for it once

    output = Path(sys.argv[1])
    for name in sys.argv[2:]:
        program = Path(name)
        child = os.fork()
        if child == 0:
            run_child(program, output)
        _, status = os.waitpid(child, 0)
        (output / (program.stem + ".code")).write_text(str(os.waitstatus_to_exitcode(status)))


if __name__ == "__main__":
    main()
