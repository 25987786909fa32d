"""What a tick of a schedule or sensor wants: runs, or none and why."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from headwater.model.errors import CheckError, ParameterCheckError
from headwater.model.event import AssetCheckEvaluation, AssetMaterialization, AssetObservation
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


class AddDynamicPartitionsRequest(msgspec.Struct, frozen=True, tag="add"):
    """Partitions that are to be added to the dynamic partitions of a name.

    >>> AddDynamicPartitionsRequest("customers", ["acme"]).partition_keys
    ['acme']
    """

    partitions_def_name: str
    partition_keys: list[str]


class DeleteDynamicPartitionsRequest(msgspec.Struct, frozen=True, tag="delete"):
    """Partitions that are to be taken out of the dynamic partitions of a name."""

    partitions_def_name: str
    partition_keys: list[str]


DynamicPartitionsRequest = AddDynamicPartitionsRequest | DeleteDynamicPartitionsRequest
AssetEvent = AssetMaterialization | AssetObservation | AssetCheckEvaluation


class SensorResult:
    """All that a sensor may give at once: runs or a reason to skip, the new cursor, partitions, asset events.

    Raises :class:`CheckError` for runs and a reason to skip together.

    >>> SensorResult(run_requests=[RunRequest(run_key="a")], cursor="a").cursor
    'a'
    """

    def __init__(
        self,
        run_requests: Sequence[RunRequest] | None = None,
        skip_reason: str | SkipReason | None = None,
        cursor: str | None = None,
        dynamic_partitions_requests: Sequence[DynamicPartitionsRequest] | None = None,
        asset_events: Sequence[AssetEvent] | None = None,
    ) -> None:
        for each in run_requests or ():
            if not isinstance(each, RunRequest):
                raise CheckError(f"The run_requests of a SensorResult are RunRequests, not {each!r}.")
        if run_requests and skip_reason:
            raise CheckError("A SensorResult has run requests or a reason to skip, not both.")
        self.run_requests = list(run_requests or ())
        self.skip_reason = SkipReason(skip_reason) if isinstance(skip_reason, str) else skip_reason
        self.cursor = cursor
        self.dynamic_partitions_requests = list(dynamic_partitions_requests or ())
        self.asset_events = list(asset_events or ())

    def __repr__(self) -> str:
        return (
            f"SensorResult({self.run_requests!r}, skip_reason={self.skip_reason!r}, cursor={self.cursor!r})"
        )


class TickResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of a tick: the runs that are wanted, or, when there are none, perhaps why.

    ``cursor`` is the sensor's from now on (None: it stays). ``failures`` tell what went wrong with single runs that a
    sensor looked at; the rest of the result holds all the same.
    """

    run_requests: list[RunRequest] = []
    skip_message: str | None = None
    cursor: str | None = None
    dynamic_partitions_requests: list[DynamicPartitionsRequest] = []
    asset_events: list[AssetEvent] = []
    failures: list[str] = []


def tag_text(value: Any) -> str:
    """The value of a tag as text: what is no text becomes JSON."""
    return value if isinstance(value, str) else json.dumps(value)
