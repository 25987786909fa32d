"""What does a file cost: a frame of a million rows and ten columns as a pickle and as Parquet; a small value?"""

from __future__ import annotations

from benchmarks.sides import compare, dagster_program, headwater_program, plain_program


def main() -> None:
    """Compare the manager with Dagster's, and with the library alone, flushed to the disk as durably."""
    sides = [
        headwater_program("file_frame.py", "pickle"),
        dagster_program("file_frame.py", "pickle"),
        plain_program("file_frame_by_hand.py", "pickle"),
    ]
    compare("A pandas frame of 1,000,000 x 10 as a pickle, and a list of three numbers", sides, runs=3)
    sides = [
        headwater_program("file_frame.py", "parquet"),
        plain_program("file_frame_by_hand.py", "parquet"),
    ]
    compare("The same as Parquet", sides, runs=3)


if __name__ == "__main__":
    main()
