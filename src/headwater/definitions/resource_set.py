"""The resources of one run: made when they are needed, what they need first, and torn down in reverse."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from headwater.definitions.config_field import Field, Shape
from headwater.definitions.config_trail import Trail
from headwater.definitions.config_type import ABSENT
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.resource import (
    IAttachDifferentObjectToOpContext,
    ResourceDefinition,
    as_resource_definition,
    resource_error,
    resource_keys,
)
from headwater.model.errors import (
    DagsterError,
    DagsterInvalidDefinitionError,
    DagsterInvariantViolationError,
    DagsterResourceFunctionError,
    DagsterUnknownResourceError,
)


class Resources:
    """Resources by attribute: ``context.resources.database``. Each is made when it is first asked for."""

    __slots__ = ("_keys", "_set")

    def __init__(self, resource_set: ResourceSet, keys: Iterable[str]) -> None:
        self._set = resource_set
        self._keys = frozenset(keys)

    def __getattr__(self, key: str) -> Any:
        value = self.original(key)
        if issubclass(type(value), IAttachDifferentObjectToOpContext):
            return value.get_object_to_set_on_execution_context()
        return value

    @property
    def original_resource_dict(self) -> dict[str, Any]:
        """The resources themselves by key, also where ``context.resources`` shows another object."""
        return {key: self.original(key) for key in sorted(self._keys)}

    def original(self, key: str) -> Any:
        """The resource itself, also where ``context.resources`` shows another object."""
        if key not in self._keys:
            raise DagsterUnknownResourceError(key)
        return self._set.require(key)

    def _asdict(self) -> dict[str, Any]:
        return {key: getattr(self, key) for key in sorted(self._keys)}

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._keys))

    def __dir__(self) -> list[str]:
        return sorted(self._keys)

    def __repr__(self) -> str:
        return f"Resources({', '.join(sorted(self._keys))})"


class ResourceSet:
    """The resources of one run.

    ``resources`` maps keys to resource definitions, configurable resources or plain objects; ``config`` is
    the ``resources`` section of the run's config. Nothing is made before it is required, and each resource
    once.

    >>> with ResourceSet({"database": database}, {"database": {"config": {"path": "x"}}}) as resources:
    ...     resources.check({"database": 'asset "orders"'})
    ...     resources.require("database")
    """

    def __init__(
        self,
        resources: Mapping[str, object],
        config: Mapping[str, Any] | None = None,
        *,
        instance: Any = None,
        run: Any = None,
        log: Any = None,
    ) -> None:
        definitions = {key: as_resource_definition(each) for key, each in resources.items()}
        keys = {id(each): key for key, each in resources.items()}
        keys.update({id(each.origin): key for key, each in definitions.items()})
        self.definitions: dict[str, ResourceDefinition] = {
            key: each.bound_to(keys) for key, each in definitions.items()
        }
        self._config = config if config is not None else {}
        self._instance = instance
        self._run = run
        self._log = log
        self._values: dict[str, Any] = {}
        self._open: list[tuple[str, contextlib.AbstractContextManager[Any]]] = []
        self._lock = threading.RLock()

    # -- checking --------------------------------------------------------------------------------------------

    def check(
        self, required: Mapping[str, str] | Iterable[str] | None = None, *, what: str = "the run"
    ) -> None:
        """Find everything that would keep the required resources from being made, without making any.

        ``required`` maps each key to who needs it (for messages), or is just the keys; without it, all.

        Raises ``DagsterInvalidDefinitionError`` for a resource that is not given,
        ``DagsterInvariantViolationError`` where resources need each other in a circle or need what is not
        given, and ``DagsterInvalidConfigError`` with all that is wrong in their config.
        """
        order = self.order(required)
        named = [key for key in self._config if key in self.definitions and key not in order]
        trail = Trail(("resources",))
        checked = self.schema([*order, *named]).check(self._config, trail)
        trail.raise_findings(what, self._config)
        for key in order:
            self.definitions[key].config_schema.apply(
                checked[key].get("config"), what=f'the resource "{key}"'
            )

    def schema(self, keys: Iterable[str] | None = None) -> Shape:
        """The ``resources`` section of a run's config, as a type."""
        return Shape(
            {
                key: Field.of(Shape({"config": self.definitions[key].config_schema}))
                for key in (self.definitions if keys is None else keys)
            }
        )

    def order(self, required: Mapping[str, str] | Iterable[str] | None = None) -> list[str]:
        """The required keys and all that those need, each after what it needs itself, otherwise by name.

        Raises as :meth:`check` does.
        """
        needed_by = resource_keys(self.definitions if required is None else required)
        missing = [key for key in needed_by if key not in self.definitions]
        if missing:
            raise DagsterInvalidDefinitionError(
                self._missing_message({key: needed_by[key] for key in missing})
            )
        self._check_needs(needed_by)
        depths: dict[str, int] = {}
        for key in needed_by:
            self._measure(key, (), depths)
        return sorted(depths, key=lambda key: (depths[key], key))

    def _check_needs(self, keys: Iterable[str]) -> None:
        """Find out whether a resource needs one that is not given."""
        missing: dict[str, str] = {}
        seen: set[str] = set()
        waiting = list(keys)
        while waiting:
            key = waiting.pop()
            if key in seen:
                continue
            seen.add(key)
            for needed in self.definitions[key].required_resource_keys:
                if needed in self.definitions:
                    waiting.append(needed)
                else:
                    missing[needed] = f'the resource "{key}"'
        if missing:
            raise DagsterInvariantViolationError(self._missing_message(missing))

    def _measure(self, key: str, path: tuple[str, ...], depths: dict[str, int]) -> int:
        """How deep the needs of a resource go."""
        if key in path:
            circle = " -> ".join([*path[path.index(key) :], key])
            raise DagsterInvariantViolationError(f"These resources need each other in a circle: {circle}.")
        if key not in depths:
            needs = self.definitions[key].required_resource_keys
            depths[key] = 1 + max((self._measure(each, (*path, key), depths) for each in needs), default=0)
        return depths[key]

    def _missing_message(self, needed_by: Mapping[str, str]) -> str:
        there = ", ".join(sorted(self.definitions)) or "none"
        return "\n".join(
            f'The resource "{key}" is needed by {who}, but nobody gives it. Give it as '
            f"resources={{{key!r}: ...}}. Given are: {there}."
            for key, who in sorted(needed_by.items())
        )

    # -- making ----------------------------------------------------------------------------------------------

    def require(self, key: str) -> Any:
        """The resource under ``key``, made now if it was not made before, after those that it needs.

        Raises as :meth:`check` does, and ``DagsterResourceFunctionError`` where its function raises.
        """
        with self._lock:
            if key not in self._values:
                for each in self.order([key]):
                    if each not in self._values:
                        self._make(each)
            return self._values[key]

    def require_all(self, keys: Mapping[str, str] | Iterable[str] | None = None) -> None:
        """Make the resources under ``keys`` (all, without), and those that they need."""
        for key in self.order(keys):
            self.require(key)

    def view(self, keys: Iterable[str] | None = None) -> Resources:
        """The resources under ``keys`` (all, without) by attribute, as ``context.resources`` shows them."""
        return Resources(self, self.definitions if keys is None else keys)

    def _make(self, key: str) -> None:
        definition = self.definitions[key]
        opened = definition.open(self._context(key, definition))
        try:
            value = opened.__enter__()
        except DagsterError:
            raise
        except Exception as error:
            raise resource_error(key, "made", error) from error
        self._values[key] = value
        self._open.append((key, opened))

    def _context(self, key: str, definition: ResourceDefinition) -> InitResourceContext:
        schema = definition.config_schema
        entry, path = self._config.get(key, ABSENT), ("resources", key)
        trail = Trail(path)
        shape = Field.of(Shape({"config": schema}))
        checked = shape.check(entry, trail)
        trail.raise_findings(f'the resource "{key}"', entry)
        given = shape.check(entry, Trail(path, resolve=False))
        return InitResourceContext(
            resource_config=schema.apply(checked.get("config"), what=f'the resource "{key}"'),
            given_config=given.get("config"),
            resources=self.view(definition.required_resource_keys),
            resource_key=key,
            resource_def=definition,
            all_resource_defs=self.definitions,
            instance=self._instance,
            run=self._run,
            log=self._log,
        )

    # -- tearing down ----------------------------------------------------------------------------------------

    def close(self) -> Sequence[DagsterResourceFunctionError]:
        """Tear down all that was made, the last first. Gives the errors of those that raised."""
        errors: list[DagsterResourceFunctionError] = []
        with self._lock:
            self._close(errors)
        return errors

    def _close(self, errors: list[DagsterResourceFunctionError]) -> None:
        if not self._open:
            return
        key, opened = self._open.pop()
        self._values.pop(key, None)
        try:
            opened.__exit__(None, None, None)
        except Exception as error:  # noqa: BLE001 - given to the caller; the others must be torn down
            failure = resource_error(key, "torn down", error)
            failure.__cause__ = error
            errors.append(failure)
        finally:
            self._close(errors)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Tear down. What a tear-down raises is logged, since the work is done: it cannot make it fail."""
        for failure in self.close():
            (self._log or InitResourceContext().log).error(str(failure), exc_info=failure.user_exception)


def start_resources(
    resources: Mapping[str, object], config: Mapping[str, Any] | None = None, **run: Any
) -> Resources:
    """The given resources, made now, for the test of something that uses them; they are not torn down.

    Raises ``DagsterInvariantViolationError`` for a resource which needs to be torn down.
    """
    made = ResourceSet(resources, config, **run)
    refuse_teardown(made)
    made.require_all()
    return made.view()


def refuse_teardown(resource_set: ResourceSet) -> None:
    """Raise ``DagsterInvariantViolationError`` if a resource has a tear-down, which nobody would call."""
    for key, definition in resource_set.definitions.items():
        if definition.needs_teardown:
            raise DagsterInvariantViolationError(
                f'The resource "{key}" has a tear-down, so that the context must be entered: '
                "`with build_…_context(...) as context:`."
            )
