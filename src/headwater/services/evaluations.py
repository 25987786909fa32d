"""Evaluations that are under way: at most one of each schedule or sensor, answered whenever the code host is done."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import NamedTuple

from headwater.model.error_info import build_error_info
from headwater.model.errors import CodeHostError
from headwater.model.tick import AutomationId, TickAnswer, TickRequest
from headwater.ports.code_host import CodeHost


class Evaluation(NamedTuple):
    """An evaluation, and when it was asked for."""

    request: TickRequest
    started_at: float
    attempts: int


class Evaluations:
    """Asks the code host, and hands out the answers. ``wake`` is called (from any thread) when there is one."""

    def __init__(self, host: CodeHost, wake: Callable[[], None]) -> None:
        self._host = host
        self._wake = wake
        self._open: set[AutomationId] = set()
        self._answered: deque[tuple[Evaluation, TickAnswer]] = deque()

    def __contains__(self, automation: AutomationId) -> bool:
        return automation in self._open

    def begin(self, evaluation: Evaluation) -> None:
        """Ask for an evaluation."""
        self._open.add(evaluation.request.automation)

        def answered(future: Future[TickAnswer]) -> None:
            error = future.exception()
            if error is not None and not isinstance(error, CodeHostError):
                raise error
            answer = TickAnswer(error=build_error_info(error)) if error is not None else future.result()
            self._answered.append((evaluation, answer))
            self._wake()

        self._host.evaluate(evaluation.request).add_done_callback(answered)

    def collect(self) -> Iterator[tuple[Evaluation, TickAnswer]]:
        """The answers that have come. What is not recorded before the next one is taken counts as done."""
        while self._answered:
            evaluation, answer = self._answered.popleft()
            yield evaluation, answer
            self._open.discard(evaluation.request.automation)
