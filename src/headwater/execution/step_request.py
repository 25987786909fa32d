"""What an executor asks of a step, and how an attempt at it ended."""

from __future__ import annotations

from collections.abc import Awaitable, Generator, Mapping
from typing import Any, NamedTuple

from headwater.model.run import StepStatus
from headwater.planning.plan import Step


class StepCopy(NamedTuple):
    """A step as it is run: once, or once for each key of the dynamic output that it is mapped over."""

    key: str
    step: Step
    mapping_key: str | None


class StepRequest(NamedTuple):
    """One attempt at a step, and what it has to know of the steps before it.

    ``mapping`` has the keys of each dynamic output, ``made`` the outputs that were given at all. Unless it ``may_retry``,
    the step is not tried again, whatever its policy says.
    """

    copy: StepCopy
    attempt: int
    mapping: Mapping[str, list[str]]
    made: Mapping[tuple[str, str], Any]
    may_retry: bool = True


class StepOutcome(NamedTuple):
    """How an attempt ended.

    ``made`` are the outputs that were given, ``mapping_keys`` the keys of dynamic ones. ``error`` is what to raise to
    the user; ``retry_after`` says after how many seconds to try again.
    """

    status: StepStatus
    made: frozenset[str] = frozenset()
    mapping_keys: Mapping[str, list[str]] = {}
    error: BaseException | None = None
    retry_after: float | None = None


Attempt = Generator[Awaitable[Any], Any, StepOutcome]
"""An attempt at a step: it pauses with what the user's code awaits, and is sent what came of it."""
