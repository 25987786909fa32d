"""Work that is begun by threads a few steps ahead of who wants its results, in order: bounded, whatever there is to do."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


class Ahead(Generic[K, T]):
    """The results of ``work`` for each of ``keys``, to be taken in their order.

    >>> with ahead([1, 2, 3], lambda n: n * n, at_once=2) as squares:
    ...     squares.take(1)
    1
    """

    def __init__(
        self, threads: ThreadPoolExecutor, keys: Iterable[K], work: Callable[[K], T], count: int
    ) -> None:
        self._begun: deque[tuple[K, Future[T]]] = deque()
        self._rest: Iterator[K] = iter(keys)
        self._begin = lambda key: (key, threads.submit(work, key))
        self._begun.extend(map(self._begin, islice(self._rest, count)))

    def take(self, key: K) -> T:
        """The result for ``key``, which is the next; raises what the work raised."""
        begun, future = self._begun.popleft()
        assert begun == key
        self._begun.extend(map(self._begin, islice(self._rest, 1)))
        return future.result()


@contextmanager
def ahead(keys: Iterable[K], work: Callable[[K], T], *, at_once: int) -> Iterator[Ahead[K, T]]:
    """Threads that do the work, ``at_once`` at the same time and as many begun; what nobody takes is not begun."""
    with ThreadPoolExecutor(at_once) as threads:
        try:
            yield Ahead(threads, keys, work, 2 * at_once)
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
