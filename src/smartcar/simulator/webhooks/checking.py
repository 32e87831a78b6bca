"""Whether a webhook can be set up so."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final, get_args
from urllib.parse import urlsplit

import msgspec

from smartcar.simulator.made_bodies import known_signal

from .setup import Interval, UnitSystem, WebhookKind, WebhookSetup

PATHS: Final = (
    *("/", "/battery", "/battery/capacity", "/battery/nominal_capacity", "/charge"),
    *("/charge/limit", "/diagnostics/dtcs", "/diagnostics/system_status", "/engine/oil", "/fuel"),
    *("/location", "/odometer", "/security", "/service/history", "/tires/pressure", "/vin"),
)
"""What a webhook of v2 can tell: reads of a vehicle.  Which of them truly could is unconfirmed."""
DYNAMIC: Final = ("/battery", "/charge", "/location")
"""What a dynamic one can tell.  Source: https://smartcar.com/docs/webhooks"""
LONGEST: Final = 200
"""Characters of a name."""
LONGEST_URI: Final = 2000


def checked(setup: WebhookSetup) -> WebhookSetup:
    """*setup* as it is kept, if there can be such a webhook.

    Raises:
        ValueError: There cannot; the message begins with the field that is wrong.
    """
    setup = _typed(setup)
    if not setup.name.strip() or len(setup.name) > LONGEST or not setup.name.isprintable():
        msg = f"name: say one, of {LONGEST} characters at most, on one line."
        raise ValueError(msg)
    _check_uri("callback_uri", setup.callback_uri)
    if setup.error_callback_uri is not None:
        _check_uri("error_callback_uri", setup.error_callback_uri)
    for field in ("triggers", "data"):
        codes: tuple[str, ...] = getattr(setup, field)
        for code in codes:
            try:
                known_signal(code)
            except ValueError as error:
                msg = f"{field}: {error}"
                raise ValueError(msg) from None
        if len(set(codes)) < len(codes):
            msg = f"{field}: a signal is said twice; once is enough."
            raise ValueError(msg)
    _check_kind(setup)
    return setup


def _typed(setup: WebhookSetup) -> WebhookSetup:
    """*setup* with each field of the type that it has: programs may have no types."""
    words = {"kind": WebhookKind, "interval": Interval, "unit_system": UnitSystem}
    for field, known in words.items():
        said = getattr(setup, field)
        if said not in get_args(known) and (field, said) != ("interval", None):
            msg = f"{field}: there is no {said!r}: say {', '.join(get_args(known))}."
            raise ValueError(msg)
    try:
        return msgspec.convert(msgspec.to_builtins(setup), WebhookSetup)
    except (msgspec.ValidationError, TypeError) as error:
        why, _, place = str(error).partition(" - at `$.")
        msg = f"{place.split('[')[0].rstrip('`') or 'setup'}: {why}."
        raise ValueError(msg) from None


def _check_uri(field: str, uri: str) -> None:
    try:
        parts = urlsplit(uri)
        is_good = (
            uri.isascii()
            and uri.isprintable()
            and " " not in uri
            and "\\" not in uri
            and len(uri) <= LONGEST_URI
            and parts.scheme in {"https", "http"}
            and bool(parts.hostname)
            and parts.username is None
            and parts.port != 0
            and not parts.fragment
        )
    except ValueError:
        is_good = False
    if not is_good:
        shown = "this" if "@" in uri else repr(uri)  # there may be a password
        msg = (
            f"{field}: {shown} is no address to send to; it is as "
            "https://fleet.example/smartcar/events, or http://127.0.0.1:8000/events."
        )
        raise ValueError(msg)


def _check_kind(setup: WebhookSetup) -> None:
    """What goes with a webhook of today, and with which of v2."""
    of_today, of_v2 = ("triggers", "data", "error_callback_uri"), ("paths", "interval")
    for field in of_v2 if setup.kind == "signals" else of_today:
        if getattr(setup, field):
            told = "one of v2 (schedule, dynamic, eventBased)" if field in of_v2 else "signals"
            msg = f"{field}: only a webhook of kind {told} has it, and this one is {setup.kind}."
            raise ValueError(msg)
    if setup.kind == "signals":
        return
    if (setup.interval is None) == (setup.kind == "schedule"):
        msg = "interval: a schedule has one (hourly, daily, weekly, monthly), and nothing else has."
        raise ValueError(msg)
    if bool(setup.paths) == (setup.kind == "eventBased"):
        msg = "paths: a schedule and a dynamic one have some, such as /battery; an eventBased none."
        raise ValueError(msg)
    allowed = DYNAMIC if setup.kind == "dynamic" else PATHS
    for path in setup.paths:
        if path not in allowed:
            near = get_close_matches(path, allowed, n=3, cutoff=0.5)
            told = (
                f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(allowed)}."
            )
            msg = f"paths: a webhook of kind {setup.kind} has no {path!r}: {told}"
            raise ValueError(msg)
