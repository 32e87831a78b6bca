"""From a request to its outcome: rules, limits, and then whoever answers.

The order is the one in which a request would meet them: what is broken on the way in, the gateway
that counts, the API itself, what is broken on the way out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from types import NoneType
from typing import Any, Final

import msgspec

from smartcar.protocol.documents import Page, Resource
from smartcar.protocol.wire import Reply, Request

from . import classic, ids, tokens
from .answers.every import ANSWERS
from .arrival import APPLICATION_TOKEN_PATH, Arrival, arrive
from .connect.fates import Fate
from .connect.flow import Connect
from .faults import effects
from .faults.book import Fault
from .faults.names import OAUTH, find_error
from .faults.strike import Struck, strike, strike_item
from .limiter import limit
from .log import Entry
from .outcome import Outcome
from .problems import Refusal, oauth_problem
from .remembered import Answered, Remembered
from .routes import Route, find_route, is_command
from .visit import Visit
from .world import World

_SAID_IN_PROGRESS: Final = frozenset({"create_subscription"})
"""Endpoints whose success is 202."""
_JSON: Final = "application/json"
_OTHER_VERSION: Final = re.compile(r"/v(?!3(/|$))[0-9]")


class Pipeline:
    """Answers one request after the other; whoever calls it sees to that."""

    def __init__(self, world: World, now: Callable[[], float], requests: int = 0) -> None:
        self._world, self._now = world, now
        self._connect = Connect(world)
        self._remembered = Remembered(world)
        self.requests = requests
        """How many have been answered."""

    def answer(self, request: Request, number: int) -> Entry:
        """What becomes of *request*, the log's *number*, and what is kept of it."""
        self.requests += 1
        now, world = self._now(), self._world
        world.note(now)
        request_id = ids.request_id(world.seed, now, self.requests)
        answered = self._remembered.find(request, now)
        if answered is not None and (
            not world.usage.limits.is_on or self._lets_in(request, answered, now, request_id)
        ):
            date = _http_date(int(now))
            headers = {"content-type": _JSON, "sc-request-id": request_id, "date": date}
            outcome = Outcome(Reply(200, headers, answered.body), number)
            return Entry(now, request, outcome, answered.caller)
        arrival = arrive(world, request, now, request_id)
        if not world.faults:
            return Entry(now, request, Outcome(self._reply(arrival), number), arrival.caller)
        struck = strike(world, arrival)
        reply = self._faulty(arrival, struck)
        rule = None if struck.breakage is None else struck.breakage.breakage
        outcome = Outcome(reply, number, struck.delay, rule, struck.spread)
        if not struck.is_gateways and is_command(request.method, request.path):
            outcome = outcome.accepted()
        ids_met = (*struck.ids, *dict.fromkeys(arrival.met))
        return Entry(now, request, outcome, arrival.caller, ids_met)

    def _lets_in(self, request: Request, answered: Answered, now: float, request_id: str) -> bool:
        """Is *request* one that its limits allow?  Then it is counted."""
        path, caller = classic.plain(request.path), answered.caller
        try:
            limit(self._world, Arrival(request, now, request_id, path, "v3", caller))
        except Refusal:
            return False
        return True

    def _reply(self, arrival: Arrival, fate: Fate | None = None) -> Reply:
        """What Smartcar itself says, with its headers."""
        try:
            limit(self._world, arrival)
            reply = self._directed(arrival, fate)
        except Refusal as refusal:
            reply = self._refused(arrival, refusal)
        return _headed(reply, arrival)

    def _faulty(self, arrival: Arrival, struck: Struck) -> Reply:
        """What is answered where rules are met."""
        rule = None if struck.answer is None else struck.answer.rule
        reply: Reply | None = None
        broken = struck.breakage
        if (rule is None or rule.is_carried_out) and (broken is None or broken.is_carried_out):
            reply = self._as_ruled(arrival, struck.answer)
        if struck.answer is not None:
            reply = self._in_its_place(arrival, struck.answer) or reply
        if reply is None:
            reply = Reply(500)
        if struck.body is not None and struck.body.body is not None:
            reply = effects.with_body(reply, struck.body.body)
        return reply

    def _as_ruled(self, arrival: Arrival, fault: Fault | None) -> Reply:
        """What Smartcar says once a rule has changed what it knows."""
        rule = None if fault is None else fault.rule
        if rule is None:
            return self._reply(arrival)
        if rule.token is not None:
            effects.end_token(self._world, arrival, rule.token)
            if arrival.api in {"v3", "v2", "v1"}:
                return self._refusal(arrival, Refusal("AUTHENTICATION", "UNAUTHORIZED"))
        if rule.consent is not None:
            effects.revoke_consent(self._world, arrival)
        return self._reply(arrival, effects.CAR_FATES.get(rule.car or ""))

    def _in_its_place(self, arrival: Arrival, fault: Fault) -> Reply | None:
        """What a rule has answered instead; None if it has nothing of its own to say."""
        rule = fault.rule
        if rule.status is not None:
            date = {"date": _http_date(int(arrival.at))}
            return effects.with_retry_after(Reply(rule.status, date), fault, arrival.at)
        named = None if rule.error is None else find_error(rule.error)
        if named is None:
            return None
        if arrival.api == "connect":
            reply = self._connect.fail(arrival.request, named.type, arrival.at)
        elif arrival.api == "token":
            oauth = OAUTH[named.type]
            reply = oauth_problem(oauth.status, named.type, oauth.description)
        else:
            reply = self._refused(arrival, Refusal(named.type, named.code))
        return effects.with_retry_after(_headed(reply, arrival), fault, arrival.at)

    def _refusal(self, arrival: Arrival, refusal: Refusal) -> Reply:
        return _headed(self._refused(arrival, refusal), arrival)

    def _refused(self, arrival: Arrival, refusal: Refusal) -> Reply:
        """*refusal* in the words of the version that was asked."""
        if arrival.api in {"v2", "v1"}:
            return classic.refuse(self._world, arrival.request, arrival.request_id, refusal)
        return refusal.reply(arrival.request_id)

    def _directed(self, arrival: Arrival, fate: Fate | None) -> Reply:
        world, request, now = self._world, arrival.request, arrival.at
        match arrival.api:
            case "v3":
                return self._api(arrival, fate)
            case "v2" | "v1":

                def fate_of_item(path: str) -> Fate | None:
                    version = arrival.path.split("/", 2)[1]
                    return strike_item(world, arrival, f"/{version}{path}")

                of_item = fate_of_item if world.faults else classic.no_fate
                return classic.answer(
                    world, now, request, arrival.request_id, fate=fate, fate_of_item=of_item
                )
            case "token":
                is_application = arrival.path == APPLICATION_TOKEN_PATH
                answered = tokens.application_token if is_application else tokens.user_token
                return answered(world, now, request)
            case "connect":
                return self._connect.answer(request, now)
            case None:
                if _OTHER_VERSION.match(arrival.path):
                    raise Refusal("RESOURCE_NOT_FOUND", "VERSION")
                told = f"There is no path {request.path}"
                raise Refusal("RESOURCE_NOT_FOUND", "INVALID_PATH", told)

    def _api(self, arrival: Arrival, fate: Fate | None) -> Reply:
        request, now = arrival.request, arrival.at
        route, path_params = find_route(request.method, request.path)
        access = tokens.access_of(self._world, now, request.headers)
        if route.endpoint.facts.host == "management" and access.user_id is not None:
            raise Refusal("AUTHENTICATION", "ACCESS_DENIED")  # an owner manages no application
        visit = Visit(
            world=self._world,
            now=now,
            access=access,
            user_id=access.user_id or request.headers.get("sc-user-id") or None,
            origin=request.origin,
            path=request.path.rstrip("/"),
            path_params=path_params,
            query=request.query,
            default_page=route.default_page,
            fate=fate,
        )
        arguments = route.arguments(path_params, request)
        answer = ANSWERS[route.endpoint](visit, **arguments)
        reply = _reply(route, visit, answer)
        holds_until = min(visit.holds_until, access.expires_at)
        if fate is None and now < holds_until:
            answered = Answered(reply.body, arrival.caller, now, holds_until)
            self._remembered.keep(request, answered)
        return reply


def _reply(route: Route, visit: Visit, answer: Any) -> Reply:
    if isinstance(answer, NoneType):
        return Reply(204)
    body = answer
    if isinstance(answer, Resource) and not isinstance(answer, Page):
        body = {"data": answer, **({"included": visit.included} if visit.included else {})}
    status = 202 if route.endpoint.name in _SAID_IN_PROGRESS else 200
    return Reply(status, {"content-type": _JSON}, msgspec.json.encode(body))


def _headed(reply: Reply, arrival: Arrival) -> Reply:
    """*reply* with what Smartcar says with each."""
    date = _http_date(int(arrival.at))
    headers = {**reply.headers, "sc-request-id": arrival.request_id, "date": date}
    return Reply(reply.status, headers, reply.body)


@lru_cache(maxsize=16)
def _http_date(at: int) -> str:
    return format_datetime(datetime.fromtimestamp(at, UTC), usegmt=True)
