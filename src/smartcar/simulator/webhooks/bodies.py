"""What a webhook of today is told, as JSON: VERIFY, VEHICLE_STATE and VEHICLE_ERROR of 4.0.

Written as JavaScript would write it, without blanks: Smartcar's own Node SDK checks a signature
over the body written again, so the real sender must do so.  No I/O here, and no clock.

Source: https://smartcar.com/docs/api-reference/webhooks/events/overview, and live deliveries.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from smartcar.api.definition import SignalType, find
from smartcar.simulator import ids
from smartcar.simulator.answers.vehicle import Reading
from smartcar.simulator.fleet import Grant
from smartcar.simulator.problems import KNOWN
from smartcar.simulator.visit import visit_of
from smartcar.simulator.world import World
from smartcar.untyped import is_list, is_mapping

from .occasions import FIRST_DELIVERY, Occasion, TroubleTold
from .setup import WebhookSetup

Json = dict[str, Any]

VERSION: Final = "4.0"
_BODILESS: Final = frozenset({"COMPATIBILITY", "PERMISSION", "SERVER"})
"""Types of errors that stand without a body and without times, in live deliveries."""
_RESOLUTIONS: Final = {"ACTION_REQUIRED": "USER_ACTION_REQUIRED"}
"""What webhooks call a resolution that the API calls otherwise."""

_EPOCH: Final = datetime.fromtimestamp(0, UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_UNSENT: Final = b'"deliveryId":null,"deliveredAt":null'

TEST_VEHICLE: Final[Json] = {
    "id": "00000000-0000-4000-8000-000000000001",
    "make": "TESLA",
    "model": "Model 3",
    "year": 2020,
    "mode": "test",
    "powertrainType": "BEV",
}
"""Of the dashboard's Test button.  Its id is invented: those of live tests are not known whole."""
TEST_USER: Final[Json] = {
    "id": "00000000-0000-4000-8000-000000000000",
    "externalId": "user-external-id-123",
}
TEST_VIN: Final = "5YJSA1CN5DFP00101"


def content(
    world: World,
    setup: WebhookSetup,
    occasion: Occasion,
    sequence: int,
    reading: Reading | None = None,
) -> bytes:
    """What *setup* is told on *occasion*, but for what is new on each try (``sent``).

    Args:
        world: As it is at the time of the occasion.
        setup: The webhook.
        occasion: Why it is told something.
        sequence: ``meta.sequence``: grows with time.
        reading: What the car says then, if somebody has asked it already.
    """
    data: Json
    more: Json = {}
    if occasion.kind == "VERIFY":
        data = {"challenge": challenge_of(world, occasion)}
        return _written({**_head(occasion), "data": data, "meta": _thin_meta(setup)})
    if occasion.kind == "VEHICLE_ERROR":
        data = {
            **_about(world, setup, occasion),
            "errors": [_error(each) for each in occasion.errors],
        }
        meta = _meta(world, setup, occasion, sequence)
    else:
        signals = _signals(world, setup, occasion, reading)
        data = {**_about(world, setup, occasion), "signals": signals}
        more = {"triggers": _triggers(occasion)}
        meta = {**_meta(world, setup, occasion, sequence), "signalCount": len(signals)}
    return _written({**_head(occasion), "data": data, **more, "meta": meta})


def sent(made: bytes, delivery_id: str, at: float) -> bytes:
    """*made* by ``content``, as it is sent *at* a time under a delivery's own id.

    A delivery of v2 says neither.
    """
    # What is in quotes has none of its own without a backslash: the last of these is that of meta.
    before, unsent, after = made.rpartition(_UNSENT)
    if not unsent:
        return made
    meta = {"deliveryId": delivery_id, "deliveredAt": milliseconds(at)}
    return before + msgspec.json.encode(meta)[1:-1] + after


def challenge_of(world: World, occasion: Occasion) -> str:
    """What is to be signed in the answer to a VERIFY."""
    return ids.uuid(world.seed, "challenge", occasion.event_id)


def grant_of(world: World, setup: WebhookSetup, occasion: Occasion) -> Grant | None:
    """The consent under which the webhook is told of the car."""
    asked = {"user_id": occasion.user_id, "vehicle_id": occasion.vehicle_id}
    return next(world.grants.of(setup.application, **asked), None)


def milliseconds(at: float) -> int:
    """Unix time as webhooks write it."""
    return round(at * 1000)


def plain(value: Any) -> Any:
    """*value* with whole numbers written without ``.0``, as JavaScript writes them."""
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if is_mapping(value):
        return {name: plain(each) for name, each in value.items()}
    if is_list(value):
        return [plain(each) for each in value]
    return value


def _written(document: Json) -> bytes:
    return msgspec.json.encode(document)


def _head(occasion: Occasion) -> Json:
    return {"eventId": occasion.event_id, "eventType": occasion.kind}


def _thin_meta(setup: WebhookSetup) -> Json:
    return {
        "version": VERSION,
        "webhookId": setup.id,
        "webhookName": setup.name,
        "deliveryId": None,
        "deliveredAt": None,
    }


