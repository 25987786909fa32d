"""The connections of one process to a server: few, opened when they are needed, and never shared with a fork."""

from __future__ import annotations

import logging
import os
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from headwater.adapters.sql.postgres.failure import build_unreachable_error, is_final
from headwater.adapters.sql.postgres.place import PostgresPlace
from headwater.adapters.sql.postgres.text import register_text

MOST_READERS = 3
"""A run needs one connection in all. A supervisor answers several visitors at once; who finds none free waits."""

_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 1.0
_IDLE_IN_TRANSACTION_SECONDS = 60  # a machine that freezes while it writes keeps the others waiting no longer
_log = logging.getLogger(__name__)

Handle = psycopg.Connection[Any]


class Pool:
    """Connections to ``place``: one for who writes, since the database lets one do so, and some for those who read.

    So no crowd of readers keeps a run from writing. An idle connection is whose it is needed next.
    """

    def __init__(self, place: PostgresPlace, patience_seconds: float, readers: int = MOST_READERS) -> None:
        self._place = place
        self._patience_seconds = patience_seconds
        self._readers = readers
        self._all: list[Handle] = []
        self._renew()
        _pools.add(self)

    def _renew(self) -> None:
        self._idle: list[Handle] = []
        self._reading = threading.BoundedSemaphore(self._readers)
        self._writing = threading.BoundedSemaphore(1)

    @contextmanager
    def connection(self, deadline: float, *, to_write: bool = False) -> Iterator[Handle]:
        """A connection for the caller alone. It goes back when it is in order, else it is closed.

        Raises :class:`StorageError` when there is none before the ``deadline`` (of the monotonic clock).
        """
        free = self._writing if to_write else self._reading
        if not free.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise build_unreachable_error(self._place.name, None, self._patience_seconds)
        try:
            handle = self._idle.pop() if self._idle else self._open(deadline)
            try:
                yield handle
            finally:
                if handle.pgconn.transaction_status == psycopg.pq.TransactionStatus.IDLE:
                    self._idle.append(handle)
                else:
                    self._drop(handle)
        finally:
            free.release()

    def _open(self, deadline: float) -> Handle:
        """A new connection, in the schema, which waits for locks as long as it may."""
        handle = self._connect(deadline)
        register_text(handle.adapters)
        handle.execute(
            sql.SQL(
                "SET search_path TO {}; SET lock_timeout = {}; SET idle_in_transaction_session_timeout = {}"
            ).format(
                sql.Identifier(self._place.schema),
                int(self._patience_seconds * 1000),
                _IDLE_IN_TRANSACTION_SECONDS * 1000,
            )
        )
        self._all.append(handle)
        return handle

    def _connect(self, deadline: float) -> Handle:
        """Connect to a server that may be about to start again."""
        began_at = time.monotonic()
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                return psycopg.connect(self._place.conninfo, autocommit=True)
            except psycopg.OperationalError as error:
                now = time.monotonic()
                if is_final(error) or now + pause > deadline:
                    raise build_unreachable_error(self._place.name, error, now - began_at) from error
            if pause == _FIRST_PAUSE_SECONDS:
                _log.warning("%s does not answer; trying for %.0f s.", self._place.name, deadline - now)
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    def _drop(self, handle: Handle) -> None:
        handle.close()
        self._all.remove(handle)

    def forget_idle(self) -> None:
        """Close the connections that nobody uses: the server has broken another one, so these are broken, too."""
        while self._idle:
            self._drop(self._idle.pop())

    def close(self) -> None:
        """Close what nobody uses. A later use opens anew."""
        self.forget_idle()

    def __del__(self) -> None:
        self.forget_idle()

    def _abandon(self) -> None:
        """In a fork: let go of the parent's connections without a word to the server, which would end them."""
        nowhere = os.open(os.devnull, os.O_RDWR)
        for handle in self._all:
            if not handle.closed:
                os.dup2(nowhere, handle.fileno())
                handle.close()
        os.close(nowhere)
        self._all = []
        self._renew()


_pools: weakref.WeakSet[Pool] = weakref.WeakSet()


def _after_fork_in_child() -> None:
    for pool in list(_pools):
        pool._abandon()


if hasattr(os, "register_at_fork"):  # Windows has no fork
    os.register_at_fork(after_in_child=_after_fork_in_child)
