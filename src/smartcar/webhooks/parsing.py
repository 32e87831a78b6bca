"""From the bytes of a delivery to its event: every shape that Smartcar is known to have sent.

What is signed is kept: an event that has another shape than its type has is an ``UnknownEvent``,
not an error.  Nothing here does I/O.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from email.utils import format_datetime
from typing import Any, Final

import msgspec

from smartcar.api.resources import VehicleResource
from smartcar.api.signals import Signals, read_signals
from smartcar.errors import MalformedEventError, SmartcarError
from smartcar.errors.problem import Resolution
from smartcar.protocol.documents import at, instant, without_nulls
from smartcar.protocol.shapes import convert
from smartcar.protocol.wire import Reply
from smartcar.untyped import is_list, is_mapping

from .events import (
    FIRST_DELIVERY,
    RECONCILED,
    SIGNAL_UPDATED,
    AffectedSignal,
    Event,
    EventMeta,
    Fault,
    Reconciled,
    ReconciledError,
    Trigger,
    UnknownEvent,
    User,
    VehicleError,
    VehicleState,
    Verify,
)
from .legacy_events import dynamic, event_based, schedule

JSON = Mapping[str, Any]

_HALF: Final = re.compile(
    rb"((?<!\\)(?:\\\\)*)\\u[dD]"
    rb"(?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD])[c-fC-F][0-9a-fA-F]{2})"
)
"""In JSON: one of two surrogates without the other, and the backslashes before it."""

LONGEST_ID: Final = 256
"""Characters: a UUID has 36; what is longer is kept by its digest."""


def parse(body: bytes) -> Event:
    """The event that *body* holds, as it is delivered; it does not ask who sent it (``verify``).

    Raises:
        MalformedEventError: It is no JSON object.
        TypeError: *body* is not bytes.
    """
    document = read_document(body)
    kind = document.get("eventType")
    is_legacy = not isinstance(kind, str) and isinstance(document.get("eventName"), str)
    name = str(document["eventName"]) if is_legacy else _text(kind)
    facts: dict[str, Any] = {
        "id": _id(document, body, is_legacy=is_legacy),
        "type": name,
        "meta": _legacy_meta(document) if is_legacy else _meta(document),
        "raw": dict(document),
    }
    make = (_LEGACY if is_legacy else _KINDS).get(name)
    if make is None:
        return UnknownEvent(**facts)
    try:
        return make(document, facts)
    except (msgspec.ValidationError, SmartcarError) as error:
        return UnknownEvent(**facts, reason=str(error))


def read_document(body: bytes) -> JSON:
    """The JSON object that *body* is.

    Raises:
        MalformedEventError: It is none.
        TypeError: *body* is not bytes.
    """
    if not isinstance(body, bytes):  # pyright: ignore[reportUnnecessaryIsInstance] -- callers may have no types
        told = f"body must be the bytes that came, not {type(body).__name__}"
        raise TypeError(told)
    try:
        document = _decoded(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedEventError(400, f"The body is not JSON: {error}") from error
    if not is_mapping(document):
        raise MalformedEventError(400, f"The body is no object but {type(document).__name__}.")
    return document


def _decoded(body: bytes) -> object:
    """What *body* says; half a character, as of a name that was cut in an emoji, is U+FFFD."""
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        whole = _HALF.sub(rb"\1\\ufffd", body)
        if whole == body:
            raise
        return msgspec.json.decode(whole)


def _id(document: JSON, body: bytes, *, is_legacy: bool) -> str:
    said = document.get("eventId")
    if is_legacy and said is None:
        said = at(document, "payload", "eventId")
    if isinstance(said, str) and 0 < len(said) <= LONGEST_ID and said.isprintable():
        return said
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def _meta(document: JSON) -> EventMeta:
    said = _object(document.get("meta"))
    return EventMeta(
        version=_text_or_none(said.get("version")),
        webhook_id=_text_or_none(said.get("webhookId")),
        webhook_name=_text_or_none(said.get("webhookName")),
        application_id=_text_or_none(said.get("applicationId")),
        delivery_id=_text_or_none(said.get("deliveryId")),
        # In September 2025 it was deliveryTime.
        delivered_at=instant(said.get("deliveredAt", said.get("deliveryTime"))),
        sequence=_whole(said.get("sequence")),
        mode=_text_or_none(said.get("mode")),
        signal_count=_whole(said.get("signalCount")),
    )


def _legacy_meta(document: JSON) -> EventMeta:
    return EventMeta(
        version=_text_or_none(document.get("version")),
        webhook_id=_text_or_none(document.get("webhookId")),
        mode=_text_or_none(document.get("mode")),
    )


# --- VERIFY ---------------------------------------------------------------------------------------


def _verify(document: JSON, facts: dict[str, Any]) -> Event:
    return _challenged(at(document, "data", "challenge"), facts)


def _legacy_verify(document: JSON, facts: dict[str, Any]) -> Event:
    return _challenged(at(document, "payload", "challenge"), facts)


def _challenged(challenge: object, facts: dict[str, Any]) -> Event:
    if not isinstance(challenge, str) or not challenge:
        return UnknownEvent(**facts, reason="there is no challenge")
    return Verify(**facts, challenge=challenge)


# --- VEHICLE_STATE --------------------------------------------------------------------------------


def _vehicle_state(document: JSON, facts: dict[str, Any]) -> Event:
    data = _object(document.get("data"))
    listed = data.get("signals")
    if not is_list(listed):
        return UnknownEvent(**facts, reason="data.signals is no list")
    car = _vehicle(document)
    told = document.get("triggers", data.get("triggers"))
    triggers = tuple(_triggers(told if is_list(told) else []))
    signals = _signals(listed, car, facts["meta"])
    facts |= {"user": _user(data), "vehicle": car, "signals": signals, "triggers": triggers}
    if any(trigger.type == RECONCILED for trigger in triggers):
        return Reconciled(**facts, **_gap(_object(document.get("gap"))))
    return VehicleState(**facts)


def _gap(said: JSON) -> dict[str, Any]:
    return {
        "gap_id": _text(said.get("id")),
        "since": instant(said.get("since")),
        "until": instant(said.get("until")),
        "reason": _text(said.get("reason")),
    }


def _vehicle(document: JSON) -> VehicleResource:
    """The car; one docs page has but its id, at the top."""
    said = _object(_object(document.get("data")).get("vehicle"))
    fixed = {name: value for name, value in said.items() if name != "id"}
    known = said.get("id", document.get("vehicleId"))
    if not isinstance(known, str) or not known:
        raise msgspec.ValidationError("it does not say which car it is about")
    resource = {"id": known, "type": "vehicle", "attributes": without_nulls(fixed)}
    return convert(resource, VehicleResource, strict=False)


def _user(data: JSON) -> User:
    said = _object(data.get("user"))
    return User(id=_text(said.get("id")), external_id=_text_or_none(said.get("externalId")))


def _signals(listed: list[object], car: VehicleResource, meta: EventMeta) -> Signals:
    """As a car answers them: the same models, so the same types of values.

    Their ``age`` is that at the time of the delivery, as a reply's is.
    """
    whole = {
        "data": [_resource(item) if is_mapping(item) else item for item in listed],
        "included": {"vehicle": msgspec.to_builtins(car)},
    }
    sent = meta.delivered_at
    headers = {} if sent is None else {"date": format_datetime(sent, usegmt=True)}
    return read_signals(Reply(200, headers, msgspec.json.encode(whole)))


def _resource(item: JSON) -> JSON:
    """A webhook's flat signal as the API has it: its own fields under ``attributes``."""
    own = {name: value for name, value in item.items() if name != "meta"}
    times = dict(_object(item.get("meta")))
    if "fetchedAt" in times:  # so a docs page calls it; live deliveries say retrievedAt
        times.setdefault("retrievedAt", times["fetchedAt"])
    return {"id": item.get("code"), "type": "signal", "attributes": own, "meta": times}


