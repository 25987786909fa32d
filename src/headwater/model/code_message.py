"""What a supervisor and the process of a code location say to each other (docs/adr/0011-supervisor-and-code-process.md)."""

from __future__ import annotations

import msgspec

from headwater.model.error_info import ErrorInfo
from headwater.model.manifest import Manifest


class Launch(msgspec.Struct, frozen=True, tag="launch"):
    """Begin a queued run, in a process of its own."""

    run_id: str


class OpenEvaluator(msgspec.Struct, frozen=True, tag="open_evaluator"):
    """Fork a process that evaluates schedules and sensors; the socket to speak with it comes along."""


class Retire(msgspec.Struct, frozen=True, tag="retire"):
    """Newer code has taken over: end when the runs that were begun here have ended."""


class Stop(msgspec.Struct, frozen=True, tag="stop"):
    """End now: the runs are asked to end, and killed after the grace."""

    grace_seconds: float


class Loaded(msgspec.Struct, frozen=True, tag="loaded", omit_defaults=True):
    """The code is loaded. ``files`` are its own files: when one changes, it is out of date."""

    manifest: Manifest
    files: list[str] = []


class LoadFailed(msgspec.Struct, frozen=True, tag="load_failed", omit_defaults=True):
    """The code cannot be loaded, and the process ends."""

    error: ErrorInfo
    files: list[str] = []


class RunEnded(msgspec.Struct, frozen=True, tag="run_ended"):
    """The process of a run has ended; ``how`` in words (empty: well)."""

    run_id: str
    how: str = ""


class EvaluatorOpened(msgspec.Struct, frozen=True, tag="evaluator_opened"):
    """The first word of an evaluating process."""

    pid: int


ToCode = Launch | OpenEvaluator | Retire | Stop
FromCode = Loaded | LoadFailed | RunEnded
