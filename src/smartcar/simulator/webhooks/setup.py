"""How a webhook is set up: what Smartcar's dashboard asks for, and nothing that happens later."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

WebhookKind = Literal["signals", "schedule", "dynamic", "eventBased"]
"""``signals`` is what Smartcar has today; the others are those of v2."""
Interval = Literal["hourly", "daily", "weekly", "monthly"]
UnitSystem = Literal["metric", "imperial"]


class WebhookSetup(Struct, frozen=True, kw_only=True):
    """One webhook of an application."""

    id: str = ""
    """Left out: of a webhook that is to be made."""
    application: str | None = None
    """The client id of the one that it belongs to; None is the first one."""
    name: str
    callback_uri: str
    error_callback_uri: str | None = None
    """Where errors go; None: to the callback, too."""
    triggers: tuple[str, ...] = ()
    """Codes of the signals whose change is told."""
    data: tuple[str, ...] = ()
    """Codes of the signals that are told then, all of them."""
    auto_subscribe: bool = False
    """Are all vehicles of the application subscribed, those to come too?"""
    is_enabled: bool = True
    kind: WebhookKind = "signals"
    interval: Interval | None = None
    """How often one of v2 on a schedule tells."""
    paths: tuple[str, ...] = ()
    """What one of v2 tells: paths of a vehicle, such as ``/battery``."""
    unit_system: UnitSystem = "metric"
    """Of what one of v2 tells."""

    @property
    def error_uri(self) -> str:
        """Where errors go."""
        return self.error_callback_uri or self.callback_uri

    @property
    def uris(self) -> tuple[str, ...]:
        """Every URI that it sends to, each once."""
        return tuple(dict.fromkeys((self.callback_uri, self.error_uri)))
