"""Steps whose functions are asynchronous: several of them at once on one event loop."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Awaitable, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from contextvars import Context
from typing import Any, Self, TypeVar

from headwater.execution.interrupt import Interrupts
from headwater.execution.step_request import Attempt, StepOutcome, StepRequest
from headwater.execution.step_timeout import TimeIsUp
from headwater.model.errors import DagsterExecutionInterruptedError

_T = TypeVar("_T")


def complete(
    attempt: Attempt, awaited: Awaitable[Any], seconds: float | None, context: Context
) -> StepOutcome:
    """Carry an attempt that awaits something to its end, on an event loop that lives for it alone."""
    with AsyncSteps() as steps:
        return steps.complete(attempt, awaited, seconds, context)


class _Ending:
    """Why a step is cancelled: what it is to raise instead of the cancellation."""

    error: BaseException | None = None


async def _drive(
    attempt: Attempt,
    awaited: Awaitable[Any],
    seconds: float | None,
    ending: _Ending,
    interrupts: Interrupts | None,
) -> StepOutcome:
    """Await what the attempt awaits and send it what came of it, until it has ended."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    timer = None
    if seconds is not None:

        def ring() -> None:
            ending.error = TimeIsUp()
            task.cancel()

        timer = loop.call_later(seconds, ring)
    try:
        while True:
            try:
                given = await _heard(awaited, interrupts)
            except asyncio.CancelledError as error:
                awaited = attempt.throw(ending.error or RuntimeError(f"The step was cancelled: {error!r}."))
            except BaseException as error:  # noqa: BLE001 - whatever it is, it is for the attempt to see
                awaited = attempt.throw(error)
            else:
                awaited = attempt.send(given)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    finally:
        if timer is not None:
            timer.cancel()


@types.coroutine
def _heard(awaited: Awaitable[_T], interrupts: Interrupts | None) -> Generator[Any, Any, _T]:
    """Await, with the awaited code open to interruptions: they never hit the event loop itself."""
    steps = awaited.__await__()
    error: BaseException | None = None
    while True:
        try:
            with _hearing(interrupts):
                waiting = steps.send(None) if error is None else steps.throw(error)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]
        error = None
        try:
            yield waiting
        except BaseException as raised:  # noqa: BLE001 - whatever it is, it is for the awaited code to see
            error = raised


def _hearing(interrupts: Interrupts | None) -> AbstractContextManager[None]:
    """Where interruptions raise; after the first one all end by being cancelled."""
    return interrupts.heard() if interrupts is not None and interrupts.requested is None else nullcontext()


class AsyncSteps:
    """Attempts at work on one event loop, which turns while :meth:`wait` waits or :meth:`turn` lets it.

    The loop runs in this thread; where another one runs here already (a notebook), in a thread beside it.
    """

    def __init__(self, interrupts: Interrupts | None = None) -> None:
        self._interrupts = interrupts
        self._loop = asyncio.new_event_loop()
        self._at_work: dict[asyncio.Task[StepOutcome], tuple[StepRequest | None, _Ending]] = {}
        is_beside = asyncio._get_running_loop() is not None
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="headwater-async") if is_beside else None
        if interrupts is not None:
            self._loop.add_reader(interrupts.wakeup, self._loop.stop)

    def __bool__(self) -> bool:
        return bool(self._at_work)

    def begin(
        self,
        request: StepRequest,
        attempt: Attempt,
        awaited: Awaitable[Any],
        *,
        seconds: float | None,
        context: Context,
    ) -> None:
        """Take an attempt that awaits something, and let it begin to wait. ``context`` is where it has run so far."""
        self._take(request, attempt, awaited, seconds, context)
        self.turn()

    def _take(
        self,
        request: StepRequest | None,
        attempt: Attempt,
        awaited: Awaitable[Any],
        seconds: float | None,
        context: Context,
    ) -> asyncio.Task[StepOutcome]:
        ending = _Ending()
        heard_by = (
            self._interrupts if self._beside is None else None
        )  # a signal is heard in the main thread only
        driven = _drive(attempt, awaited, seconds, ending, heard_by)
        task = self._loop.create_task(driven, context=context)
        self._at_work[task] = (request, ending)
        return task

    def turn(self) -> None:
        """Let all go on that can go on at once."""
        self._run(self._turn)

    def _turn(self) -> None:
        self._loop.call_soon(self._loop.stop)
        self._loop.run_forever()

    def wait(self, seconds: float | None) -> None:
        """Wait until one has ended, for so long at most, or until an interruption comes."""
        if self._interrupts is not None and self._interrupts.requested is not None:
            return
        for task in self._at_work:
            task.add_done_callback(self._stop)
        timer = self._loop.call_later(seconds, self._loop.stop) if seconds is not None else None
        self._run(self._loop.run_forever)
        for task in self._at_work:
            task.remove_done_callback(self._stop)
        if timer is not None:
            timer.cancel()

    def _stop(self, task: asyncio.Task[StepOutcome]) -> None:
        self._loop.stop()

    def ended(self) -> Iterator[tuple[StepRequest, StepOutcome]]:
        """Those that have ended since; raises the interruption that one of them was hit by."""
        for task in [task for task in self._at_work if task.done()]:
            request, _ = self._at_work.pop(task)
            assert request is not None
            yield request, task.result()

    def cancel(self) -> None:
        """Interrupt all that are at work, and wait until they have ended."""
        if self._interrupts is not None:
            self._loop.remove_reader(self._interrupts.wakeup)  # what ends now is not to be stopped by it
        for task, (_, ending) in self._at_work.items():
            ending.error = DagsterExecutionInterruptedError("The run was interrupted.")
            task.cancel()
        waiting = list(self._at_work)
        self._at_work.clear()
        if waiting:
            self._run(lambda: self._loop.run_until_complete(asyncio.wait(waiting)))
        for task in waiting:
            task.exception()  # it has recorded its end itself

    def complete(
        self, attempt: Attempt, awaited: Awaitable[Any], seconds: float | None, context: Context
    ) -> StepOutcome:
        """Carry one to its end."""
        task = self._take(None, attempt, awaited, seconds, context)
        outcome = self._run(lambda: self._loop.run_until_complete(task))
        del self._at_work[task]
        return outcome

    def _run(self, function: Callable[[], _T]) -> _T:
        return function() if self._beside is None else self._beside.submit(function).result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.cancel()
            self._run(lambda: self._loop.run_until_complete(self._loop.shutdown_asyncgens()))
            self._run(lambda: self._loop.run_until_complete(self._loop.shutdown_default_executor()))
        finally:
            self._loop.close()
            if self._beside is not None:
                self._beside.shutdown()
