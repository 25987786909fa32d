"""What `make demo` runs: the command that a user gives in this folder, and where to look next."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parent


def main() -> int:
    """Make all assets; Headwater itself shows its progress and sums up what is stored where."""
    command = [sys.executable, "-m", "headwater", "asset", "materialize", "--select", "*"]
    exit_code = subprocess.run(command, cwd=PROJECT).returncode
    if exit_code == 0:
        headwater = os.path.relpath(Path(sys.executable).with_name("headwater"), PROJECT)
        print(
            f"\nThe tables are in {os.path.relpath(PROJECT / 'data' / 'flights.duckdb')}. To open the page:"
        )
        print(f"  cd {os.path.relpath(PROJECT)} && {headwater} dev")
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
