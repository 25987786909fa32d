"""Every error that Headwater raises: one root, and a class for each thing the caller can act on.

Names that Dagster's public API fixes keep their spelling, so that ``except`` clauses of existing projects work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from types import TracebackType
from typing import Any


class DagsterError(Exception):
    """Root of all errors of Headwater. Catch it to catch everything that is not your own code's exception."""

    @property
    def is_user_code_error(self) -> bool:
        """Whether the cause is an exception of the user's own code."""
        return False


HeadwaterError = DagsterError


# -- definitions ------------------------------------------------------------------------------------------------


class DagsterInvalidDefinitionError(DagsterError):
    """Something declared (asset, op, graph, job, resource, …) contradicts itself or its neighbours.

    When definitions load, all that is wrong with them is found at once: ``faults`` then has an error for each.
    """

    faults: Sequence[DagsterError] = ()

    @classmethod
    def of(cls, faults: Sequence[DagsterError]) -> DagsterInvalidDefinitionError:
        """One error that tells several."""
        lines = "\n".join(f"  {number}. {fault}" for number, fault in enumerate(faults, 1))
        error = cls(f"{len(faults)} things are wrong with these definitions:\n{lines}")
        error.faults = list(faults)
        return error


class CircularDependencyError(DagsterInvalidDefinitionError):
    """Assets need each other in a circle."""


class DagsterInvalidObjectError(DagsterError):
    """An object of the wrong kind stands where a definition is expected."""


class DagsterInvalidConfigDefinitionError(DagsterError):
    """A config schema names something that is not a config type."""

    def __init__(
        self,
        original_root: object,
        current_value: object,
        stack: Sequence[str] = (),
        reason: str | None = None,
        **_: object,
    ) -> None:
        self.original_root = original_root
        self.current_value = current_value
        self.stack = list(stack)
        where = f" at {' -> '.join(self.stack)}" if self.stack else ""
        super().__init__(
            f"{current_value!r}{where} is not a config type"
            + (f": {reason}" if reason else "")
            + ". Use a type such as str, int, Field(...), Shape({...}), or a Config class."
        )


class DagsterInvalidSubsetError(DagsterError):
    """A selection names something that is not there, or cannot be run on its own."""


class DagsterInvalidAssetSelectionError(DagsterInvalidSubsetError):
    """The text of a selection cannot be understood."""


class DagsterInvalidInvocationError(DagsterError):
    """A definition was called directly with the wrong arguments."""


class DagsterInvalidPropertyError(DagsterError):
    """A context was asked for what it cannot know where it is, e.g. the step of a directly called function."""


class DagsterInvariantViolationError(DagsterError):
    """An operation was asked for in a state in which it makes no sense."""


class DagsterUnmetExecutorRequirementsError(DagsterError):
    """The chosen executor needs something (a persistent instance, a reconstructable job) which is not there."""


class DagsterImportError(DagsterError):
    """The code location could not be imported."""


class CheckError(Exception):
    """An argument of a public function has the wrong type or value."""


class ParameterCheckError(CheckError):
    """A parameter of a public function has the wrong type."""


class ElementCheckError(CheckError):
    """An element of a mapping or collection has the wrong type."""


class NotImplementedCheckError(CheckError):
    """A place was reached whose code remains to be written."""


# -- config -----------------------------------------------------------------------------------------------------


