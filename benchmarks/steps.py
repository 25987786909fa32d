"""What does a step cost: with a history that is kept and values in files, and with nothing kept?"""

from __future__ import annotations

from benchmarks.sides import (
    compare,
    dagster_program,
    headwater_program,
    kedro_program,
    plain_program,
)


def main() -> None:
    """Compare a chain, and assets side by side."""
    compare(
        "a chain of 100 assets, one run in this process",
        [
            headwater_program("steps.py", "100", "chain"),
            dagster_program("steps.py", "100", "chain"),
            plain_program("steps_by_hand.py", "100", "chain"),
        ],
        runs=3,
    )
    compare(
        "1,000 assets side by side, one run in this process",
        [
            headwater_program("steps.py", "1000", "wide"),
            dagster_program("steps.py", "1000", "wide"),
            plain_program("steps_by_hand.py", "1000", "wide"),
        ],
        runs=1,
    )
    compare(
        "1,000 assets side by side, nothing kept",
        [
            headwater_program("steps_in_memory.py", "1000"),
            dagster_program("steps_in_memory.py", "1000"),
            kedro_program("steps_kedro.py", "1000"),
        ],
        runs=3,
    )


if __name__ == "__main__":
    main()
