"""Resources bound to assets themselves, before the assets come into a job or into ``Definitions``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from headwater.definitions.config_check import check_config
from headwater.definitions.resource import ResourceDefinition, as_resource_definition
from headwater.definitions.resource_set import ResourceSet
from headwater.model.errors import DagsterInvalidInvocationError

T = TypeVar("T")

PROVIDED_BY_EVERY_RUN = "io_manager"


def with_resources(
    definitions: Iterable[T],
    resource_defs: Mapping[str, object],
    resource_config_by_key: Mapping[str, Any] | None = None,
) -> list[T]:
    """The same assets, each with those of the resources that it needs.

    ``resource_config_by_key`` maps keys to ``{"config": ...}``.

    Raises ``DagsterInvalidDefinitionError`` for a resource that is needed and not given,
    :class:`DagsterInvalidInvocationError` for one that the asset already has, and ``DagsterInvalidConfigError`` for
    config that does not fit.

    >>> with_resources([orders], {"database": Database(path="x")})
    """
    configs = dict(resource_config_by_key or {})
    given = {key: _configured(key, each, configs.get(key)) for key, each in resource_defs.items()}
    return [_bind(each, given) if hasattr(each, "with_resources") else each for each in definitions]


def _configured(key: str, resource: object, entry: Any) -> object:
    if entry is None:
        return resource
    if not isinstance(entry, Mapping) or set(entry) != {"config"}:
        raise DagsterInvalidInvocationError(
            f'The config of the resource "{key}" is written {{"config": ...}}, not {entry!r}.'
        )
    definition: ResourceDefinition = as_resource_definition(resource)
    check_config(
        definition.config_schema.as_field(), entry["config"], what=f'the resource "{key}"', resolve=False
    )
    return definition.configured(entry["config"])


def _bind(definition: Any, given: Mapping[str, object]) -> Any:
    bound: Mapping[str, Any] = definition.resource_defs
    twice = sorted(key for key in bound if key in given and bound[key] is not given[key])
    if twice:
        raise DagsterInvalidInvocationError(
            f"{definition!r} already has the resource {', '.join(twice)}. Give it once, or under another key."
        )
    who = repr(definition)
    needed = {key: who for key in definition.required_resource_keys if _is_needed(key, bound, given)}
    order = ResourceSet({**given, **bound}).order(needed)
    return definition.with_resources({key: given[key] for key in order if key in given})


def _is_needed(key: str, bound: Mapping[str, Any], given: Mapping[str, object]) -> bool:
    return key in given or (key not in bound and key != PROVIDED_BY_EVERY_RUN)
