"""A request that was logged as something to run: a command for a shell, a test for pytest.

The log holds no secrets, so both get tokens of their own.
"""

from __future__ import annotations

import re
import shlex
from typing import Final
from urllib.parse import urlencode

import msgspec

from smartcar.simulator import events
from smartcar.simulator.application import DEFAULT_CLIENT_SECRET, SimulatedApplication
from smartcar.simulator.control.models import Exchange
from smartcar.simulator.faults import FaultRule
from smartcar.simulator.redaction import HIDDEN
from smartcar.simulator.snapshots import FORMAT, VERSION, Document
from smartcar.simulator.world import World

_CARRIED: Final = frozenset({"accept", "content-type", "sc-user-id", "sc-unit-system"})
"""Headers that bear on the answer, besides who asks."""
_TOKEN: Final = "a-token"
_WHICH: Final = ("nth", "first", "every", "probability", "after", "until", "times")
"""What says which requests meet a rule: the one that is copied met it."""
_NOT_TOLD_AGAIN: Final = (
    events.ClockMoved,
    events.ClockSet,
    events.Restarted,
    events.TokenIssued,
    events.TokenEnded,
    events.RefreshTokenUsed,
    events.FaultAdded,
    events.FaultRemoved,
    events.FaultMatched,
    events.LimitsSet,
    events.Counted,
    events.Used,
)
"""What a test makes for itself, or does without."""


def as_curl(exchange: Exchange, origin: str, application: SimulatedApplication) -> str:
    """*exchange* for a shell; a secret that is not public is taken from the environment."""
    secret, client_id = _shown(application.client_secret), application.client_id
    query = f"?{urlencode(exchange.query)}" if exchange.query else ""
    lines: list[str] = []
    words = [f"curl --request {exchange.method} {shlex.quote(origin + exchange.path + query)}"]
    headers = _headers(exchange)
    if _shows_token(exchange):
        known = {"grant_type": "client_credentials", "client_id": client_id}
        form = _quoted(f"{urlencode(known)}&client_secret=", secret)
        asked = f"curl --silent {shlex.quote(f'{origin}/oauth2/token')} --data-raw {form}"
        reads = "python3 -c 'import json, sys; print(json.load(sys.stdin)[\"access_token\"])'"
        lines.append(f"TOKEN=$({asked} | {reads})")
        words.append('--header "authorization: Bearer $TOKEN"')
        if exchange.user_id is not None:
            headers.setdefault("sc-user-id", exchange.user_id)
    elif "authorization" in exchange.request_headers and exchange.application is not None:
        words.append(f"--user {_quoted(f'{client_id}:', secret)}")
    words += [f"--header {shlex.quote(f'{name}: {text}')}" for name, text in headers.items()]
    if exchange.request_body:
        before, told, after = exchange.request_body.partition(f"client_secret={HIDDEN}")
        body = _quoted(f"{before}client_secret=", secret, after) if told else shlex.quote(before)
        words.append(f"--data-raw {body}")
    return "\n".join([*lines, " \\\n  ".join(words), ""])


def as_pytest(exchange: Exchange, world: World) -> str:
    """*exchange* for pytest, in a world as it was when it came, with the rules that it met."""
    rules = [
        each.rule
        for each in world.past()
        if isinstance(each, events.FaultAdded) and each.fault_id in exchange.fault_ids
    ]
    past = _past(exchange, world)
    lines = _made(exchange, world, past)
    headers = _headers(exchange)
    if _shows_token(exchange):
        headers = {"authorization": f"Bearer {_TOKEN}", **headers}
        lines += _token(exchange)
    elif "authorization" in exchange.request_headers and exchange.application is None:
        headers = {"authorization": "Bearer of-no-use", **headers}
    lines += [f"simulator.faults.add({_rule(rule)})" for rule in rules]
    lines += ["request = Request(", *_request(exchange, headers), ")", *_expected(exchange)]
    name = re.sub(r"\W+", "_", f"{exchange.method} {exchange.path}".lower()).strip("_")
    body = "\n".join(f"    {line}" for line in lines)
    return f"{_imports(exchange, rules)}\n\n{past}\ndef test_{name}() -> None:\n{body}\n"


def _shown(secret: str) -> str:
    return secret if secret == DEFAULT_CLIENT_SECRET else "$SMARTCAR_CLIENT_SECRET"


