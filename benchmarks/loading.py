"""How long do many definitions take, from decorated functions to a checked manifest?"""

from __future__ import annotations

from benchmarks.sides import compare, dagster_program, headwater_program


def main() -> None:
    """Compare 10,000 assets, and show how Headwater grows."""
    compare(
        "10,000 assets with two dependencies each",
        [headwater_program("loading.py", "10000"), dagster_program("loading.py", "10000")],
        runs=3,
    )
    for count in ("1000", "5000", "50000"):
        compare(f"{count} assets", [headwater_program("loading.py", count)], runs=1)


if __name__ == "__main__":
    main()
