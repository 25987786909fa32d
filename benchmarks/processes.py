"""What do steps cost that each have a process of their own, and the lines which they log?"""

from __future__ import annotations

from benchmarks.sides import compare, dagster_program, headwater_program


def main() -> None:
    """Compare steps in processes, a step that logs much, and one that logs for a while."""
    for question, program, runs in (
        ("16 trivial steps, each in a process, two at once", "step_processes.py", 2),
        ("10,000 log lines of one step", "log_lines.py", 1),
        ("the age of the newest line that can be read while the step runs", "log_age.py", 1),
    ):
        compare(question, [headwater_program(program), dagster_program(program)], runs=runs)


if __name__ == "__main__":
    main()