def _triggers(listed: list[object]) -> Iterator[Trigger]:
    """Beside ``data`` as ``{type, signal}``; on a docs page in it, as ``{code, name, group}``."""
    for item in filter(is_mapping, listed):
        signal = item.get("signal", item)
        if FIRST_DELIVERY in (item.get("type"), item.get("code")):
            yield Trigger(type=FIRST_DELIVERY)
        else:
            named = _named(signal)
            yield Trigger(
                type=_text(item.get("type")) or SIGNAL_UPDATED,
                code=named.code or None,
                name=named.name or None,
                group=named.group or None,
            )


def _named(signal: object) -> AffectedSignal:
    """A signal that is named: as an object, or as ``"Group.Name"`` (September 2025)."""
    if isinstance(signal, str):
        group, dot, name = signal.partition(".")
        code = f"{group}-{name}".lower() if dot else signal  # so all codes of the catalogue are
        return AffectedSignal(code=code, name=name, group=group if dot else "")
    said = _object(signal)
    return AffectedSignal(
        code=_text(said.get("code")), name=_text(said.get("name")), group=_text(said.get("group"))
    )


# --- VEHICLE_ERROR --------------------------------------------------------------------------------


def _vehicle_error(document: JSON, facts: dict[str, Any]) -> Event:
    data = _object(document.get("data"))
    listed = data.get("errors")
    if not is_list(listed):
        return UnknownEvent(**facts, reason="data.errors is no list")
    faults = tuple(_fault(item) for item in filter(is_mapping, listed))
    facts |= {"user": _user(data), "vehicle": _vehicle(document), "errors": faults}
    if gap := _object(document.get("gap")):
        return ReconciledError(**facts, **_gap(gap))
    return VehicleError(**facts)


def _fault(item: JSON) -> Fault:
    resolution, signals = item.get("resolution"), item.get("signals")
    return Fault(
        type=_text_or_none(item.get("type")),
        code=_text_or_none(item.get("code")),
        state=_text(item.get("state")) or "ERROR",
        description=_text(item.get("description")),
        suggested_user_message=_text_or_none(item.get("suggestedUserMessage")),
        doc_url=_text_or_none(item.get("docURL")),
        resolution=Resolution(
            _text_or_none(at(resolution, "type") or resolution),
            _text_or_none(at(resolution, "url")),
        ),
        signals=tuple(map(_named, signals)) if is_list(signals) else (),
    )


_KINDS: Final[Mapping[str, Callable[[JSON, dict[str, Any]], Event]]] = {
    "VERIFY": _verify,
    "VEHICLE_STATE": _vehicle_state,
    "VEHICLE_ERROR": _vehicle_error,
}

_LEGACY: Final[Mapping[str, Callable[[JSON, dict[str, Any]], Event]]] = {
    "verify": _legacy_verify,
    "schedule": schedule,
    "scheduled": schedule,  # so a tutorial has it
    "dynamic": dynamic,
    "eventBased": event_based,
}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _text_or_none(value: object) -> str | None:
    return _text(value) or None


def _object(value: object) -> JSON:
    return value if is_mapping(value) else {}


def _whole(value: object) -> int | None:
    try:
        return convert(value, int, strict=False)
    except msgspec.ValidationError:
        return None
