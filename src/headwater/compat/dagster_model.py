"""A pydantic model that is never changed and knows all its fields, as projects know it from ``dagster_shared``."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class DagsterModel(BaseModel):
    """Base of models whose instances are values.

    >>> class Place(DagsterModel):
    ...     name: str
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
