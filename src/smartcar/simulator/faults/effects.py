"""What a rule does to a request and to its reply."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from math import ceil
from typing import TYPE_CHECKING, Final

from msgspec import structs

from smartcar.protocol.wire import Reply
from smartcar.simulator import events, tokens
from smartcar.simulator.connect.fates import Fate
from smartcar.simulator.problems import RETRY_AFTER

from .book import Fault
from .rule import Body, TokenFate

if TYPE_CHECKING:
    from smartcar.simulator.arrival import Arrival
    from smartcar.simulator.issued import Access, Refresh
    from smartcar.simulator.world import World

_PAGE: Final = (
    b"<!DOCTYPE html>\n<html><head><title>Sorry</title></head>\n"
    b"<body><h1>Something went wrong on the way.</h1></body></html>\n"
)
_JSON: Final = "application/json"

CAR_FATES: Final[dict[str, Fate]] = {
    "asleep": ("VEHICLE_STATE", "ASLEEP"),
    "offline": ("VEHICLE_STATE", "UNREACHABLE"),
    "out_of_plan": ("BILLING", "VEHICLE_LIMIT"),
}


def bare(fault: Fault) -> Reply:
    """The status that a rule asks for, and nothing else."""
    return Reply(fault.rule.status or 500)


def with_body(reply: Reply, body: Body) -> Reply:
    """*reply* with another body, if its status lets it have one."""
    if reply.status in {204, 304}:
        return reply
    kind, content = _content(reply, body)
    headers = {name: value for name, value in reply.headers.items() if name != "content-type"}
    if kind is not None:
        headers["content-type"] = kind
    return structs.replace(reply, headers=headers, body=content)


_BODIES: Final[Mapping[Body, tuple[str | None, bytes]]] = {
    "html": ("text/html; charset=utf-8", _PAGE),
    "mislabelled": (_JSON, _PAGE),
    "text": ("text/plain; charset=utf-8", b"upstream request timeout"),
    "empty": (None, b""),
    "null": (_JSON, b"null"),
    "array": (_JSON, b"[]"),
    "portal": (_JSON, b'{"portal":"sign in to go online"}'),
}


def _content(reply: Reply, body: Body) -> tuple[str | None, bytes]:
    if body != "cut":
        return _BODIES[body]
    whole = reply.body or b'{"data":{"attributes":{}}}'
    return _JSON, whole[: max(1, len(whole) // 2)]


def with_retry_after(reply: Reply, fault: Fault, at: float) -> Reply:
    """*reply* with the ``Retry-After`` that a rule asks for."""
    headers = {name: value for name, value in reply.headers.items() if name != "retry-after"}
    asked = fault.rule.retry_after
    wait = float(RETRY_AFTER) if fault.ends_at is None else max(1.0, fault.ends_at - at)
    match asked:
        case None:
            return reply
        case "missing":
            pass
        case "right":
            headers["retry-after"] = str(ceil(wait))
        case "wrong":
            # What the official Java SDK's documentation takes it for.
            headers["retry-after"] = str(round((at + wait) * 1000))
        case "date":
            when = datetime.fromtimestamp(ceil(at + wait), UTC)
            headers["retry-after"] = format_datetime(when, usegmt=True)
        case "nonsense":
            headers["retry-after"] = "soon"
        case int():
            headers["retry-after"] = str(asked)
    return structs.replace(reply, headers=headers)


def end_token(world: World, arrival: Arrival, fate: TokenFate) -> None:
    """Let the token that was shown die; if revoked, all that its holder gave the application."""
    shown, held = _shown_token(world, arrival)
    if held is not None:
        ended = events.TokenEnded(
            at=arrival.at,
            token=shown,
            user_id=held.user_id if fate == "revoked" else None,
            application=held.application,
        )
        world.record(ended)


def _shown_token(
    world: World, arrival: Arrival
) -> tuple[str, Access | Refresh | events.CodeIssued | None]:
    """The token, refresh token or code that a request shows, and what is known of it."""
    if arrival.api != "token":
        token = arrival.request.headers.get("authorization", "").partition(" ")[2]
        return token, world.tokens.get(token)
    fields = tokens._fields(arrival.request) or {}
    issued = world.issued
    for name, known in (("refresh_token", issued.refreshes), ("code", issued.codes)):
        found = known.get(fields.get(name, ""))
        if found is not None:
            return fields[name], found
    return "", None


def revoke_consent(world: World, arrival: Arrival) -> None:
    """Let the owner on whose behalf it is asked, or else every owner of the car, disconnect it.

    From the application that asks alone: what it shares with others stays theirs.
    """
    caller, known = arrival.caller, world.applications
    asker = known.called(caller.application)
    if asker is None:
        return
    of = known.key(asker)
    grants = list(world.grants.of(of, user_id=caller.user_id, vehicle_id=arrival.vehicle_id))
    for grant in grants:
        ended = events.Disconnected(at=arrival.at, connection_id=grant.id, by_owner=True)
        world.record(ended)
