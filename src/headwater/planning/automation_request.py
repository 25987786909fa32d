"""From what automation conditions ask for to runs: what can be made together is made by one run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from headwater.model.automation_evaluation import Entity, Slice, Slices
from headwater.model.key import AssetCheckKey, AssetKey
from headwater.model.partition_spec import PartitionsSpec
from headwater.model.run import GLOBAL_ASSET_JOB
from headwater.model.run_request import RunRequest
from headwater.planning.asset_graph import AssetGraph

AUTOMATION_TAG = "headwater/automation_evaluation"
"""The tag of a run that conditions have asked for: the number of the evaluation."""


def build_run_requests(
    requested: Mapping[Entity, Slices],
    graph: AssetGraph,
    *,
    number: int,
    run_tags: Mapping[str, str],
    key: str,
) -> list[RunRequest]:
    """The runs that make what is ``requested``: one for each partition, one for all that has none.

    Each run's key begins with ``key``: an evaluation that is done twice launches its runs once.
    """
    groups: dict[tuple[PartitionsSpec | None, Slice], list[Entity]] = defaultdict(list)
    for entity, slices in requested.items():
        node = graph.nodes.get(entity) if isinstance(entity, AssetKey) else None
        for each in slices:
            groups[node.partitions if node is not None else None, each].append(entity)
    return [
        RunRequest(
            run_key=f"{key}/{place}",
            job_name=GLOBAL_ASSET_JOB,
            tags={**run_tags, AUTOMATION_TAG: str(number)},
            asset_selection=[each for each in entities if isinstance(each, AssetKey)],
            asset_check_keys=_checks_of(entities, graph),
            partition_key=partition,
        )
        for place, ((_, partition), entities) in enumerate(
            sorted(groups.items(), key=lambda item: (item[0][1] or "", str(item[1][0])))
        )
    ]


def _checks_of(entities: list[Entity], graph: AssetGraph) -> list[AssetCheckKey]:
    """The checks to evaluate: those that are asked for, and those of the assets that are made."""
    made = {each for each in entities if isinstance(each, AssetKey)}
    asked = [each for each in entities if isinstance(each, AssetCheckKey)]
    return list(dict.fromkeys([*asked, *(key for key in graph.checks if key.asset_key in made)]))
