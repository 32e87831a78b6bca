"""``smartcar webhooks trigger``: send an event to a program, as Smartcar would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from smartcar.webhooks.events import Verify
from smartcar.webhooks.parsing import parse
from smartcar.webhooks.probe import diagnose_answer

from .listen import HERE
from .sending import Outcome, callback, show_outcome
from .showing import echo
from .tokens import VARIABLE, tokens_of
from .wanted import EVENTS, SIGN_IN, EventName, Wanted

if TYPE_CHECKING:
    from .making import Made

_NOT_THROUGH: Final = (
    "With --origin the simulator's webhook says where to, which signals and how: leave out --to, "
    "--signal, --forged, --hostile and --times. 'smartcar simulator webhook' sets it up."
)


@click.command("trigger")
@click.argument("event", type=click.Choice(EVENTS))
@click.option("--to", "url", metavar="URL", help=f"Where.  [default: {HERE}]")
@click.option(
    "--origin", metavar="URL", help="Let the simulator there send it, through a webhook of its own."
)
@click.option(
    "--webhook", metavar="NAME", help="Of --origin: which, if not the first that tells such things."
)
@click.option("--vehicle", metavar="CAR", help="About which car: its id, VIN or nickname.")
@click.option(
    "--signal",
    "signals",
    multiple=True,
    metavar="CODE",
    help="Of VEHICLE_STATE: what changed; again for more.  Else it is a first delivery.",
)
@click.option(
    "--error",
    default=SIGN_IN,
    show_default=True,
    metavar="TYPE:CODE",
    help="Of VEHICLE_ERROR: what is wrong.",
)
@click.option("--resolved", "is_resolved", is_flag=True, help="Of VEHICLE_ERROR: it is over.")
@click.option("--test", "is_test", is_flag=True, help="As the dashboard's Test button does.")
@click.option("--forged", "is_forged", is_flag=True, help="Sign it wrong.")
@click.option("--hostile", "is_hostile", is_flag=True, help="Write it as no program would again.")
@click.option(
    "--times",
    default=1,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="Send it so often: the same event, each time a new delivery.",
)
@click.option(
    "--token-env",
    "variable",
    default=VARIABLE,
    show_default=True,
    help="The variable that holds the management token.",
)
@click.option("--json", "is_json", is_flag=True, help="Print JSON, for programs.")
def command(
    *,
    event: EventName,
    url: str | None,
    origin: str | None,
    webhook: str | None,
    times: int,
    variable: str,
    is_forged: bool,
    is_hostile: bool,
    is_json: bool,
    **wanted: Any,
) -> None:
    """Send an event to a program, signed, as Smartcar would; show what it answers.

    VERIFY, VEHICLE_STATE and VEHICLE_ERROR are those of today; verify, schedule, dynamic and
    eventBased those of v2.0.  What they say is read from a car of the simulator's default fleet as
    it is now.  With --origin a running simulator sends it, of its own cars and signals.  Exits with
    1 where an answer would not do.
    """
    if origin is not None:
        if url or wanted["signals"] or is_forged or is_hostile or times > 1:
            raise click.UsageError(_NOT_THROUGH)
        from .through import send_through  # noqa: PLC0415 -- a simulator: only for who wants one

        asked = Wanted(event=event, **wanted)
        send_through(port=None, origin=origin, is_json=is_json, webhook=webhook, wanted=asked)
        return
    if webhook is not None:
        raise click.UsageError("--webhook is one of a simulator: say --origin, too.")
    from .making import headers_of, make  # noqa: PLC0415 -- as above

    (token,) = tokens_of([variable]).values()
    try:
        made = make(Wanted(event=event, **wanted))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    said: list[dict[str, Any]] = []
    is_well = True
    with callback(url or HERE, "--to") as program:
        for _ in range(times):
            body = made.body(is_hostile=is_hostile)
            outcome = program.send(body, headers_of(body, token, is_forged=is_forged))
            wrong = _mistake(body, outcome, token)
            is_well &= outcome.is_success and not wrong
            said.append({"event_id": made.event_id, **outcome.to_dict(), "wrong": wrong or None})
            if not is_json:
                _show(event, made, outcome, wrong)
    if is_json:
        echo(said)
    if not is_well:
        raise SystemExit(1)


def _mistake(body: bytes, outcome: Outcome, token: str) -> str:
    """What is wrong with the answer to a challenge."""
    asked = parse(body)
    if not isinstance(asked, Verify) or outcome.reply is None:
        return ""
    found = diagnose_answer(asked.challenge, outcome.reply, token, body=body)
    return "" if found.is_well else f"{found.told} {found.mend}"


def _show(event: str, made: Made, outcome: Outcome, wrong: str) -> None:
    show_outcome("  ".join(part for part in (event, made.event_id, made.about) if part), outcome)
    if wrong:
        click.secho(f"  {wrong}", fg="red")
    if outcome.status is None:
        click.echo("  To see what is sent: smartcar webhooks listen")
