"""What users write: assets, ops, graphs, jobs, resources, config, checks, schedules, Definitions."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _CallablePackage(ModuleType):
    """This package is also the decorator ``@headwater.definitions``: the API and the layer have the same name."""

    def __call__(self, function: Any) -> Any:
        from headwater.definitions.lazy_definitions import definitions

        return definitions(function)


sys.modules[__name__].__class__ = _CallablePackage
