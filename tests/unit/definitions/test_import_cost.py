"""Config and resources without classes cost little: what only classes need is not loaded."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
from headwater.definitions.build_resources import build_resources
from headwater.definitions.config_schema import config_schema_of, resolve_config_schema
from headwater.definitions.configured import configured
from headwater.definitions.resource import resource
from headwater.definitions.run_config import RunConfig

@resource(config_schema={"n": int})
def number(context):
    return context.resource_config["n"]

with build_resources({"number": configured(number)({"n": 1}), "plain": object()}) as built:
    assert built.number == 1
assert config_schema_of(int).resolve(3) == 3
assert RunConfig(ops={"a": {"config": 1}}).to_config_dict()["ops"] == {"a": {"config": 1}}
print(sorted(set(sys.modules) & {"pydantic", "unittest.mock", "asyncio", "sqlite3"}))
"""


def test_pydantic_is_not_loaded_where_no_class_is_used() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
