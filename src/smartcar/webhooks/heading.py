"""What has to be known of an event before it is kept; the rest of it is read when it is handled.

An event of 50 KB takes as long to read whole as twenty to keep.  Nothing here does I/O.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Struct

from smartcar.api.resources import VehicleResource
from smartcar.protocol.documents import instant

from .events import Event, EventMeta, VehicleEvent
from .parsing import LONGEST_ID, parse


class _Vehicle(Struct):
    id: Annotated[str, msgspec.Meta(min_length=1)]
    mode: str | None = None


class _Data(Struct):
    vehicle: _Vehicle


class _Meta(Struct, rename="camel"):
    delivered_at: int
    mode: str | None = None


class _Usual(Struct, rename="camel"):
    event_id: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_ID)]
    event_type: Literal["VEHICLE_STATE", "VEHICLE_ERROR"]
    data: _Data
    meta: _Meta


_usual: Final = msgspec.json.Decoder(_Usual)


def heading(body: bytes) -> Event:
    """The event that *body* holds: its id, type and car, whether it is a test, when it was sent.

    Of one that is not as documented, all is read, as ``parse`` does.

    Raises:
        MalformedEventError: It is no JSON object.
    """
    try:
        if not body.isascii():
            body.decode()  # a decoder does not look into what it skips
        read = _usual.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return parse(body)
    vehicle, meta = read.data.vehicle, read.meta
    if not read.event_id.isprintable() or (vehicle.mode or "").upper() == "TEST":
        return parse(body)
    return VehicleEvent(
        id=read.event_id,
        type=read.event_type,
        meta=EventMeta(delivered_at=instant(meta.delivered_at), mode=meta.mode or None),
        vehicle=VehicleResource(id=vehicle.id),
    )
