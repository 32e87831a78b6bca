"""Deliveries as Smartcar sends them, from the samples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from smartcar import hash_challenge

TOKEN = "local-amt-0001"
SAMPLES = Path(__file__).parent / "samples" / "webhooks"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.json"))
CAR = "aaaaaaaa-1111-4111-8111-000000000001"


def document(name: str) -> dict[str, Any]:
    """The sample, to be changed."""
    loaded: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    return loaded


def compact(content: object) -> bytes:
    """As the real sender writes JSON."""
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def body_of(name: str) -> bytes:
    """The sample as it is sent."""
    return compact(document(name))


def signed(body: bytes, token: str = TOKEN) -> dict[str, str]:
    """Headers of a delivery of *body*."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "Smartcar/1.0",
        "SC-Signature": hash_challenge(token, body),
    }
