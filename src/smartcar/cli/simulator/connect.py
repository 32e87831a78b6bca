"""``smartcar simulator connect``: an owner says yes, without anybody walking through Connect."""

from __future__ import annotations

import click

from smartcar.simulator.cars.spec import Mode

from .running import Running, on_running


@click.command("connect")
@click.argument("owner")
@click.argument("make", default="TESLA")
@click.option("--permission", "permissions", multiple=True, help="One that is granted; else all.")
@click.option(
    "--mode",
    type=click.Choice(("live", "simulated", "test")),
    default="live",
    show_default=True,
    help="Of the car.",
)
@click.option("--application", help="Client id of the one that is connected; else the first.")
@on_running
def command(
    *,
    running: Running,
    owner: str,
    make: str,
    permissions: tuple[str, ...],
    mode: Mode,
    application: str | None,
) -> None:
    """Let an owner connect a car at once.

    OWNER is an e-mail, and means what it means in Connect; the car of MAKE is invented if there is
    none.
    """
    control = running.control
    grant = control.connect(
        owner, make, permissions=list(permissions) or None, mode=mode, application=application
    )
    running.show(
        grant,
        lambda: (
            f"{grant.owner} connected a {grant.car} with {grant.application}.\n"
            f"connection {grant.id}\nvehicle    {grant.vehicle_id}\nuser       {grant.user_id}"
        ),
    )