class ConfigTextError(DagsterError):
    """A text that is to be run config is none. ``line`` and ``column`` (from 1 on) say where, if that is known."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        self.line = line
        self.column = column
        super().__init__(message)


class DagsterInvalidConfigError(DagsterError):
    """A config value does not fit its schema.

    ``errors`` holds every finding, ``config_value`` the value that was given.
    """

    def __init__(self, preamble: str, errors: Sequence[Any], config_value: object = None) -> None:
        self.errors = list(errors)
        self.config_value = config_value
        lines = [preamble]
        lines += [
            f"    Error {number}: {getattr(error, 'message', error)}"
            for number, error in enumerate(self.errors, 1)
        ]
        super().__init__("\n".join(lines))


# -- the user's code --------------------------------------------------------------------------------------------


class DagsterUserCodeExecutionError(DagsterError):
    """The user's own code raised. ``user_exception`` is what it raised; it is also the ``__cause__``."""

    def __init__(
        self,
        message: str = "",
        *,
        user_exception: BaseException | None = None,
        original_exc_info: tuple[Any, Any, TracebackType | None] | None = None,
        **_: object,
    ) -> None:
        if user_exception is None and original_exc_info is not None:
            user_exception = original_exc_info[1]
        super().__init__(message)
        self.user_exception = user_exception
        self.original_exc_info = original_exc_info or (
            type(user_exception),
            user_exception,
            user_exception.__traceback__ if user_exception else None,
        )

    @property
    def is_user_code_error(self) -> bool:
        return True


class DagsterExecutionStepExecutionError(DagsterUserCodeExecutionError):
    """The function of an asset or op raised."""

    def __init__(
        self, message: str = "", *, step_key: str = "", op_name: str = "", op_def_name: str = "", **facts: Any
    ) -> None:
        super().__init__(message, **facts)
        self.step_key = step_key
        self.op_name = op_name
        self.op_def_name = op_def_name


class DagsterResourceFunctionError(DagsterUserCodeExecutionError):
    """The function which makes a resource raised."""


class DagsterConfigMappingFunctionError(DagsterUserCodeExecutionError):
    """The function which maps config raised."""


class DagsterTypeCheckError(DagsterUserCodeExecutionError):
    """The function which checks a type raised."""


class DagsterTypeLoadingError(DagsterUserCodeExecutionError):
    """The loader of a type raised."""


class DagsterExecutionLoadInputError(DagsterUserCodeExecutionError):
    """An I/O manager raised while it loaded an input."""

    def __init__(self, message: str = "", *, step_key: str = "", input_name: str = "", **facts: Any) -> None:
        super().__init__(message, **facts)
        self.step_key = step_key
        self.input_name = input_name


class DagsterExecutionHandleOutputError(DagsterUserCodeExecutionError):
    """An I/O manager raised while it stored an output."""

    def __init__(self, message: str = "", *, step_key: str = "", output_name: str = "", **facts: Any) -> None:
        super().__init__(message, **facts)
        self.step_key = step_key
        self.output_name = output_name


class HookExecutionError(DagsterUserCodeExecutionError):
    """A hook raised."""


class ScheduleExecutionError(DagsterUserCodeExecutionError):
    """The function of a schedule raised."""


class SensorExecutionError(DagsterUserCodeExecutionError):
    """The function of a sensor raised."""


class DagsterTypeCheckDidNotPass(DagsterError):
    """A value is not of the type that its input or output declares."""

    def __init__(
        self,
        description: str | None = None,
        metadata: Mapping[str, object] | None = None,
        dagster_type: object = None,
    ) -> None:
        super().__init__(description or "The type check failed.")
        self.description = description
        self.metadata = dict(metadata or {})
        self.dagster_type = dagster_type


# -- running ----------------------------------------------------------------------------------------------------


class DagsterExecutionStepNotFoundError(DagsterError):
    """A step was named which the plan does not have."""

    def __init__(self, message: str = "", *, step_keys: Sequence[str] = ()) -> None:
        super().__init__(message or f"The plan has no step named {', '.join(step_keys)}.")
        self.step_keys = list(step_keys)


class DagsterStepOutputNotFoundError(DagsterError):
    """A step ended without yielding an output that it must yield."""

    def __init__(self, message: str = "", *, step_key: str = "", output_name: str = "") -> None:
        super().__init__(message or f'Step "{step_key}" did not yield its required output "{output_name}".')
        self.step_key = step_key
        self.output_name = output_name


class DagsterExecutionInterruptedError(BaseException):
    """The run was interrupted (Ctrl-C, SIGTERM, cancel) by ``signal``, where a signal did it. Derives from BaseException
    so that ``except Exception`` in user code does not swallow it."""

    def __init__(self, message: str = "", *, signal: int | None = None) -> None:
        super().__init__(message)
        self.signal = signal


