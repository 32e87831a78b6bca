"""A delivery is believed only if Smartcar signed these very bytes."""

from __future__ import annotations

import copy
import pickle

import pytest
from deliveries import TOKEN, body_of, signed

from smartcar import SignatureMismatchError, hash_challenge, verify_payload
from smartcar.protocol.signing import Secrets
from smartcar.webhooks import Receiver, verify

BODY = b'{"eventId":"e1","eventType":"VEHICLE_STATE","data":{}}'
SIGNATURE = "b8a4da21218a44fb8e318f81db0fb198993d75f72b48c20bd27b9b3e9ae1513a"


def flipped(data: bytes) -> list[bytes]:
    """*data* with one bit changed, for each bit of it."""
    whole = int.from_bytes(data, "big")
    return [(whole ^ (1 << bit)).to_bytes(len(data), "big") for bit in range(len(data) * 8)]


@pytest.mark.parametrize(
    ("secret", "body", "signature"),
    [
        # Of smartcar/node-sdk, test/unit/index.js.
        (
            "amt",
            b'{"pizza":"pasta"}',
            "4c05a8da471f05156ad717baa4017acd13a3a809850b9ca7d3301dcaaa854f70",
        ),
        (
            "amt",
            b"challenge",
            "9baf5a7464bd86740ad5a06e439dcf535a075022ed2c92d74efacf646d79328e",
        ),
        (TOKEN, BODY, SIGNATURE),
    ],
)
def test_the_known_signatures_hold(secret: str, body: bytes, signature: str) -> None:
    verify(body, signature, secret)
    verify(body, signature.encode(), [secret])
    assert hash_challenge(secret, body) == signature
    assert verify_payload(secret, signature, body)


def test_no_body_with_a_flipped_bit_is_believed() -> None:
    receiver = Receiver(TOKEN)
    for body in flipped(BODY):
        with pytest.raises(SignatureMismatchError):
            verify(body, SIGNATURE, TOKEN)
        assert receiver.handle(body, {"sc-signature": SIGNATURE}).status == 401


def test_no_signature_with_a_flipped_bit_is_believed() -> None:
    receiver = Receiver(TOKEN)
    for signature in flipped(SIGNATURE.encode()):
        with pytest.raises(SignatureMismatchError):
            verify(BODY, signature, TOKEN)
        said = [(b"sc-signature", signature)]
        assert receiver.handle(BODY, said).status == 401


@pytest.mark.parametrize("signature", ["", None, "0" * 64, SIGNATURE.upper(), "ü", "\ud800"])
def test_what_is_no_signature_is_refused(signature: str | bytes | None) -> None:
    with pytest.raises(SignatureMismatchError) as caught:
        verify(BODY, signature, TOKEN)
    assert caught.value.status == 401
    assert "management token" in str(caught.value) or "sc-signature" in str(caught.value)


def test_both_tokens_are_believed_while_one_takes_the_place_of_the_other() -> None:
    for token in ("new", "old"):
        verify(BODY, hash_challenge(token, BODY), ["new", "old"])
    with pytest.raises(SignatureMismatchError):
        verify(BODY, hash_challenge("older", BODY), ["new", "old"])


@pytest.mark.parametrize("name", ["vehicle_state", "vehicle_error", "v2_schedule"])
def test_a_receiver_of_two_tokens_takes_deliveries_of_both(name: str) -> None:
    body = body_of(name)
    for token in ("new", TOKEN):
        assert Receiver(["new", TOKEN]).handle(body, signed(body, token)).status == 200


def test_what_was_read_already_is_a_mistake_that_is_told() -> None:
    for body in (BODY.decode(), {"eventId": "e1"}, bytearray(BODY)):
        with pytest.raises(TypeError, match="the bytes that came"):
            verify(body, SIGNATURE, TOKEN)  # type: ignore[arg-type]


@pytest.mark.parametrize("secrets", ["", [], ["good", ""]])
def test_an_empty_secret_is_refused_at_once(secrets: str) -> None:
    with pytest.raises(ValueError, match="application management token"):
        Receiver(secrets)


def test_secrets_are_neither_shown_nor_pickled() -> None:
    receiver = Receiver(["new-secret", "old-secret"])
    assert "secret" not in repr(receiver).replace("secrets", "")
    assert repr(Secrets("amt")) == "<1 secret>"
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Secrets("amt"))
    with pytest.raises(TypeError, match="not pickled"):
        copy.deepcopy(Secrets("amt"))
