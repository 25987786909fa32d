"""What marks a parameter as one that receives a resource."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, TypeVar

T = TypeVar("T")


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
