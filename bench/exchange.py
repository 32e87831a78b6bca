"""The one exchange that everybody is measured with: what is asked, and what is answered.

Only the standard library here: the official SDK's environment reads it too.
"""

from __future__ import annotations

import json
from typing import Any, Final

VEHICLE: Final = "36ab27d0-fd9d-4455-823a-ce30af709ffc"
USER: Final = "58c1a9c4-7c4b-4d5c-9a2b-0b6f4a3d2e11"
TOKEN: Final = "bench-access-token"
CODE: Final = "tractionbattery-stateofcharge"
VALUE: Final = 72
PATH: Final = f"/v3/vehicles/{VEHICLE}/signals/{CODE}"

_HOST = "https://vehicle.api.smartcar.com"


def document_of(vehicle_id: str, code: str) -> dict[str, Any]:
    """What is answered; the shape of 2026.

    Source: https://smartcar.com/docs/api-reference/get-signal
    """
    car = f"{_HOST}/v3/vehicles/{vehicle_id}"
    return {
        "data": {
            "id": code,
            "type": "signal",
            "attributes": {
                "code": code,
                "name": "StateOfCharge",
                "group": "TractionBattery",
                "status": {"value": "SUCCESS"},
                "body": {"value": VALUE, "unit": "percent"},
            },
            "meta": {
                "oemUpdatedAt": "2026-06-01T10:00:00.000Z",
                "retrievedAt": "2026-06-01T10:00:05.000Z",
                "ingestedAt": "2026-06-01T10:00:06.000Z",
            },
            "links": {"self": f"{car}/signals/{code}"},
        },
        "included": {
            "vehicle": {
                "id": vehicle_id,
                "type": "vehicle",
                "attributes": {
                    "make": "TESLA",
                    "model": "Model 3",
                    "year": 2023,
                    "powertrainType": "BEV",
                    "mode": "live",
                },
                "links": {"self": car},
            }
        },
    }


BODY: Final = json.dumps(document_of(VEHICLE, CODE), separators=(",", ":")).encode()

REPLY: Final = (
    b"HTTP/1.1 200 OK\r\n"
    b"date: Mon, 01 Jun 2026 10:00:07 GMT\r\n"
    b"content-type: application/json; charset=utf-8\r\n"
    b"content-length: %d\r\n"
    b"sc-request-id: 5f1c2f0e-7d43-4a53-8a39-7be5a3e0e2b7\r\n"
    b"\r\n"
) % len(BODY) + BODY


def expect(value: object, promised: object) -> None:
    """Count only what was really read.

    Raises:
        ValueError: It is not what was promised.
    """
    if value != promised:
        raise ValueError(f"the answer should hold {promised!r}, and holds {value!r}")