def _quoted(before: str, secret: str, after: str = "") -> str:
    """One word for a shell, with *secret* in it: as it is, or as the variable that holds it."""
    if not secret.startswith("$"):
        return shlex.quote(before + secret + after)
    return f'{shlex.quote(before)}"{secret}"{shlex.quote(after) if after else ""}'


def can_be_copied(exchange: Exchange) -> bool:
    """Can it be asked again?  A step of Connect needs the steps before it, and its own cookies."""
    return not exchange.path.startswith("/oauth/") or exchange.path == "/oauth/token"


def _headers(exchange: Exchange) -> dict[str, str]:
    return {name: text for name, text in exchange.request_headers.items() if name in _CARRIED}


def _shows_token(exchange: Exchange) -> bool:
    """Did a token that the simulator gave say who asks?"""
    is_for_token = exchange.path in {"", "/", "/oauth/token", "/oauth2/token"}
    shows = "authorization" in exchange.request_headers
    return shows and not is_for_token and exchange.application is not None


def _imports(exchange: Exchange, rules: list[FaultRule]) -> str:
    wanted = ["from smartcar.protocol.wire import Request"]
    wanted.append("from smartcar.simulator import Simulator, VirtualClock")
    if _shows_token(exchange):
        wanted.append("from smartcar.simulator.events import TokenIssued")
    if rules:
        wanted.append("from smartcar.simulator.faults import FaultRule")
    if _is_lost(exchange):
        wanted = ["import pytest", "", "from smartcar import TransportError", *wanted]
    return "\n".join(wanted)


def _past(exchange: Exchange, world: World) -> str:
    """What had happened to the world, as a document; nothing where it is as it began."""
    at, is_read = exchange.at.timestamp(), exchange.method == "GET"
    founded, *more = world.past()
    happened = [
        each
        for each in more
        if not isinstance(each, _NOT_TOLD_AGAIN) and (each.at < at or (is_read and each.at <= at))
    ]
    if not happened:
        return ""
    document = Document(
        format=FORMAT,
        version=VERSION,
        clock=exchange.at.isoformat(),
        at=at,
        events=(founded, *happened),
    )
    text = msgspec.json.format(msgspec.json.encode(document), indent=1).decode()
    return f'PAST = r"""\n{text}\n"""\n\n'


def _made(exchange: Exchange, world: World, past: str) -> list[str]:
    at = exchange.at.timestamp()
    if past:
        return [f"simulator = Simulator(clock=VirtualClock({at!r}))", "simulator.import_(PAST)"]
    made = f"seed={world.seed}, fleet={world.fleet.size}, clock=VirtualClock({at!r})"
    return [f"simulator = Simulator({made})"]


def _token(exchange: Exchange) -> list[str]:
    is_of_application = "sc-user-id" in exchange.request_headers
    user = None if is_of_application else exchange.user_id
    return [
        "now = simulator.clock.now()",
        f"token = TokenIssued(at=now, token={_TOKEN!r}, expires_at=now + 3600, user_id={user!r})",
        "simulator.world.record(token)",
    ]


def _rule(rule: FaultRule) -> str:
    said = {name: getattr(rule, name) for name in rule.__struct_fields__ if name not in _WHICH}
    return f"FaultRule({', '.join(f'{k}={v!r}' for k, v in said.items() if v is not None)})"


def _request(exchange: Exchange, headers: dict[str, str]) -> list[str]:
    lines = [f"    {exchange.method!r},", f"    {exchange.path!r},"]
    if exchange.query:
        lines.append(f"    query={exchange.query!r},")
    if headers:
        lines += [
            "    headers={",
            *(f"        {k!r}: {v!r}," for k, v in headers.items()),
            "    },",
        ]
    if exchange.request_body:
        lines.append(f"    body={_with_public_secret(exchange.request_body).encode()!r},")
    return lines


def _with_public_secret(body: str) -> str:
    """A test's simulator has the public secret, whatever this one has."""
    return body.replace(f"client_secret={HIDDEN}", f"client_secret={DEFAULT_CLIENT_SECRET}")


def _is_lost(exchange: Exchange) -> bool:
    return exchange.breakage in {"reset", "truncate"}


def _expected(exchange: Exchange) -> list[str]:
    if _is_lost(exchange):
        return ["with pytest.raises(TransportError):", "    simulator.send(request)"]
    lines = ["reply = simulator.send(request)", f"assert reply.status == {exchange.status}"]
    code = (exchange.error or "").partition(":")[2]
    if code:
        lines.append(f"assert {code.encode()!r} in reply.body")
    return lines