def _meta(world: World, setup: WebhookSetup, occasion: Occasion, sequence: int) -> Json:
    application = world.applications.of(setup.application)
    application_id = "" if application is None else application.application_id
    spec = world.garage.spec(occasion.vehicle_id or "")
    is_live = not occasion.is_test and (spec is None or spec.mode == "live")
    return {
        "version": VERSION,
        "deliveryId": None,
        "deliveredAt": None,
        "webhookId": _test_id("wh") if occasion.is_test else setup.id,
        "webhookName": setup.name,
        "applicationId": _test_id("app") if occasion.is_test else application_id,
        "sequence": sequence,
        "mode": "LIVE" if is_live else "TEST",
    }


def _test_id(prefix: str) -> str:
    """Of a test: live ones begin so; how they go on is not known."""
    return f"{prefix}_{'0' * 32}"


def _about(world: World, setup: WebhookSetup, occasion: Occasion) -> Json:
    """Whose car it is about, and which."""
    if occasion.is_test and occasion.vehicle_id is None:
        return {"user": TEST_USER, "vehicle": TEST_VEHICLE}
    grant, spec = grant_of(world, setup, occasion), world.garage.spec(occasion.vehicle_id or "")
    external_id = None if grant is None else grant.external_id
    vehicle: Json = {"id": occasion.vehicle_id}
    if spec is not None:
        vehicle |= {
            "make": spec.make,
            "model": spec.model,
            "year": spec.year,
            "mode": "test" if occasion.is_test else spec.mode,
            "powertrainType": spec.powertrain,
        }
    return {"user": {"id": occasion.user_id, "externalId": external_id}, "vehicle": vehicle}


# --- VEHICLE_STATE --------------------------------------------------------------------------------


def _signals(
    world: World, setup: WebhookSetup, occasion: Occasion, reading: Reading | None
) -> list[Json]:
    """All that the webhook is to be told, whether it has changed or not."""
    if occasion.is_test and occasion.vehicle_id is None:
        return [_example(code, occasion.at) for code in setup.data]
    if reading is None:
        grant, which = grant_of(world, setup, occasion), occasion.vehicle_id or ""
        visit = visit_of(world, occasion.at, setup.application, vehicle_id=which)
        reading = Reading(visit, () if grant is None else grant.permissions)
    return [_signal(known, reading) for code in setup.data if (known := find(code)) is not None]


def _signal(known: SignalType[Any], reading: Reading) -> Json:
    """A signal as a delivery has it: flat, its times in milliseconds."""
    body, error, at = reading.word(known.code)
    made: Json = {"code": known.code, "name": known.name, "group": known.group}
    is_bare = error is not None and error[0] in _BODILESS
    if not is_bare:
        if body:
            made["body"] = plain(body)
        if known.is_attribute or at is None:
            made["meta"] = {"oemUpdatedAt": 0, "retrievedAt": 0}
        else:
            fetched_at = reading.retrieved_at(at)
            made["meta"] = {"oemUpdatedAt": _moment(at), "retrievedAt": _moment(fetched_at)}
    if error is None:
        return {**made, "status": {"value": "SUCCESS"}}
    return {**made, "status": {"value": "ERROR", "error": {"type": error[0], "code": error[1]}}}


def _moment(at: float) -> int:
    """The millisecond that the API writes for *at*: it is cut there, not rounded."""
    return (datetime.fromtimestamp(at, UTC) - _EPOCH) // _MILLISECOND


def _example(code: str, at: float) -> Json:
    """A signal of a test: an example of it."""
    known = find(code)
    if known is None:
        return _named(code)
    times = {"oemUpdatedAt": 0, "retrievedAt": 0}
    if not known.is_attribute:
        times = {"oemUpdatedAt": milliseconds(at - 5), "retrievedAt": milliseconds(at)}
    body = {"value": TEST_VIN} if code == "vehicleidentification-vin" else plain(known.example)
    return {
        "code": code,
        "name": known.name,
        "group": known.group,
        "body": body,
        "meta": times,
        "status": {"value": "SUCCESS"},
    }


def _triggers(occasion: Occasion) -> list[Json]:
    if occasion.triggers == (FIRST_DELIVERY,):
        return [{"type": FIRST_DELIVERY}]
    return [{"type": "SIGNAL_UPDATED", "signal": _trigger(code)} for code in occasion.triggers]


def _trigger(code: str) -> Json:
    named = _named(code)
    return {"name": named["name"], "code": code, "group": named["group"]}


def _named(code: str) -> Json:
    known = find(code)
    name, group = (code, "") if known is None else (known.name, known.group)
    return {"name": name, "group": group, "code": code}


# --- VEHICLE_ERROR --------------------------------------------------------------------------------


def _error(told: TroubleTold) -> Json:
    """An error, with how it is mended while it lasts."""
    known = KNOWN.get((told.type, told.code))
    made: Json = {
        "type": told.type,
        "code": told.code,
        "state": told.state,
        "description": told.type if known is None else known.detail,
    }
    if known is not None and known.user_message is not None:
        made["suggestedUserMessage"] = known.user_message
    made["docURL"] = _page_of(told)
    if told.state == "ERROR":
        resolution = None if known is None else known.resolution
        made["resolution"] = {"type": _RESOLUTIONS.get(resolution or "", resolution)}
    if told.affected:
        made["signals"] = [_named(code) for code in told.affected]
    return made


def _page_of(told: TroubleTold) -> str:
    page = f"{told.type.lower().replace('_', '-')}-errors"
    place = "" if told.code is None else f"#{told.code.lower().replace('_', '-')}"
    return f"https://smartcar.com/docs/errors/api-errors/{page}{place}"