class DagsterSubprocessError(DagsterError):
    """A child process failed; ``subprocess_error_infos`` holds what it said."""

    def __init__(self, message: str = "", *, subprocess_error_infos: Sequence[object] = ()) -> None:
        super().__init__(message)
        self.subprocess_error_infos = list(subprocess_error_infos)


class StepProcessDiedError(DagsterSubprocessError):
    """The process of a step ended before the step did: by ``signal``, or with ``exit_code``."""

    def __init__(
        self,
        message: str = "",
        *,
        step_key: str = "",
        pid: int = 0,
        signal: int | None = None,
        exit_code: int | None = None,
        max_rss_bytes: int = 0,
    ) -> None:
        super().__init__(message)
        self.step_key = step_key
        self.pid = pid
        self.signal = signal
        self.exit_code = exit_code
        self.max_rss_bytes = max_rss_bytes


class RunProcessDiedError(DagsterError):
    """The process of a run ended before the run did. It stands in the history; nobody is left to raise it to."""


class StepTimeoutError(DagsterError):
    """A step has taken longer than its tag ``headwater/step_timeout_seconds`` lets it: ``limit_seconds``."""

    def __init__(self, message: str = "", *, step_key: str = "", limit_seconds: float = 0.0) -> None:
        super().__init__(message)
        self.step_key = step_key
        self.limit_seconds = limit_seconds


class RunTimeoutError(DagsterError):
    """A run has taken longer than its tag ``dagster/max_runtime`` lets it: ``limit_seconds``."""

    def __init__(self, message: str = "", *, run_id: str = "", limit_seconds: float = 0.0) -> None:
        super().__init__(message)
        self.run_id = run_id
        self.limit_seconds = limit_seconds


class RunOutOfReachError(DagsterError):
    """A run cannot be cancelled from here: its process is in another container or on another machine."""


class DagsterPipesExecutionError(DagsterError):
    """A process run through Pipes failed, or reported what cannot be understood."""


class DagsterUnknownResourceError(DagsterError, AttributeError):
    """A resource was asked for which the definition does not require, or nobody provides."""

    def __init__(self, resource_name: str, message: str | None = None, *_: object, **__: object) -> None:
        super().__init__(
            message
            or f'Unknown resource "{resource_name}". Name it in required_resource_keys, or take it as a parameter.'
        )
        self.resource_name = resource_name


class DagsterUnknownPartitionError(DagsterError):
    """A partition key which the partitions definition does not have."""


class PartitionKeyFormatError(DagsterUnknownPartitionError, ValueError):
    """A text that is written like no key of the time partitions; the message shows one."""


class PartitionRequiredError(DagsterInvariantViolationError):
    """A run is to make assets with partitions and does not say which; the message names the option and a key."""


class PartitionsNotKnownError(DagsterInvalidInvocationError):
    """Which partitions there are, or how they belong together, only the user's own code can tell, and it is not here."""


class BackfillAlreadyExists(DagsterError):
    """A backfill of that id is recorded already."""


class BackfillNotFoundError(DagsterError):
    """No backfill of that id in this instance. `headwater backfill list` shows those that there are."""


class DagsterMaxRetriesExceededError(DagsterError):
    """A step asked to be retried more often than allowed."""


# -- storage and history ----------------------------------------------------------------------------------------


class DagsterRunNotFoundError(DagsterError):
    """No run of that id in this instance."""

    def __init__(self, message: str = "", *, invalid_run_id: str = "") -> None:
        super().__init__(
            message or f'There is no run "{invalid_run_id}" here. `headwater run list` shows them.'
        )
        self.invalid_run_id = invalid_run_id


class DagsterRunAlreadyExists(DagsterError):
    """A run of that id is already recorded."""


class DagsterEventLogInvalidForRun(DagsterError):
    """The stored events of a run contradict each other."""

    def __init__(self, run_id: str = "", message: str = "") -> None:
        super().__init__(message or f'The stored events of run "{run_id}" cannot be read.')
        self.run_id = run_id


