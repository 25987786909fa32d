"""Private modules of Dagster that real projects import, and what they use of them.

oracle: both
"""

import os

import dagster
import dagster._check as check
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from dagster._core.errors import DagsterInvariantViolationError
from dagster._core.events import DagsterEvent, DagsterEventType
from dagster._core.instance import DagsterInstance
from dagster._core.storage.dagster_run import DagsterRun
from dagster._core.test_utils import environ, instance_for_test
from dagster._utils import file_relative_path, safe_tempfile_path
from dagster._utils.merger import merge_dicts
from observe import caught, show

job = dagster.define_asset_job("j")
with environ({"SET_FOR_NOW": "1"}):
    inside = os.environ["SET_FOR_NOW"]
with instance_for_test() as instance:
    is_instance = isinstance(instance, DagsterInstance)
with safe_tempfile_path() as path:
    is_path = isinstance(path, str)
show(
    same=[
        DagsterInvariantViolationError is dagster.DagsterInvariantViolationError,
        DagsterEventType is dagster.DagsterEventType,
        DagsterEvent is dagster.DagsterEvent,
        DagsterInstance is dagster.DagsterInstance,
        DagsterRun is dagster.DagsterRun,
        isinstance(job, UnresolvedAssetJobDefinition),
    ],
    checks=[
        check.str_param("a", "name"),
        check.opt_str_param(None, "name"),
        check.int_param(1, "n"),
        check.list_param([1], "l", of_type=int),
        check.opt_list_param(None, "l"),
        check.dict_param({"a": 1}, "d"),
        check.bool_param(True, "b"),
        check.not_none(1),
        check.inst(1, int),
    ],
    failed=[
        caught(check.str_param, 1, "name"),
        caught(check.int_param, "a", "n"),
        caught(check.not_none, None),
        caught(check.failed, "no"),
        caught(check.invariant, False),
        caught(check.inst_param, 1, "x", str),
    ],
    environ=[inside, os.environ.get("SET_FOR_NOW")],
    is_instance=is_instance,
    is_path=is_path,
    merged=merge_dicts({"a": 1}, {"b": 2}),
    relative=file_relative_path("/a/b/c.py", "d/e.txt"),
)
