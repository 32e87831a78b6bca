"""Deliveries that go out from a prompt: to a program that is written, or mended."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import click

from smartcar.errors import ConnectError, RequestTimeoutError, TransportError
from smartcar.protocol.wire import Reply, Request
from smartcar.transport import Network, Transport
from smartcar.webhooks.journal import KEPT_HEADERS
from smartcar.webhooks.probe import ANSWER_SECONDS, parts_of

from .showing import visible

_SHOWN: Final = 300
"""Bytes of a refusal that are shown."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery that was sent."""

    reply: Reply | None = field(repr=False)
    """None where there was no answer."""
    took_seconds: float
    why: str = ""
    """Why there was none."""
    is_late: bool = False
    """Was there none in time?"""

    @property
    def is_success(self) -> bool:
        """Would Smartcar be content?  Any 2xx does."""
        return self.reply is not None and self.reply.is_success

    @property
    def status(self) -> int | None:
        """Of the answer; None where there was none."""
        return None if self.reply is None else self.reply.status

    @property
    def told(self) -> str:
        """It, in a few words."""
        if self.reply is None:
            return self.why
        return f"{self.reply.status} in {self.took_seconds * 1000:,.0f} ms"

    def to_dict(self) -> dict[str, Any]:
        """It, for programs."""
        return {
            "status": self.status,
            "took_seconds": round(self.took_seconds, 4),
            "error": self.why or None,
        }


class Callback:
    """A URL that deliveries are sent to, byte for byte.

    Args:
        url: Where; a password has no place in it.
        transport: The network.

    Raises:
        ValueError: It is no URL of HTTP.
    """

    def __init__(self, url: str, transport: Transport) -> None:
        self._origin, self._target = parts_of(url)
        if "@" in self._origin:
            raise ValueError("a URL is shown and logged: a password has no place in it")
        self._transport = transport

    @property
    def shown(self) -> str:
        """The URL without its query, which may hold a key."""
        return self._origin + self._target.partition("?")[0]

    def send(
        self, body: bytes, headers: Mapping[str, str], seconds: float = ANSWER_SECONDS
    ) -> Outcome:
        """Send a delivery, and wait for the answer: as long as Smartcar does.

        Args:
            body: Its exact bytes.
            headers: Those of `KEPT_HEADERS` go along, others do not; names in lower case.
            seconds: How long to wait.
        """
        told = {name: headers[name] for name in KEPT_HEADERS if name in headers}
        request = Request(
            "POST",
            self._target,
            headers=told,
            body=body,
            origin=self._origin,
            timeout=seconds,
        )
        began = time.monotonic()
        reply, why, is_late = None, "", False
        try:
            reply = self._transport.send(request)
        except ConnectError:
            why = "nobody listens there"
        except RequestTimeoutError:
            why, is_late = f"no answer within {seconds:g} s", True
        except TransportError:
            why = "no whole answer"
        return Outcome(reply, time.monotonic() - began, why, is_late)


@contextmanager
def callback(url: str, option: str) -> Generator[Callback]:
    """The callback that somebody named with *option*.

    Raises:
        click.UsageError: It is none.
    """
    from smartcar.simulator.proxies import directly_if_needed  # noqa: PLC0415 -- not for each list

    network = Network()
    try:
        made = Callback(url, network)
        os.environ.update(directly_if_needed(url, os.environ))  # no proxy stands before localhost
    except ValueError as error:
        raise click.UsageError(f"{option}: {error}.") from error
    try:
        yield made
    finally:
        network.close()


def show_outcome(sent: str, outcome: Outcome) -> None:
    """Say what became of *sent*; where it was not taken, what was answered too."""
    colour = "green" if outcome.is_success else "red"
    click.echo(f"{visible(sent)}  {click.style(outcome.told, fg=colour)}")
    if outcome.reply is not None and not outcome.is_success and outcome.reply.body:
        answer = outcome.reply.body[:_SHOWN].decode("utf-8", "backslashreplace")
        click.echo(f"  {visible(answer)}")
