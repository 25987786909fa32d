"""What marks a parameter or a field as a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Generic, TypeVar, overload

T = TypeVar("T")
V = TypeVar("V")


class ResourceParamMark:
    """Stands beside an annotation of a parameter which receives a resource."""

    __headwater_resource_param__: ClassVar[bool] = True

    def __repr__(self) -> str:
        return "resource_param"


RESOURCE_PARAM: Final = ResourceParamMark()

ResourceParam = Annotated[T, RESOURCE_PARAM]
"""The annotation of a parameter which receives a resource of any class.

>>> @asset
... def numbers(engine: ResourceParam[Engine]): ...
"""


class TreatAsResourceParam:
    """Base of classes whose instances are resources: a parameter with such an annotation receives one."""

    __headwater_resource__: ClassVar[bool] = True


class DependencyMark:
    """Stands beside the annotation of a field which receives another resource."""

    def __init__(self, target: Any) -> None:
        self.target = target

    def __repr__(self) -> str:
        return f"ResourceDependency[{getattr(self.target, '__name__', self.target)}]"


if TYPE_CHECKING:

    class ResourceDependency(Generic[V]):
        """The annotation of a resource's field which receives another resource, of whatever class.

        The field is given a value, a resource definition, or a resource which makes such a value.

        >>> class Writer(ConfigurableResource):
        ...     engine: ResourceDependency[Engine]
        """

        def __set_name__(self, owner: Any, name: str) -> None: ...
        @overload
        def __get__(self, instance: None, owner: Any) -> ResourceDependency[V]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> V: ...
        def __get__(self, instance: Any, owner: Any) -> Any: ...
        def __set__(self, instance: Any, value: Any) -> None: ...

else:

    class ResourceDependency:
        """The annotation of a resource's field which receives another resource, of whatever class."""

        def __class_getitem__(cls, target):
            return Annotated[Any, DependencyMark(target)]
