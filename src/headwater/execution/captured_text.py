"""Reading what the steps of a run have printed, from the files in which it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

ASIDE = ".before"
"""How the name of a file ends which was put aside because it had grown long."""

_STREAMS = {".out": "stdout", ".err": "stderr"}


class CapturedText(NamedTuple):
    """What a step wrote to one of its streams (``stdout``, ``stderr``): the last of it, if it was much."""

    step_key: str
    stream: str
    path: Path

    @property
    def paths(self) -> list[Path]:
        """The files that hold it, the oldest first."""
        return [each for each in (Path(f"{self.path}{ASIDE}"), self.path) if each.exists()]

    def lines(self) -> Iterator[str]:
        """Its lines, one after the other; no more than one is in memory."""
        for path in self.paths:
            with path.open(errors="replace") as file:
                yield from (line.rstrip("\n") for line in file)


def captured_texts(folder: Path) -> list[CapturedText]:
    """What the steps of a run wrote, by the folder of its files; steps that wrote nothing are left out."""
    paths = [each for each in folder.glob("*") if each.suffix in _STREAMS]
    paths.sort(key=lambda each: (each.stem, each.suffix != ".out"))
    texts = [CapturedText(unquote(each.stem), _STREAMS[each.suffix], each) for each in paths]
    return [text for text in texts if any(each.stat().st_size for each in text.paths)]
