"""``smartcar webhooks doctor``: which mistake keeps a webhook from working, and how to mend it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import BinaryIO

import click

from smartcar.transport import Network
from smartcar.webhooks.diagnosis import FRAMEWORKS, Diagnosis
from smartcar.webhooks.doctor import diagnose
from smartcar.webhooks.probe import probe

from .tokens import VARIABLE, tokens_of


@click.command("doctor")
@click.option(
    "--body", type=click.File("rb"), help="A delivery's body, byte for byte; - for standard input."
)
@click.option("-H", "--header", "headers", multiple=True, help="A header of it: 'name: value'.")
@click.option("--headers", "file", type=click.File("rb"), help="A file of headers, one a line.")
@click.option("--url", help="A receiver to ask, in place of a delivery.")
@click.option(
    "--token-env",
    "variables",
    multiple=True,
    default=(VARIABLE,),
    show_default=True,
    help="The variable that holds the management token in use; again for others it might be.",
)
@click.option("--framework", type=click.Choice(FRAMEWORKS), help="What the receiver is made with.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    *,
    body: BinaryIO | None,
    headers: tuple[str, ...],
    file: BinaryIO | None,
    url: str | None,
    variables: tuple[str, ...],
    framework: str | None,
    as_json: bool,
) -> None:
    """Say which mistake keeps a webhook from working, and how to mend it.

    Give a delivery (--body, with -H or --headers) whose signature does not fit, or the --url of a
    receiver: that is sent a challenge, a forged event, and a signed one of the mode TEST.  Exits
    with 1 where something is to be mended.
    """
    if (body is None) == (url is None):
        raise click.UsageError("Say either --body, for a delivery, or --url, for a receiver.")
    tokens = tokens_of(variables)
    if url is not None:
        found = _probed(url, next(iter(tokens.values())), framework)
    else:
        lines = [*headers, *(file.read().decode("latin-1").splitlines() if file else ())]
        sent = b"" if body is None else body.read()
        found = [diagnose(sent, _headers(lines), tokens, framework=framework)]
    _tell(found, as_json=as_json)
    if not all(each.is_well for each in found):
        raise SystemExit(1)


def _headers(lines: Iterable[str]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for line in lines:
        name, colon, value = line.partition(":")
        if colon and name.strip():
            pairs.append((name.strip(), value.strip(" \t\r\n")))
        elif line.strip() and not line.startswith(("HTTP/", "POST ")):
            raise click.UsageError(f"{line!r} is no header: write 'name: value'.")
    return pairs


def _probed(url: str, token: str, framework: str | None) -> list[Diagnosis]:
    network = Network()
    try:
        return probe(url, token, network, framework=framework)
    except ValueError as error:
        raise click.UsageError(f"--url: {error}.") from error
    finally:
        network.close()


def _tell(found: list[Diagnosis], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([each.to_dict() for each in found], indent=2, ensure_ascii=False))
        return
    for each in found:
        mark = click.style("well", fg="green") if each.is_well else click.style("wrong", fg="red")
        likely = "" if each.is_certain else "likely: "
        click.echo(f"{mark}  {likely}{each.told}")
        if each.mend:
            click.echo(f"       {each.mend}")
