"""What a tick of a schedule or sensor wants: runs, or none and why."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from headwater.model.errors import CheckError, ParameterCheckError
from headwater.model.key import AssetCheckKey, AssetKey


class RunRequest(msgspec.Struct, frozen=True):
    """One run that a schedule or sensor asks for.

    ``run_key`` names it: a run of that key is launched once. ``run_config`` and ``tags`` are the run's;
    ``asset_selection`` narrows the job down to some of its assets, ``partition_key`` says which partition.

    >>> RunRequest(run_key="2024-05-06", tags={"day": "2024-05-06"})
    """

    run_key: str | None = None
    run_config: dict[str, Any] = {}
    tags: dict[str, str] = {}
    job_name: str | None = None
    asset_selection: list[AssetKey] | None = None
    stale_assets_only: bool = False
    partition_key: str | None = None
    asset_check_keys: list[AssetCheckKey] | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            run_key: str | None = None,
            run_config: Any = None,
            tags: Mapping[str, Any] | None = None,
            job_name: str | None = None,
            asset_selection: Sequence[AssetKey] | None = None,
            stale_assets_only: bool = False,
            partition_key: str | None = None,
            asset_check_keys: Sequence[AssetCheckKey] | None = None,
        ) -> None: ...

    def __post_init__(self) -> None:
        force = msgspec.structs.force_setattr
        if self.run_key is not None and not isinstance(self.run_key, str):
            raise ParameterCheckError(f"A run_key is text, not {self.run_key!r}.")
        plain = getattr(self.run_config, "to_config_dict", None)  # a RunConfig
        force(self, "run_config", plain() if plain is not None else dict(self.run_config or {}))
        force(self, "tags", {key: tag_text(value) for key, value in (self.tags or {}).items()})
        for each in self.asset_selection or ():
            if not isinstance(each, AssetKey):
                raise CheckError(f"The asset_selection of a RunRequest has asset keys, not {each!r}.")

    def with_replaced_attrs(self, **changes: Any) -> RunRequest:
        """The same request with some attributes changed."""
        return msgspec.structs.replace(self, **changes)


class SkipReason(msgspec.Struct, frozen=True):
    """Why a tick asks for no run.

    >>> SkipReason("No new files.")
    """

    skip_message: str | None = None

    def __post_init__(self) -> None:
        if self.skip_message is not None and not isinstance(self.skip_message, str):
            raise ParameterCheckError(f"A skip_message is text, not {self.skip_message!r}.")


class TickResult(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a tick: the runs that are wanted, or, when there are none, perhaps why."""

    run_requests: list[RunRequest] = []
    skip_message: str | None = None


def tag_text(value: Any) -> str:
    """The value of a tag as text: what is no text becomes JSON."""
    return value if isinstance(value, str) else json.dumps(value)
