"""``headwater asset wipe``: forget that assets were made."""

from __future__ import annotations

import click

from headwater.cli.confirm import YES, confirm
from headwater.cli.failure import CommandFailed
from headwater.cli.project_options import ProjectChoice, project_options
from headwater.cli.wording import count_text
from headwater.instance.instance import DagsterInstance
from headwater.model.key import AssetKey


@click.command("wipe")
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("--all", "all_assets", is_flag=True, help="Of all assets.")
@click.option(
    "--partition", "partitions", multiple=True, metavar="KEY", help="Only of these partitions of the asset."
)
@YES
@project_options
def command(
    project: ProjectChoice, keys: tuple[str, ...], all_assets: bool, partitions: tuple[str, ...], yes: bool
) -> None:
    """Forget the materializations and observations of assets, or of partitions of one. Values and runs stay.

    A run that reads such an asset afterwards still finds its value; who asks for what is missing is told of it.
    """
    if bool(keys) == all_assets:
        raise click.UsageError("Name assets, or say --all.")
    if partitions and len(keys) != 1:
        raise click.UsageError("--partition is about one asset.")
    with project.read_history() as history:
        found = history.storage.event_log.asset_keys() if all_assets else _known(history, keys)
        what = (
            f"{count_text(len(partitions), 'partition')} of {keys[0]}"
            if partitions
            else count_text(len(found), "asset")
        )
        confirm(f"The history will know nothing more of {what}.", yes)
        if partitions:
            history.wipe_asset_partitions(found[0], partitions)
        else:
            history.wipe_assets(found)
        print(f"Forgot {what}.")


def _known(history: DagsterInstance, keys: tuple[str, ...]) -> list[AssetKey]:
    known = set(history.storage.event_log.asset_keys())
    wanted = [AssetKey.from_user_string(each) for each in keys]
    for key in wanted:
        if key not in known:
            raise CommandFailed(f"The history knows no asset {key.to_user_string()}.")
    return wanted
