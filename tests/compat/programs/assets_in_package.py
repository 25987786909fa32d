"""Assets and checks loaded from a package of files, and bound to jobs and repositories.

oracle: 1.13
"""

import importlib
import os
import sys

from dagster import (
    AssetChecksDefinition,
    AssetsDefinition,
    Definitions,
    load_asset_checks_from_current_module,
    load_asset_checks_from_modules,
    load_asset_checks_from_package_module,
    load_asset_checks_from_package_name,
    load_assets_from_package_module,
    load_assets_from_package_name,
)
from observe import show, step_events

FILES = {
    "shop/__init__.py": "from dagster import asset\n\n@asset\ndef top():\n    return 1\n",
    "shop/orders.py": "from dagster import asset, asset_check, AssetCheckResult\n\n@asset\ndef orders(top):\n    return 2\n\n"
    "@asset_check(asset=orders)\ndef enough(orders):\n    return AssetCheckResult(passed=orders > 1)\n",
    "shop/deep/__init__.py": "",
    "shop/deep/lines.py": "from dagster import asset\n\n@asset(key_prefix='own')\ndef lines(orders):\n    return 3\n",
}
for path, text in FILES.items():
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as handle:
        handle.write(text)
sys.path.insert(0, os.getcwd())
shop = importlib.import_module("shop")
orders = importlib.import_module("shop.orders")
enough = orders.enough


def keys(assets):
    return sorted(
        key.to_user_string() for each in assets if isinstance(each, AssetsDefinition) for key in each.keys
    )


def checks(found):
    return sorted(key.to_user_string() for each in found for key in each.check_keys)


by_module = load_assets_from_package_module(shop, group_name="shop", key_prefix="pre")
found = load_asset_checks_from_package_module(shop)
defs = Definitions(assets=load_assets_from_package_name("shop"), asset_checks=found)
result = defs.get_implicit_global_asset_job_def().execute_in_process()
show(
    by_name=keys(load_assets_from_package_name("shop")),
    by_module=keys(by_module),
    checks=[
        checks(found),
        checks(load_asset_checks_from_package_name("shop")),
        checks(load_asset_checks_from_modules([orders])),
        checks(load_asset_checks_from_modules([orders], asset_key_prefix="pre")),
        sorted(set(checks(load_asset_checks_from_current_module()))),
    ],
    classes=isinstance(found[0], AssetChecksDefinition),
    steps=step_events(result, "STEP_START"),
    evaluations=[each.passed for each in result.get_asset_check_evaluations()],
)
