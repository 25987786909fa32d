"""Carry out a backfill for somebody at a command line: here, when no `headwater dev` does, told while it goes on."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Sequence

from headwater.cli.backfill_page import end_line, failure_lines, layer_lines, progress_text
from headwater.cli.code_options import Code
from headwater.cli.failure import CommandFailed
from headwater.cli.lazy_group import EXIT_INTERRUPTED
from headwater.hosting.alias import ALIAS_VARIABLE
from headwater.instance.code_process import code_process_arguments
from headwater.instance.instance import DagsterInstance
from headwater.instance.run_limits import load_run_limits
from headwater.instance.supervisor import Supervisor
from headwater.model.backfill import Backfill, BackfillCount, BackfillStatus, PartStatus
from headwater.services.backfill_control import BackfillControl

_LOOK_SECONDS = 0.2
_LINES_OF_PROGRESS = 10


class BackfillRunner:
    """Carries out backfills with the code of a project, in this process and its children."""

    def __init__(self, code: Code, history: DagsterInstance, location: str) -> None:
        if code.dagster_alias:
            os.environ[ALIAS_VARIABLE] = "1"  # for the process that imports the code
        self._history = history
        locations = {
            each.name: code_process_arguments(code.home, each)
            for each in code.targets
            if each.name == location
        }
        if not locations:
            raise CommandFailed(f'The backfill is of the code location "{location}", which is not here.')
        self._supervisor = Supervisor(
            history, locations, limits=load_run_limits(code.home, code.folder), decides=False
        )
        self._control = BackfillControl(history.storage, history.cancel_run)

    def take_lead(self) -> bool:
        """Whether it is this process that carries out; not while a `headwater dev` does."""
        return self._supervisor.take_lead()

    def run(self, backfill_id: str) -> int:
        """Carry out a backfill until it ends; the exit code: 0 only if all was made. Ctrl-C cancels it."""
        try:
            with self._supervisor:
                _Watch(self._history, backfill_id).follow()
        except KeyboardInterrupt:
            return self._give_up(backfill_id)
        backfill = self._control.find(backfill_id)
        show_end(self._history, backfill)
        return 0 if backfill.status is BackfillStatus.SUCCESS else 1

    def _give_up(self, backfill_id: str) -> int:
        backfill = self._control.find(backfill_id)
        if backfill.is_open:
            backfill = self._control.ask_to_cancel(backfill_id)
            self._control.finish_cancel(backfill, time.time())
        show_end(self._history, self._control.find(backfill_id))
        return EXIT_INTERRUPTED


class _Watch:
    """Tells how far a backfill is: on a terminal in one line that changes, else now and then."""

    def __init__(self, history: DagsterInstance, backfill_id: str) -> None:
        self._store = history.storage.backfills
        self._id = backfill_id
        self._live = sys.stderr.isatty()
        self._told = ""
        self._told_share = 0

    def follow(self) -> None:
        """Look until it has ended, or is paused by somebody."""
        pause = threading.Event()
        while True:
            backfill = self._store.get(self._id)
            counts = self._store.counts([self._id])[self._id]
            over = backfill is None or not backfill.is_open or backfill.status is BackfillStatus.PAUSED
            self._tell(counts, over)
            if over:
                return
            pause.wait(_LOOK_SECONDS)

    def _tell(self, counts: Sequence[BackfillCount], over: bool) -> None:
        text = progress_text(counts)
        if self._live:
            clear = " " * max(0, len(self._told) - len(text))
            sys.stderr.write(f"\r{text}{clear}" + ("\r" + " " * len(text) + "\r" if over else ""))
            sys.stderr.flush()
        elif not over:
            parts = sum(count.parts for count in counts)
            left = sum(
                count.parts for count in counts if count.status in (PartStatus.WAITING, PartStatus.QUEUED)
            )
            share = (parts - left) * _LINES_OF_PROGRESS // max(1, parts)
            if share > self._told_share:
                print(text, file=sys.stderr, flush=True)
                self._told_share = share
        self._told = text


def show_end(history: DagsterInstance, backfill: Backfill) -> None:
    """Sum up a backfill, and say how to go on."""
    store = history.storage.backfills
    counts = store.counts([backfill.backfill_id])[backfill.backfill_id]
    print(*layer_lines(backfill, counts), sep="\n")
    failed = store.parts(backfill.backfill_id, statuses=[PartStatus.FAILURE])
    print(*failure_lines(backfill, failed), "", end_line(backfill, counts), sep="\n")
    if backfill.status in (BackfillStatus.FAILURE, BackfillStatus.CANCELED, BackfillStatus.PAUSED):
        print(f"`headwater backfill resume {backfill.backfill_id}` does what is not done.")