class CodeHostError(DagsterError):
    """The process that holds the code of a location cannot answer: it is gone, is not there yet, or took too long."""


class DagsterHomeNotSetError(DagsterError):
    """The instance's folder cannot be found or used."""


class StorageError(DagsterError):
    """The history (runs, events) cannot be read or written: which file, what the database said, what to do."""


class RunAtWorkError(StorageError):
    """Another process executes that very run; the message says which or where its lock is."""


class StorageLockedError(StorageError):
    """Another process holds the history's database for longer than the patience allows."""


class StorageNewerError(StorageError):
    """The history was written by a newer Headwater than this one."""


class HistoryExistsError(StorageError):
    """A history would be overwritten by another; says what is in it, and how to overwrite it all the same."""


class HistoryInUseError(StorageError):
    """A history cannot be replaced while something runs on it; names what does."""


class ProjectFileExistsError(DagsterError, FileExistsError):
    """A new project would overwrite ``file``."""

    def __init__(self, file: str | PathLike[str]) -> None:
        super().__init__(
            f"{file} is there already, and nothing is overwritten. Take another name, or move the file away."
        )
        self.file = str(file)


# -- values and I/O managers ------------------------------------------------------------------------------------


class ValueNotFoundError(DagsterError, FileNotFoundError):
    """A stored value is asked for which is not there.

    ``subject`` is the asset or output, ``location`` where it was looked for, ``remedy`` the command that makes it.
    """

    def __init__(self, subject: str, location: str, remedy: str | None = None) -> None:
        self.subject = subject
        self.location = location
        self.remedy = remedy
        super().__init__(
            f"The value of {subject} is not stored: nothing at {location}." + (f" {remedy}" if remedy else "")
        )

    def __str__(self) -> str:
        return str(self.args[0])


class VersionNotFoundError(DagsterError):
    """An earlier version of a stored value is asked for which is not kept.

    ``subject`` is the asset, ``version_id`` what was asked for, ``known`` the versions that there are.
    """

    def __init__(self, subject: str, version_id: str | None, known: Sequence[str]) -> None:
        self.subject = subject
        self.version_id = version_id
        self.known = list(known)
        wanted = f"The version {version_id}" if version_id is not None else "A version before the current one"
        kept = f"There are: {', '.join(known)}." if known else "There is none."
        super().__init__(
            f"{wanted} of {subject} is not kept. {kept} FileOptions(versions=...) says how many values stay."
        )


class ValueNotStorableError(DagsterInvariantViolationError):
    """A value cannot be stored in this form (not picklable, a frame that the table cannot hold)."""


class SchemaChangedError(ValueNotStorableError):
    """The columns of a value differ from those of its table, and the schema contract does not allow that.

    ``missing`` and ``new`` are columns with their types; ``changed`` has the type before and the type now.
    """

    def __init__(
        self,
        message: str,
        *,
        missing: Mapping[str, str | None] | None = None,
        new: Mapping[str, str | None] | None = None,
        changed: Mapping[str, tuple[str | None, str | None]] | None = None,
    ) -> None:
        super().__init__(message)
        self.missing = dict(missing or {})
        self.new = dict(new or {})
        self.changed = dict(changed or {})


class WriteConflictError(DagsterError):
    """Others changed a table while it was written, so the write was given up; nothing was written, what was there stays."""


class ValueTypeError(DagsterError):
    """An I/O manager does not know the type that it is asked to store or load."""


class PickleRefusedError(DagsterError):
    """A pickle may not be stored or loaded: pickles are forbidden here, or it has not the signature that it must have."""


class StoreAccessError(DagsterError, PermissionError):
    """An object store refuses the credentials, or has none to go by. ``location`` is what was asked for."""

    def __init__(self, location: str, reason: str) -> None:
        self.location = location
        super().__init__(
            f"No access to {location}. {reason} Give the resource other credentials, or let its user read and write there."
        )

    def __str__(self) -> str:
        return str(self.args[0])


