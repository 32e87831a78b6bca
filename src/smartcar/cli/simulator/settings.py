"""The options of a simulator on a port, for whichever command starts one."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.core import ParameterSource

from smartcar.cli.moments import Moment
from smartcar.simulator.home import LARGEST_FLEET
from smartcar.simulator.lives import TokenLives

if TYPE_CHECKING:
    from smartcar.simulator import SimulatedApplication
    from smartcar.simulator.server import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What somebody asked for."""

    host: str
    port: int
    db: Path | None
    seed: int | None
    fleet: int | Path
    speed: float
    start: datetime | None
    limits: bool
    lives: TokenLives
    allow_private_webhooks: bool = False
    said: frozenset[str] = frozenset()
    """Options that somebody gave: a state that is taken up goes by the others' own."""

    def server(self) -> Server:
        """A server that listens already, and serves when it is run.

        Raises:
            click.ClickException: There can be none such.
        """
        # Not above: a prompt that talks to one that runs reads these options, too.
        from smartcar.simulator import MemoryJournal, Simulator, SqliteJournal, VirtualClock  # noqa: PLC0415
        from smartcar.simulator.server import Server  # noqa: PLC0415

        try:
            journal = MemoryJournal() if self.db is None else SqliteJournal(self.db)
            start = self.start if next(iter(journal), None) is None else None
            simulator = Simulator(
                self.seed,
                self.fleet,
                clock=VirtualClock(
                    start.timestamp() if start else None,
                    self.speed,
                    gives_way="speed" not in self.said,
                ),
                application=self._application(),
                journal=journal,
                lives=self.lives,
                allow_private_webhooks=self.allow_private_webhooks,
            )
            if start:
                simulator.keep_own_time()
            if "limits" in self.said or not simulator.world.is_restored:
                simulator.limits.switch(is_on=self.limits)
            if "speed" in self.said:
                simulator.clock.speed = self.speed
            return Server(simulator, self.host, self.port)
        except (OSError, ValueError) as error:
            raise click.ClickException(str(error)) from error

    def _application(self) -> SimulatedApplication | None:
        """That of the environment; None leaves it to the fleet file."""
        from smartcar.simulator import SimulatedApplication  # noqa: PLC0415

        own = SimulatedApplication.from_environment(os.environ)
        return None if own == SimulatedApplication() and isinstance(self.fleet, Path) else own


def fleet_of(ctx: click.Context, param: click.Parameter, text: str) -> int | Path:
    """So many cars, or the path of a file that describes them.

    Raises:
        click.BadParameter: It is neither.
    """
    if text.lstrip("-").isdigit():
        if 0 <= int(text) <= LARGEST_FLEET:
            return int(text)
        told = f"{text} is not in the range 0<=x<={LARGEST_FLEET}."
        raise click.BadParameter(told, ctx, param)
    path = Path(text)
    if not path.is_file():
        told = f"{text!r} is no number of cars, and no file either."
        raise click.BadParameter(told, ctx, param)
    return path


_LIVES: Final = (
    ("access", "--access-token-life", "2h", "How long an owner's access token is good for."),
    ("refresh", "--refresh-token-life", "60d", "A refresh token that is not used."),
    ("code", "--code-life", "10min", "The code that Connect sends an owner back with."),
    ("grace", "--refresh-grace", "1min", "A used refresh token, from its first use."),
    ("application", "--application-token-life", "1h", "The application's own token, on v3."),
)
"""What lives, its option, what is documented, and what it is."""


def _life(of: str) -> Callable[[click.Context, click.Parameter, str], str]:
    def check(ctx: click.Context, param: click.Parameter, value: str) -> str:
        try:
            TokenLives(**{of: value})
        except ValueError as error:
            raise click.BadParameter(str(error), ctx, param) from error
        return value

    return check


def server_options(
    port: int, *, limits: bool = True
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of a server, and hand them to it as ``settings``.

    Args:
        port: Which port unless they say otherwise.
        limits: Are there limits unless they say otherwise?
    """
    options = (
        click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen."),
        click.option(
            "--port",
            default=port,
            show_default=True,
            type=click.IntRange(0, 65535),
            help="Which port; 0 takes a free one.",
        ),
        click.option(
            "--db",
            type=click.Path(dir_okay=False, path_type=Path),
            help="Keep the state in this file; a restart goes on where it was.",
        ),
        click.option("--seed", type=int, help="Chooses the cars: that of the fleet file, or 0."),
        click.option(
            "--fleet",
            default="12",
            show_default=True,
            callback=fleet_of,
            metavar="N|FILE",
            help="How many cars are connected from the beginning, or a fleet file (YAML, JSON).",
        ),
        click.option(
            "--speed",
            default=1.0,
            show_default=True,
            type=click.FloatRange(0, 1_000_000),
            help="Virtual seconds a real second; 0 freezes the clock on a fixed morning.",
        ),
        click.option(
            "--start",
            type=Moment(),
            help="What time it is at first, such as 2026-06-01T06:00Z: now, or that morning if the "
            "clock is frozen.  A state that is taken up goes by its own time.",
        ),
        click.option(
            "--limits/--no-limits",
            default=limits,
            show_default=True,
            help="Limit requests as the real API does: 120 at once, 2 more a minute; 500 a month "
            "for each car.",
        ),
        click.option(
            "--allow-private-webhooks",
            is_flag=True,
            help="Let webhooks send to private networks, too, and without TLS.",
        ),
        *(
            click.option(
                option,
                f"{of}_life",
                default=usual,
                show_default=True,
                metavar="DURATION",
                callback=_life(of),
                help=told,
            )
            for of, option, usual, told in _LIVES
        ),
    )

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @wraps(function)
        def with_settings(
            *,
            host: str,
            port: int,
            db: Path | None,
            seed: int | None,
            fleet: int | Path,
            speed: float,
            start: datetime | None,
            limits: bool,
            allow_private_webhooks: bool,
            **more: Any,
        ) -> None:
            source = click.get_current_context().get_parameter_source
            settings = Settings(
                host=host,
                port=port,
                db=db,
                seed=seed,
                fleet=fleet,
                speed=speed,
                start=start,
                limits=limits,
                allow_private_webhooks=allow_private_webhooks,
                said=frozenset(
                    each
                    for each in ("speed", "limits")
                    if source(each) not in {None, ParameterSource.DEFAULT}
                ),
                lives=TokenLives(**{of: more.pop(f"{of}_life") for of, *_ in _LIVES}),
            )
            function(settings=settings, **more)

        command: Callable[..., None] = with_settings
        for option in reversed(options):
            command = option(command)
        return command

    return decorate
