"""`softhouse mcp`: runs of this person, for any program that speaks the Model Context Protocol."""

from pathlib import Path

import click

from company.cli.options import products_option


@click.command(epilog="Example: softhouse mcp --products ~/runs")
@products_option
def command(products: Path | None) -> None:
    """Serve runs on standard input and output, until the client leaves.

    An MCP client starts this command itself. It can begin runs, watch, steer, stop and resume them, and
    fetch what they made. Runs go on when the client leaves.
    """
    from company.errors import ConfigurationError
    from warehouse.runs.folders import products_folder

    try:
        from company.cli.mcp.server import server_of
    except ImportError:
        raise ConfigurationError(
            "MCP needs one package more: pip install 'softhouse[mcp]'"
        ) from None
    server_of(products_folder(products)).run("stdio")
