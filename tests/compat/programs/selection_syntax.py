"""The string syntax of selections in full: which assets each text means, and how a selection is written back.

oracle: 1.13
"""

from dagster import (
    AssetCheckResult,
    AssetKey,
    AssetSelection,
    AssetSpec,
    DataVersion,
    Definitions,
    asset,
    asset_check,
    observable_source_asset,
)
from observe import caught, show


@asset(
    group_name="raw",
    owners=["team:x", "a@b.com"],
    tags={"t": "1", "u": ""},
    kinds={"sql", "python"},
    deps=["src"],
)
def a(): ...


@asset(deps=[a], group_name="raw")
def b(): ...


@asset(deps=[b], key_prefix=["p", "q"], tags={"t": "2"})
def c(): ...


@asset(deps=[c], key_prefix="p")
def a2(): ...


@asset(deps=[a2], group_name="fin", kinds={"sql"})
def d(): ...


@asset(deps=["src"])
def e(): ...


@observable_source_asset(group_name="raw", tags={"t": "1"})
def watched():
    return DataVersion("1")


@asset_check(asset="a")
def checked():
    return AssetCheckResult(passed=True)


source = AssetSpec("src", group_name="raw", owners=["team:x"], tags={"t": "1"}, kinds={"sql"})
graph = Definitions(assets=[a, b, c, a2, d, e, watched, source], asset_checks=[checked]).resolve_asset_graph()


def keys(selection):
    return selection.resolve(graph)


def read(text):
    selection = AssetSelection.from_string(text)
    return [keys(selection), str(selection)]


texts = """* | a | +a | a+ | +d | b+ | +b+ | ++b | b++ | ++++d
key:a | key:"a" | key:a* | key:"a*" | key:*2 | key:p/* | key:"p/q/c" | key:p*/c | p/a2 | key:"*" | key : a | key:"zzz*" | key:zzz
group:raw | group:"raw" | group:default | group:"" | group:<null> | group:zzz
tag:t | tag:t=1 | tag:"t"="1" | tag:t="2" | tag:u | tag:"t=1" | tag:t= | tag:t=<null> | tag:zzz
owner:"team:x" | owner:"a@b.com" | owner:zzz
kind:sql | kind:"sql" | kind:<null> | kind:"<null>" | kind:zzz
not key:a | NOT key:a | not key:a and group:raw | group:raw or group:fin | group:raw and not key:a
(group:raw or group:fin) and not key:a | key:a OR key:b | key:a AND key:b | key:a or key:b and key:c | not not key:a
sinks(*) | roots(*) | roots(group:raw) | sinks(group:raw) | sinks(+key:"p/a2") | +sinks(group:raw) | roots(sinks(*))
+key:"d" | key:"b"+ | 2+key:"d"+1 | +group:fin | +(key:"a" or key:"b") | (key:"a" or key:"b")+1 | key:a+ | +key:e | +e | src | key:src"""

refused = [
    "",
    "a b",
    "a and",
    "(",
    ")",
    "()",
    '"',
    "key:",
    "foo:bar",
    "wrong(x)",
    "key:a and or key:b",
    "key:a)",
    "a+b",
]

selections = {
    "all": AssetSelection.all(),
    "all with sources": AssetSelection.all(include_sources=True),
    "groups": AssetSelection.groups("raw"),
    "groups with sources": AssetSelection.groups("raw", include_sources=True),
    "two groups": AssetSelection.groups("raw", "fin"),
    "tag": AssetSelection.tag("t", "1"),
    "tag with sources": AssetSelection.tag("t", "1", include_sources=True),
    "tag string": AssetSelection.tag_string("t=1"),
    "kind": AssetSelection.kind("sql"),
    "kind with sources": AssetSelection.kind("sql", include_sources=True),
    "no kind": AssetSelection.kind(None),
    "owner": AssetSelection.owner("team:x"),
    "up": AssetSelection.assets("b").upstream(),
    "up without itself": AssetSelection.assets("b").upstream(include_self=False),
    "down without itself": AssetSelection.assets("src").downstream(include_self=False),
    "no steps": AssetSelection.assets("b").upstream(depth=0),
    "down and up": AssetSelection.groups("raw").downstream().upstream(2),
    "up of two": (AssetSelection.assets("a") | AssetSelection.groups("fin")).upstream(),
    "roots of sinks": AssetSelection.groups("raw").sinks().roots(),
    "less": AssetSelection.all() - AssetSelection.assets("a") - AssetSelection.assets("b"),
    "and of or": (AssetSelection.assets("a") | AssetSelection.assets("b")) & AssetSelection.groups("raw"),
    "several texts": AssetSelection.from_coercible(["group:raw", "key:b"]),
    "keys": AssetSelection.from_coercible([AssetKey("a"), AssetKey("b")]),
    "definitions": AssetSelection.from_coercible([a, b]),
}

show(
    selected={text.strip(): read(text.strip()) for line in texts.splitlines() for text in line.split(" | ")},
    refused=[caught(AssetSelection.from_string, text) for text in refused],
    built={name: [keys(each), str(each)] for name, each in selections.items()},
    with_sources={
        text: keys(AssetSelection.from_string(text, include_sources=True))
        for text in ("*", "group:raw", "kind:sql", "not key:a", 'owner:"team:x"')
    },
    named_and_missing=caught(keys, AssetSelection.from_string("zzz")),
)
