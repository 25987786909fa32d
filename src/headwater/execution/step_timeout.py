"""Time limits of steps: how long one may take, and what interrupts Python code in this process when it is over."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType

from headwater.execution.interrupt import Interrupts
from headwater.model.errors import DagsterInvalidDefinitionError, StepTimeoutError
from headwater.model.run import DagsterRun
from headwater.planning.plan import Step

STEP_TIMEOUT_SECONDS_TAG = "headwater/step_timeout_seconds"
"""The tag of an op (in ``op_tags`` of an asset) or of a run that says how many seconds an attempt at a step may take."""

_AGAIN_SECONDS = 0.005
_SHORTEST_SECONDS = 1e-4


class TimeIsUp(BaseException):
    """Raised in the code of a step whose time is over. No ``except Exception`` of the user's swallows it."""


def seconds_of(run: DagsterRun, step: Step) -> float | None:
    """How long an attempt at a step may take, by its own tag or else its run's; None without a limit.

    Raises :class:`DagsterInvalidDefinitionError` for a tag that is no positive number.
    """
    text = step.tags.get(STEP_TIMEOUT_SECONDS_TAG) or run.tags.get(STEP_TIMEOUT_SECONDS_TAG)
    return None if text is None else seconds_from(text, STEP_TIMEOUT_SECONDS_TAG, f'"{step.key}"')


def seconds_from(text: str, tag: str, what: str) -> float:
    """A tag's text as seconds. Raises :class:`DagsterInvalidDefinitionError` for what is no positive number."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise DagsterInvalidDefinitionError(
            f'The tag "{tag}" of {what} is {text!r}. Give a number of seconds greater than 0.'
        )
    return seconds


def timed_out(run: DagsterRun, step: Step, key: str) -> StepTimeoutError:
    """The error of a step that has taken too long."""
    seconds = seconds_of(run, step)
    assert seconds is not None
    return StepTimeoutError(
        f'Step "{key}" has taken longer than the {seconds:g} seconds that it may take. Raise the tag '
        f'"{STEP_TIMEOUT_SECONDS_TAG}" of its op or of the run, or do less in one step.',
        step_key=key,
        limit_seconds=seconds,
    )


@contextmanager
def alarm(seconds: float, ring: Callable[[], bool]) -> Iterator[None]:
    """Call ``ring`` in this thread, the main one, when the body has taken ``seconds``; every few ms until it is True.

    Alarms nest: one that an outer alarm would go off before is left to the outer one. Where there are no timers
    (Windows, other threads) nothing rings.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    outer = signal.getitimer(signal.ITIMER_REAL)[0]
    if 0 < outer <= seconds:
        yield
        return

    def receive(number: int, frame: FrameType | None) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)  # now, since ring may raise
        if not ring():
            signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)

    before = signal.signal(signal.SIGALRM, receive)
    began = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, max(seconds, _SHORTEST_SECONDS))
    try:
        yield
    finally:
        try:
            signal.setitimer(signal.ITIMER_REAL, 0)
        finally:  # an alarm that came just now cannot keep these from being done
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
            if outer:
                left = outer - (time.monotonic() - began)
                signal.setitimer(signal.ITIMER_REAL, max(left, _SHORTEST_SECONDS))


def main_thread_watch(interrupts: Interrupts) -> Callable[[float], AbstractContextManager[None]]:
    """Interrupts Python code in the main thread, wherever it hears interruptions: the engine's books stay whole."""

    def ring() -> bool:
        if not interrupts.is_heard:
            return False
        raise TimeIsUp

    return lambda seconds: alarm(seconds, ring)
