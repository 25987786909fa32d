"""The inputs of an asset's function: which asset each parameter loads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.definitions.asset_spec import AssetIn
from headwater.definitions.input import In
from headwater.definitions.op import Computable, infer_inputs
from headwater.definitions.output import NO_VALUE
from headwater.model.key import AssetKey

_PLAIN = AssetIn()
_PLAIN_IN = In()


def build_asset_inputs(
    computable: Computable,
    ins: Mapping[str, Any] | None,
    what: str,
) -> tuple[dict[str, In], dict[str, AssetKey], dict[AssetKey, Any]]:
    """The op inputs of an asset's function, the asset that each loads, and declared partition mappings.

    A parameter loads the asset of its name, unless ``ins`` says otherwise. They are in the order of their names, in which
    they are loaded.
    """
    given = {name: AssetIn.from_coercible(each) for name, each in (ins or {}).items()}
    declared: dict[str, In] = {}
    keys: dict[str, AssetKey] = {}
    mappings: dict[AssetKey, Any] = {}
    for name, each in given.items():
        says_nothing = each.dagster_type is NO_VALUE and not each.metadata and each.input_manager_key is None
        declared[name] = (
            _PLAIN_IN
            if says_nothing
            else In(each.dagster_type, metadata=each.metadata, input_manager_key=each.input_manager_key)
        )
    inputs = dict(sorted(infer_inputs(computable, declared, what).items()))
    for name in inputs:
        each = given.get(name, _PLAIN)
        if each.key is not None:
            keys[name] = each.key
        elif each.key_prefix is not None:
            keys[name] = AssetKey((*each.key_prefix, name))
        else:
            keys[name] = AssetKey(name)
        if each.partition_mapping is not None:
            mappings[keys[name]] = each.partition_mapping
    return inputs, keys, mappings
