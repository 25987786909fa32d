"""``python -m headwater``, and the ``headwater`` command: the command line, with the server that it can start."""

from __future__ import annotations

from typing import Any

from headwater.cli import main as command_line


def serve(**arguments: Any) -> None:
    """Serve the page; see ``headwater.server.serve``. The server is loaded by those who start it."""
    from headwater.server.serve import serve as run_server

    run_server(**arguments)


def main() -> None:
    """What the installed script calls."""
    command_line.main(serve)


if __name__ == "__main__":
    main()