class StoreUnreachableError(DagsterError, ConnectionError):
    """An object store does not answer, however often it was asked. ``location`` is what was asked for."""

    def __init__(self, location: str, reason: str) -> None:
        self.location = location
        super().__init__(
            f"The store of {location} does not answer: {reason}. Is the endpoint right, and reachable?"
        )

    def __str__(self) -> str:
        return str(self.args[0])


class BucketNotFoundError(DagsterError, OSError):
    """The bucket or container in which values are to lie is not there. ``bucket`` is its name."""

    def __init__(self, bucket: str, location: str) -> None:
        self.bucket = bucket
        super().__init__(f'There is no bucket "{bucket}" for {location}. Create it, or name another one.')

    def __str__(self) -> str:
        return str(self.args[0])


class ObjectChangedError(DagsterError, OSError):
    """An object was replaced while it was read, again and again. ``location`` is the object."""

    def __init__(self, location: str) -> None:
        self.location = location
        super().__init__(
            f"{location} was replaced while it was read, each time that it was tried. Nothing of it was loaded. Load it "
            "when the run that stores it has ended."
        )

    def __str__(self) -> str:
        return str(self.args[0])


class SerializationError(DagsterError):
    """A value is of a class that cannot be written as text."""


class DeserializationError(DagsterError):
    """A text holds a value of a class that is not known, or that does not fit."""


class DatabaseUnreachableError(DagsterError):
    """A database does not answer, or not to this user; names the database, never the password."""


class DatabaseAccessError(DagsterError, PermissionError):
    """A database refuses the user, the password or the key. ``database`` names it, never the secret."""

    def __init__(self, database: str, reason: str) -> None:
        self.database = database
        super().__init__(
            f"No access to {database}: {reason.strip().rstrip('.')}. Give the resource or I/O manager other credentials, "
            "or let its user in."
        )

    def __str__(self) -> str:
        return str(self.args[0])


class UnsafeKeyError(DagsterError):
    """A key cannot be mapped to a place inside the root of the storage."""


class DatabaseLockedError(DagsterError):
    """A database file stayed locked by another process for longer than the patience allows; names the holder.

    ``pid`` (None where nobody can tell) and ``command`` are those of the process that has it, ``waited_seconds`` how
    long it was waited for.
    """

    def __init__(
        self,
        message: str,
        *,
        database: str = "",
        pid: int | None = None,
        command: str = "",
        waited_seconds: float = 0.0,
    ) -> None:
        super().__init__(message)
        self.database = database
        self.pid = pid
        self.command = command
        self.waited_seconds = waited_seconds


# -- config classes and resources -------------------------------------------------------------------------------


class DagsterInvalidPythonicConfigDefinitionError(DagsterInvalidDefinitionError):
    """A field of a config or resource class has an annotation that config cannot express.

    ``config_class`` and ``field_name`` say where, ``invalid_type`` is the annotation.
    """

    def __init__(
        self,
        config_class: type | None = None,
        field_name: str | None = None,
        invalid_type: object = None,
        remedy: str | None = None,
        **_: object,
    ) -> None:
        self.config_class = config_class
        self.field_name = field_name
        self.invalid_type = invalid_type
        subject = (
            "The config" if config_class is None else f'The field "{field_name}" of {config_class.__name__}'
        )
        shown = invalid_type.__qualname__ if isinstance(invalid_type, type) else repr(invalid_type)
        super().__init__(
            f"{subject} is annotated with {shown}, which config cannot express. "
            + (
                remedy
                or "Use a type that pydantic knows how to read: str, int, list[...], dict[str, ...], a Config class."
            )
        )


class EnvVarNotReadError(DagsterError, RuntimeError):
    """An ``EnvVar`` was used as text or a number outside config, where nothing reads its variable.

    ``variable`` is the name of the environment variable.
    """

    def __init__(self, variable: str) -> None:
        self.variable = variable
        super().__init__(
            f'EnvVar("{variable}") stands for a value that is read when a run starts. To have it now, call '
            f'EnvVar("{variable}").get_value().'
        )


class DagsterAssetCheckFailedError(DagsterError):
    """A blocking check of an asset failed."""
