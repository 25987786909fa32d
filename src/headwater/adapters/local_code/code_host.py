"""The code host over processes of this machine: one for each code location, a new one whenever the code changes."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

from headwater.adapters.local_code.code_process import CodeProcess
from headwater.adapters.local_code.file_watch import FileWatch
from headwater.model.code_message import Loaded, LoadFailed, RunEnded
from headwater.model.code_question import Answer, CodeQuestion, LaunchQuestion
from headwater.model.error_info import ErrorInfo
from headwater.model.errors import CodeHostError
from headwater.model.manifest import Manifest
from headwater.model.run import DagsterRun
from headwater.model.tick import TickAnswer, TickRequest
from headwater.ports.clock import Clock
from headwater.ports.code_host import LocationState

_log = logging.getLogger(__name__)
EVALUATION_SECONDS = 60.0
VALUE_SECONDS = 30.0
_MOST_EVALUATIONS = 32
_SECONDS_BETWEEN_LOOKS = 0.5


class _Place:
    """A code location: the process that serves it, and the one that may take over."""

    def __init__(self, name: str, arguments: Sequence[str]) -> None:
        self.name = name
        self.arguments = arguments
        self.serving: CodeProcess | None = None
        self.loading: CodeProcess | None = None
        self.manifest: Manifest | None = None
        self.error: ErrorInfo | None = None
        self.loaded_at: float | None = None
        self.version = 0
        self.watch = FileWatch(())

    def state(self) -> LocationState:
        return LocationState(
            name=self.name,
            manifest=self.manifest,
            error=self.error,
            loaded_at=self.loaded_at,
            version=self.version,
            is_loading=self.loading is not None,
        )


class LocalCodeHost:
    """The ports ``CodeHost`` and ``RunLauncher``. ``locations`` maps each name to the arguments of its process.

    A location whose new code cannot be loaded keeps the process and the manifest that it had. ``changed`` is called when a
    location stands otherwise than before, ``run_ended`` with a run's id and how its process ended.
    """

    def __init__(
        self,
        *,
        command: Sequence[str],
        locations: Mapping[str, Sequence[str]],
        clock: Clock,
        changed: Callable[[], None],
        run_ended: Callable[[str, str], None],
        evaluation_seconds: float | None = None,
    ) -> None:
        self._command = list(command)
        self._clock = clock
        self._changed = changed
        self._run_ended = run_ended
        given = os.environ.get("HEADWATER_EVALUATION_SECONDS")
        self._evaluation_seconds = evaluation_seconds or float(given or EVALUATION_SECONDS)
        self._places = {name: _Place(name, arguments) for name, arguments in locations.items()}
        self._retired: list[CodeProcess] = []
        self._condition = threading.Condition()
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(_MOST_EVALUATIONS, "headwater-evaluation")
        self._watching: threading.Thread | None = None

    # -- life ------------------------------------------------------------------------------------------------------

    def start(self, *, watch: bool) -> None:
        """Load all locations, side by side; ``watch``: again whenever a file of theirs changes."""
        for name in self._places:
            self.reload(name)
        if watch:
            self._watching = threading.Thread(target=self._watch, name="headwater-watch", daemon=True)
            self._watching.start()

    def wait_loaded(self, timeout_seconds: float) -> bool:
        """Wait until no location is being loaded; whether that was so in time."""
        with self._condition:
            return self._condition.wait_for(
                lambda: all(each.loading is None for each in self._places.values()), timeout_seconds
            )

    def reload(self, name: str) -> None:
        """Load the code of a location anew. Raises :class:`CodeHostError` when there is no such location."""
        place = self._place(name)
        with self._condition:
            before, place.loading = place.loading, self._start(place)
        if before is not None:  # overtaken by a newer change
            before.stop(0.0)
        self._changed()

    def process_of(self, name: str) -> CodeProcess | None:
        """The process that serves a location now."""
        return self._place(name).serving

    def _start(self, place: _Place) -> CodeProcess:
        return CodeProcess(self._command, place.arguments, self._hear, self._notice_end)

    def stop(self, grace_seconds: float) -> None:
        """End all processes, with their runs: asked first, killed after the grace."""
        self._stopping.set()
        with self._condition:
            processes = [
                *self._retired,
                *(each for place in self._places.values() for each in (place.serving, place.loading) if each),
            ]
        wait([process.stop(grace_seconds) for process in processes], grace_seconds + 2.0)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _watch(self) -> None:
        while not self._stopping.wait(_SECONDS_BETWEEN_LOOKS):
            for place in self._places.values():
                if place.watch.has_changed():
                    _log.info("The code of %s has changed; loading it again.", place.name)
                    self.reload(place.name)

    # -- what the processes say --------------------------------------------------------------------------------------

    def _hear(self, process: CodeProcess, message: Loaded | LoadFailed | RunEnded) -> None:
        if isinstance(message, RunEnded):
            self._run_ended(message.run_id, message.how)
            return
        with self._condition:
            place = next((each for each in self._places.values() if each.loading is process), None)
            if place is None:
                return  # a newer one is on its way
            place.loading = None
            if message.files:
                place.watch = FileWatch(message.files)
            if isinstance(message, Loaded):
                self._take_over(place, process, message.manifest)
            else:
                place.error = message.error
                _log.info("%s cannot be loaded: %s", place.name, message.error.message)
            self._condition.notify_all()
        self._changed()

    def _notice_end(self, process: CodeProcess) -> None:
        """A process has ended. One that was serving has crashed or was killed: another one takes its place."""
        place = next((each for each in self._places.values() if each.serving is process), None)
        if place is not None and place.loading is None and not self._stopping.is_set():
            _log.warning("The process of %s (pid %d) is gone; it is started again.", place.name, process.pid)
            self.reload(place.name)

    def _take_over(self, place: _Place, process: CodeProcess, manifest: Manifest) -> None:
        before, place.serving = place.serving, process
        place.manifest, place.error = manifest, None
        place.loaded_at = self._clock.now()
        place.version += 1
        if before is not None:
            before.retire()
            self._retired = [each for each in [*self._retired, before] if each.is_alive]

    # -- the ports ---------------------------------------------------------------------------------------------------

    def locations(self) -> list[LocationState]:
        """All code locations, as they stand now."""
        with self._condition:
            return [place.state() for place in self._places.values()]

    def evaluate(self, request: TickRequest) -> Future[TickAnswer]:
        """Evaluate a schedule or sensor, in a process that is killed when the time is up."""
        return self._pool.submit(self._evaluate, request)

    def _evaluate(self, request: TickRequest) -> TickAnswer:
        answer = self._serving(request.automation.location).ask(request, self._evaluation_seconds)
        assert isinstance(answer, TickAnswer)
        return answer

    def ask(self, location: str, question: CodeQuestion) -> Future[Answer]:
        """Ask the code of a location, in a process that is killed when the time is up. A value is loaded in one of its own,
        so that no process keeps it."""
        return self._pool.submit(self._ask, location, question)

    def _ask(self, location: str, question: CodeQuestion) -> Answer:
        serving = self._serving(location)
        if isinstance(question, LaunchQuestion):
            return serving.ask(question, self._evaluation_seconds)
        return serving.ask_once(question, VALUE_SECONDS)

    def _serving(self, location: str) -> CodeProcess:
        serving = self._place(location).serving
        if serving is None or not serving.is_alive:
            raise CodeHostError(f"The code of {location} is not loaded.")
        return serving

    def can_launch(self, run: DagsterRun) -> bool:
        """Whether the code of the run is loaded."""
        place = self._places.get(run.location)
        return place is not None and place.serving is not None and place.serving.is_alive

    def launch(self, run: DagsterRun) -> None:
        """Let the run begin."""
        serving = self._place(run.location).serving
        if serving is None:
            raise CodeHostError(f"The code of {run.location} is not loaded.")
        serving.launch(run.run_id)

    def _place(self, name: str) -> _Place:
        if name not in self._places:
            there = ", ".join(self._places) or "none"
            raise CodeHostError(f'There is no code location "{name}". There are: {there}.')
        return self._places[name]
