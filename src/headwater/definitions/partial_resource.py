"""A configurable resource of which the run's config gives the rest."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from headwater.definitions.resource import AsResource, ResourceDefinition
from headwater.definitions.resource_class import ResourceClass

R = TypeVar("R", bound=ResourceClass)


class PartialResource(AsResource, Generic[R]):
    """What ``configure_at_launch`` gives: the class of a resource, and those of its values that are known.

    Another resource may be given it as a nested one; then it must stand among the run's resources as well.
    """

    def __init__(self, resource_cls: type[R], data: dict[str, Any]) -> None:
        self.resource_cls = resource_cls
        self.data = data

    def get_resource_definition(self) -> ResourceDefinition:
        """The definition which makes the resource from the run's config."""
        return self.resource_cls.definition_of_partial(self)

    def to_config_dict(self) -> dict[str, Any]:
        """The values that are known, as config."""
        return self.resource_cls.dump_config(self.data)

    def provided_class(self) -> type | None:
        """That of the resource which the rest of its config will make."""
        return self.resource_cls.class_provided()

    def __repr__(self) -> str:
        known = "".join(f", {name}={value!r}" for name, value in self.data.items())
        return f"{self.resource_cls.__name__}.configure_at_launch({known.removeprefix(', ')})"
