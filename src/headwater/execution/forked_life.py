"""The life of a forked process: it does its work and ends, and never returns to what its parent was doing."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from typing import NoReturn


def live_forked(work: Callable[[], object], *, untold: type[BaseException]) -> NoReturn:
    """Lead a process group, do ``work``, wait for the threads that it has started, and end: with 0 when all went well.

    What goes wrong is told on standard error, but for ``untold``: an end of which somebody else knows.
    """
    code = 1
    try:
        os.setpgid(0, 0)
        work()
        threading._shutdown()  # type: ignore[attr-defined] # as the interpreter does: pools are told, and threads waited for
        code = 0
    except BaseException as error:  # noqa: BLE001 - the end of this process; the parent hears of it by the exit code
        if not isinstance(error, untold):
            sys.excepthook(type(error), error, error.__traceback__)
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)
