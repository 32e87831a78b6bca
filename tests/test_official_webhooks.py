"""Bodies that Smartcar may well send, that the official SDK refuses, and a receiver believes."""

from __future__ import annotations

import json
import subprocess

import pytest
from deliveries import CAR, TOKEN, compact, document, signed
from official import run

from smartcar import hash_challenge
from smartcar.webhooks import Receiver

# The installation takes a quarter of a minute, and waits for whoever else is at it.
pytestmark = pytest.mark.timeout(run.PATIENCE)

USUAL = compact(document("vehicle_state"))
EVENT = '{"eventId":"e1","eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"%s"},"signals":[]}%s}'
ODD = {
    "a number with a decimal point": EVENT % (CAR, ',"value":61.0'),
    "a number with an exponent": EVENT % (CAR, ',"value":1E2'),
    "a number beyond 2 to the 53": EVENT % (CAR, ',"value":12345678901234567890'),
    "zero below zero": EVENT % (CAR, ',"value":-0'),
    "a slash that is escaped": EVENT % (CAR, ',"value":"\\/"'),
    "a letter that is escaped": EVENT % (CAR, ',"value":"\\u00e9"'),
    "a key that is a number": EVENT % (CAR, ',"value":{"b":1,"1":2}'),
    "a key that comes twice": EVENT % (CAR, ',"value":1,"value":1'),
    "blanks": EVENT % (CAR, ', "value": 1'),
    "a newline at the end": EVENT % (CAR, "") + "\n",
}
SCRIPT = """
const smartcar = require('smartcar');
for (const [body, signature] of JSON.parse(process.argv[1])) {
  console.log(smartcar.verifyPayload(process.argv[2], signature, JSON.parse(body)));
}
"""


def officially(bodies: list[str]) -> list[bool]:
    """Does the official Node SDK believe them, used as its documentation has it?"""
    sent = json.dumps([(body, hash_challenge(TOKEN, body)) for body in bodies])
    told = subprocess.run(
        [run.node_program(), "-e", SCRIPT, sent, TOKEN],
        env=run.variables(),
        capture_output=True,
        text=True,
        check=True,
    )
    return [line == "true" for line in told.stdout.splitlines()]


def test_what_both_believe_is_what_is_usual() -> None:
    assert officially([USUAL.decode()]) == [True]
    assert Receiver(TOKEN).handle(USUAL, signed(USUAL)).status == 200


def test_what_the_official_sdk_wrongly_refuses_is_believed() -> None:
    assert officially(list(ODD.values())) == [False] * len(ODD)
    for what, text in ODD.items():
        body = text.encode()
        assert Receiver(TOKEN).handle(body, signed(body)).body == b'{"message":"Handled."}', what
