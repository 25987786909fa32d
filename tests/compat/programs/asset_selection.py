"""AssetSelection: the algebra, traversal and the string syntax.

oracle: both
"""

from dagster import AssetIn, AssetKey, AssetSelection, SourceAsset, asset
from observe import caught, show

source = SourceAsset("src", group_name="raw")


@asset(group_name="raw", key_prefix="p")
def a(src):
    return 1


@asset(ins={"a": AssetIn(["p", "a"])}, group_name="mid")
def b(a):
    return 1


@asset(group_name="mid")
def c(b):
    return 1


@asset(group_name="end")
def d(b, c):
    return 1


@asset(key_prefix=["p", "q"])
def lonely():
    return 1


everything = [source, a, b, c, d, lonely]
S = AssetSelection


def keys(selection):
    return selection.resolve(everything)


show(
    all=keys(S.all()),
    keys=keys(S.keys("b", AssetKey(["p", "a"]))),
    slash=keys(S.keys("p/a")),
    groups=keys(S.groups("mid", "end")),
    prefixes=keys(S.key_prefixes("p")),
    deep_prefix=keys(S.key_prefixes(["p", "q"])),
    assets=keys(S.assets(b, c)),
    union=keys(S.keys("b") | S.keys("c")),
    intersection=keys(S.groups("mid") & S.keys("b", "d")),
    difference=keys(S.all() - S.groups("mid")),
    upstream=keys(S.keys("d").upstream()),
    upstream_one=keys(S.keys("d").upstream(depth=1)),
    upstream_without=keys(S.keys("d").upstream(include_self=False)),
    downstream=keys(S.keys(["p", "a"]).downstream()),
    downstream_one=keys(S.keys("b").downstream(depth=1)),
    downstream_without=keys(S.keys("b").downstream(include_self=False)),
    sinks=keys(S.all().sinks()),
    roots=keys(S.all().roots()),
    roots_of=keys((S.keys("c") | S.keys("d")).roots()),
    sources=keys(S.all().upstream_source_assets()),
    neighbours=keys(S.keys("c").required_multi_asset_neighbors()),
    unknown=caught(keys, S.keys("nobody")),
    unknown_group=caught(keys, S.groups("nobody")),
)
