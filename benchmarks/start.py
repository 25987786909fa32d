"""How long does it take until there is something: ``import``, ``--version``?"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.sides import Side, compare, dagster_python


def main() -> None:
    """Compare the starts."""
    theirs = dagster_python()
    ours = Path(sys.executable)
    compare(
        "import, whole process",
        [
            Side("headwater", [str(ours), "-c", "import headwater"]),
            Side("dagster 1.13", [str(theirs), "-c", "import dagster"]),
            Side("python alone", [str(ours), "-c", "pass"]),
        ],
    )
    compare(
        "import, its own time",
        [
            Side("headwater", [str(ours), "-c", _TIMED.format(module="headwater")]),
            Side("dagster 1.13", [str(theirs), "-c", _TIMED.format(module="dagster")]),
        ],
    )
    compare(
        "--version, whole process",
        [
            Side("headwater", [str(ours.parent / "headwater"), "--version"]),
            Side("dagster 1.13", [str(theirs.parent / "dagster"), "--version"]),
        ],
    )


_TIMED = """
import time; started = time.perf_counter()
import {module}
print('{{"import ms": %f}}' % ((time.perf_counter() - started) * 1000))
"""

if __name__ == "__main__":
    main()
