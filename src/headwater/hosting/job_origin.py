"""Where a new process finds a job of a code location again: what is sent to it instead of the job."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.definitions.job import JobDefinition
from headwater.execution.reconstructable import ReconstructableJob
from headwater.hosting.alias import install_alias_if_wanted
from headwater.hosting.code_location import load_location
from headwater.hosting.code_target import CodeTarget
from headwater.model.key import AssetCheckKey, AssetKey


def build_origin(target: CodeTarget, job: JobDefinition) -> ReconstructableJob:
    """The origin of a job of the code at ``target``: of one that it names, or of one made for selected assets."""
    keys = None if job.asset_keys is None else tuple(job.asset_keys)
    arguments = (target, job.name, keys, tuple(job.check_keys))
    return ReconstructableJob(__name__, __file__, load_job.__name__, arguments)


def load_job(
    target: CodeTarget,
    name: str,
    asset_keys: Sequence[AssetKey] | None,
    check_keys: Sequence[AssetCheckKey],
) -> JobDefinition:
    """The job, from code that is loaded anew."""
    install_alias_if_wanted()  # the process that asks has said in the environment whether it was told to
    repository = load_location(target).repository
    if name in repository.jobs:
        return repository.get_job(name)
    return repository.asset_job(name, asset_keys, check_keys)
