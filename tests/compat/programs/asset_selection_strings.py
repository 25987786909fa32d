"""The selection syntax of today: functions, attributes, operators and traversal in one string.

oracle: 1.13
"""

from dagster import AssetSelection, Definitions, asset, define_asset_job
from observe import caught, show


@asset(group_name="raw", key_prefix="p", tags={"team": "x"}, kinds={"sql"})
def a():
    return 1


@asset(deps=[a], group_name="mid", owners=["me@example.com"], tags={"pii": ""})
def b():
    return 1


@asset(deps=[b], group_name="mid", kinds={"sql", "python"})
def c():
    return 1


@asset(deps=[c])
def d():
    return 1


everything = [a, b, c, d]


def keys(text):
    return AssetSelection.from_string(text).resolve(everything)


def of_object(selection):
    return selection.resolve(everything)


defs = Definitions(assets=everything, jobs=[define_asset_job("part", selection='group:"mid" or key:"d"')])
texts = [
    "*",
    "p/a",
    'key:"p/a"',
    'key:"p/*"',
    "b",
    'key:"b"+',
    "+c",
    '+key:"c"',
    '2+key:"d"',
    'key:"b"+1',
    "*c",
    "b*",
    "group:mid",
    'group:"mid" and key:"b"',
    'group:"mid" or key:"d"',
    'not group:"mid"',
    '(key:"b" or key:"c") and not kind:python',
    "tag:team=x",
    'tag:"pii"',
    "kind:sql",
    'owner:"me@example.com"',
    'roots(key:"c" or key:"d")',
    "sinks(*)",
    'sinks(group:"mid")',
]
show(
    selected={text: keys(text) for text in texts},
    invalid=[caught(keys, text) for text in ("key:", "wrong(x)", "a b", "")],
    tag=of_object(AssetSelection.tag("team", "x")),
    kind=of_object(AssetSelection.kind("sql")),
    owner=of_object(AssetSelection.owner("me@example.com")),
    materializable=of_object(AssetSelection.all().materializable()),
    job=len(defs.get_job_def("part").execute_in_process().get_step_success_events()),
)
