"""``headwater definitions``: check that definitions load."""

from __future__ import annotations

import contextlib
import os
from typing import Any

import click

from headwater.cli.code_options import Code, code_options
from headwater.cli.document import Document, json_option
from headwater.cli.failure import CommandFailed
from headwater.cli.wording import count_text
from headwater.hosting.code_location import CodeLocation

VALIDATION_VARIABLE = "DAGSTER_IS_DEFS_VALIDATION_CLI"
"""Set to 1 while definitions are validated, for code that asks."""


@click.group()
def command() -> None:
    """Check that definitions load."""


@command.command("validate")
@json_option
@code_options
@click.pass_context
def validate(ctx: click.Context, code: Code, as_json: bool) -> None:
    """Load every code location and tell what it has, or what is wrong with it."""
    os.environ[VALIDATION_VARIABLE] = "1"
    results: list[dict[str, Any]] = []
    with Document() if as_json else contextlib.nullcontext() as document:
        for target in code.targets:
            try:
                counts = _counts(code.load_target(target))
            except CommandFailed as failure:
                failure.show()
                results.append({"location": target.name, "valid": False, "error": failure.message})
                continue
            results.append({"location": target.name, "valid": True, **counts})
            if document is None:
                told = ", ".join(count_text(count, noun[:-1]) for noun, count in counts.items() if count)
                print(f"{target.name} is valid: {told or 'nothing in it'}.")
        valid = all(each["valid"] for each in results)
        if document is not None:
            document.value = {"valid": valid, "locations": results}
    ctx.exit(0 if valid else 1)


def _counts(location: CodeLocation) -> dict[str, int]:
    manifest = location.manifest
    return {
        "assets": len(manifest.assets),
        "checks": len(manifest.checks),
        "jobs": len(manifest.jobs),
        "schedules": len(manifest.schedules),
        "sensors": len(manifest.sensors),
        "resources": len(manifest.resources),
    }
