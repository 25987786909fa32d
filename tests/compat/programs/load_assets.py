"""load_assets_from_modules and its kin: what is found, groups, prefixes and prefixes of keys.

oracle: both
"""

import sys
import types

from dagster import (
    Definitions,
    SourceAsset,
    asset,
    load_assets_from_current_module,
    load_assets_from_modules,
    load_assets_from_package_name,
)
from observe import caught, plain, show


def module(name, source, package=False):
    made = types.ModuleType(name)
    if package:
        made.__path__ = []
    exec("from dagster import *\n" + source, made.__dict__)
    sys.modules[name] = made
    return made


first = module(
    "first",
    """
@asset
def a():
    return 1

@asset(key_prefix="own")
def b(a):
    return 1

@multi_asset(outs={"x": AssetOut(), "y": AssetOut(key_prefix="z")})
def pair(a):
    return 1, 2

listed = [SourceAsset("src"), SourceAsset("src2")]
single = SourceAsset("single")
again = a
""",
)
second = module("second", "@asset\ndef c(src):\n    return 1\n")
clashing = module("clashing", "@asset\ndef a():\n    return 2\n")


@asset
def here():
    return 1


def described(assets):
    found = []
    for each in assets:
        if isinstance(each, SourceAsset):
            found.append([each.key.to_user_string(), each.group_name or "default", "source"])
        else:
            for key in sorted(each.keys, key=lambda key: key.to_user_string()):
                found.append(
                    [key.to_user_string(), each.group_names_by_key[key], plain(each.asset_deps[key])]
                )
    return sorted(found, key=str)


with_group = load_assets_from_modules([first, second], group_name="g")
show(
    plain=described(load_assets_from_modules([first, second])),
    group=described([each for each in with_group if not isinstance(each, SourceAsset)]),
    prefix=described(load_assets_from_modules([first], key_prefix="pre")),
    deep_prefix=described(load_assets_from_modules([first], key_prefix=["deep", "er"])),
    current=described(load_assets_from_current_module()),
    runs=Definitions(assets=load_assets_from_modules([first]))
    .get_implicit_global_asset_job_def()
    .execute_in_process()
    .success,
    clash=caught(
        lambda: Definitions(assets=load_assets_from_modules([first, clashing])).get_repository_def()
    ),
    no_module=caught(load_assets_from_package_name, "no_such_package_anywhere"),
)
