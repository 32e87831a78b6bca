"""What users write about webhooks: checked, never run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, assert_type

from django.http import HttpRequest, HttpResponse
from flask import Blueprint
from starlette.routing import Route

from smartcar import AsyncSmartcar, Reply, Smartcar, SmartcarError
from smartcar.models import Battery, Signal, Signals, VehicleResource
from smartcar.signals import Closure, TractionBattery
from smartcar.webhooks import (
    Event,
    EventBased,
    Receiver,
    Reconciled,
    Schedule,
    UnknownEvent,
    VehicleError,
    VehicleEvent,
    VehicleState,
    parse,
    verify,
)
from smartcar.webhooks.adapters import aws_lambda, django, flask, starlette
from smartcar.webhooks.adapters.asgi import ASGI, asgi
from smartcar.webhooks.diagnosis import Diagnosis
from smartcar.webhooks.doctor import diagnose
from smartcar.webhooks.inbox import Inbox
from smartcar.webhooks.ledger import GapState
from smartcar.webhooks.reconciler import AsyncReconciler, Budget, Failure, Gap, Reconciler
from smartcar.webhooks.silence import silent_cars

receiver = Receiver(
    ["new", b"old"], inbox="sqlite:///events.db", max_age=timedelta(minutes=5), accept_tests=True
)
Receiver("token", inbox=Inbox("events.db"))
Receiver("token", inbox=7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@receiver.on(VehicleState)
def store(event: VehicleState) -> int:
    assert_type(event.signals, Signals)
    assert_type(event.signals[TractionBattery.StateOfCharge], Signal[float])
    assert_type(event.signals[Closure.IsLocked].value, bool | None)
    assert_type(event.vehicle, VehicleResource)
    assert_type(event.outdated, frozenset[str])
    assert_type(event.current, tuple[Signal[Any], ...])
    return len(event.signals)


@receiver.on(VehicleError)
async def ask_owner(event: VehicleError) -> None:
    for fault in event.open:
        assert_type(fault.error, SmartcarError)
        assert_type(fault.code, str | None)


@receiver.on(Schedule)
def read(event: Schedule) -> None:
    assert_type(event.vehicles[0].batch.battery(), Battery)


@receiver.on(VehicleState)
def of_cars(event: VehicleEvent) -> None:
    """A handler may take more than it is told of."""
    assert_type(event.user.external_id, str | None)


@receiver.on(Event)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
def of_states_only(event: VehicleState) -> None:
    """A handler must take all that it is told of."""


@receiver.on(dict)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
def of_dictionaries(event: Any) -> None: ...


receiver.on(EventBased)(lambda event: event.vehicle_id)


@receiver.on(UnknownEvent)
def of_the_unknown(event: UnknownEvent) -> None:
    assert_type(event.reason, str)
    event.signals  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def decorated_handlers_stay_what_they_were(event: VehicleState) -> None:
    assert_type(store(event), int)


async def answers(body: bytes, headers: dict[str, str], text: str) -> None:
    assert_type(receiver.handle(body, headers), Reply)
    assert_type(await receiver.ahandle(body, [(b"sc-signature", b"00")]), Reply)
    assert_type(receiver.open(body, headers), Event)
    assert_type(parse(body), Event)
    assert_type(verify(body, headers.get("sc-signature"), ["new", "old"]), None)
    verify(text, None, "token")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    receiver.handle(text, headers)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert_type(diagnose(text, headers, {"PRODUCTION": "token"}, framework="flask"), Diagnosis)


def adapters() -> None:
    assert_type(asgi(receiver), ASGI)
    assert_type(starlette.route(receiver), Route)
    assert_type(flask.blueprint(receiver, "/hooks"), Blueprint)
    assert_type(django.view(receiver), Callable[[HttpRequest], HttpResponse])
    assert_type(aws_lambda.handler(receiver)({}, None), dict[str, Any])


@receiver.on(Reconciled)
def make_up(event: Reconciled) -> None:
    assert_type(event.since, datetime | None)
    assert_type(event.signals[TractionBattery.StateOfCharge], Signal[float])


def reconcile(client: Smartcar) -> None:
    with Reconciler("sqlite:///events.db", client, budget=Budget(burst=10)) as reconciler:
        assert_type(reconciler.run(), list[GapState])
        for gap in silent_cars(Inbox("events.db").entries(), 0.0):
            assert_type(gap, Gap)
            assert_type(reconciler.add(gap), bool)
            assert_type(reconciler.failures(gap), list[Failure])
    AsyncReconciler("events.db", client)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def reconcile_awaiting(client: AsyncSmartcar) -> None:
    async with AsyncReconciler(Inbox("events.db"), client, vehicles=["36ab"]) as reconciler:
        assert_type(await reconciler.run(), list[GapState])
    Reconciler("events.db", client)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
