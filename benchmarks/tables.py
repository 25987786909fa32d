"""What does a table cost: a frame of a million rows and ten columns, stored and loaded through DuckDB?"""

from __future__ import annotations

from benchmarks.sides import compare, dagster_program, headwater_program, plain_program


def main() -> None:
    """Compare the managers with each other and with DuckDB alone."""
    sides = [
        headwater_program("duckdb_frame.py"),
        dagster_program("duckdb_frame.py"),
        plain_program("duckdb_frame_by_hand.py"),
    ]
    compare("A pandas frame of 1,000,000 x 10 in a DuckDB file", sides, runs=3)


if __name__ == "__main__":
    main()
