"""The command of the web app."""

from typing import Annotated

import typer

from dragoman.cli.memory import StoreOption
from dragoman.cli.options import RulesOption, SettingsOption, rules_of


def serve(
    store: StoreOption = None,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0: any that is free.")] = 8_765,
    host: Annotated[str, typer.Option(help="Address to listen on; the default: this machine alone.")] = "127.0.0.1",
    host_name: Annotated[
        list[str] | None, typer.Option(help="A name by which browsers reach it; may be repeated.")
    ] = None,
    https: Annotated[
        bool, typer.Option("--https", help="A proxy before it speaks https: cookies are only sent so.")
    ] = False,
    settings: SettingsOption = None,
    rules: RulesOption = None,
) -> None:
    """Show the store in a browser. Dyads, the ledger, statements, events and their reports, network, map, search."""
    from dragoman.commands.serve import Address, run

    address = Address(host=host, port=port, names=tuple(host_name or ()), https=https)
    raise typer.Exit(run(store, address, rules_of(rules), settings))
