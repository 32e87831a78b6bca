"""The doctor names the mistake, for certain where a signature can prove it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from deliveries import TOKEN, body_of, compact, document, signed
from hypothesis import given, settings
from hypothesis import strategies as st
from prompt import own_environment
from test_webhook_adapters import Served, served
from transports import Canned

from smartcar import ConnectError, Reply, Request, RequestTimeoutError, hash_challenge
from smartcar.webhooks import Receiver
from smartcar.webhooks.diagnosis import ADAPTED, FRAMEWORKS, RAW_BODY
from smartcar.webhooks.doctor import diagnose
from smartcar.webhooks.probe import diagnose_answer, probe

__all__ = ["served"]  # the fixture: a receiver under each framework

CONTENT = document("vehicle_state") | {"note": "Zoë / 😀", "size": 61.0}
BODY = compact(CONTENT).replace(b"61.0", b"61")
"""As JavaScript writes it."""

SPOILT: dict[str, tuple[str, Callable[[bytes], bytes | str]]] = {
    "written with blanks": ("body-rewritten", lambda body: json.dumps(json.loads(body))),
    "written for people": ("body-rewritten", lambda body: json.dumps(json.loads(body), indent=2)),
    "written in ASCII": (
        "body-rewritten",
        lambda body: json.dumps(json.loads(body), separators=(",", ":")),
    ),
    "with floats": ("body-rewritten", lambda body: body.replace(b'"value":61', b'"value":61.0')),
    "a dictionary as text": ("body-rewritten", lambda body: str(json.loads(body))),
    "bytes as text": ("body-rewritten", str),
    "written twice": ("body-rewritten", lambda body: json.dumps(body.decode())),
    "a newline more": ("body-newlines", lambda body: body + b"\n"),
    "read as latin-1": ("body-charset", lambda body: body.decode("latin-1")),
    "with a BOM": ("body-charset", lambda body: b"\xef\xbb\xbf" + body),
    "as UTF-16": ("body-charset", lambda body: body.decode().encode("utf-16")),
    "in base64": ("body-base64", base64.b64encode),
    "packed": ("body-packed", gzip.compress),
    "with its gateway's event": (
        "body-wrapped",
        lambda body: json.dumps({"headers": {}, "body": body.decode()}),
    ),
    "with its gateway's event, in base64": (
        "body-wrapped",
        lambda body: json.dumps({"body": base64.b64encode(body).decode()}),
    ),
}
LOST: dict[str, tuple[str, bytes]] = {
    "read before": ("body-empty", b""),
    "an object as text": ("body-rewritten", b"[object Object]"),
    "with other characters": (
        "body-charset",
        BODY.decode().encode("ascii", "replace").replace(b"?", b"\xef\xbf\xbd"),
    ),
    "with sorted keys": ("body-rewritten", json.dumps(json.loads(BODY), sort_keys=True).encode()),
    "cut off": ("body-incomplete", BODY[:-7]),
    "untouched": ("token-wrong", BODY),
}


# --- a delivery -----------------------------------------------------------------------------------


def test_nothing_is_wrong_with_what_fits() -> None:
    found = diagnose(BODY, signed(BODY), TOKEN)
    assert found.is_well
    assert (found.token, found.mend, found.is_certain) == ("token 1", "", True)


@pytest.mark.parametrize("name", SPOILT)
def test_a_body_that_was_changed_is_known_for_certain(name: str) -> None:
    mistake, spoil = SPOILT[name]
    found = diagnose(spoil(BODY), signed(BODY), TOKEN, framework="flask")
    assert (found.mistake, found.is_certain, found.token) == (mistake, True, "token 1")
    assert "request.get_data()" in found.mend
    assert TOKEN not in str(found)


def test_a_newline_that_was_trimmed_is_known() -> None:
    body = BODY + b"\n"
    assert diagnose(BODY, signed(body), TOKEN).mistake == "body-newlines"
    lines = json.dumps(CONTENT, indent=1).encode()
    assert diagnose(lines, signed(lines.replace(b"\n", b"\r\n")), TOKEN).mistake == "body-newlines"


@pytest.mark.parametrize("name", LOST)
def test_what_cannot_be_undone_is_guessed(name: str) -> None:
    mistake, body = LOST[name]
    found = diagnose(body, signed(BODY, "another"), TOKEN)
    assert found.mistake == mistake
    assert found.told
    assert found.mend
    assert found.token is None
    assert name in {"read before", "an object as text"} or str(found).startswith("Likely: ")


@pytest.mark.parametrize("told", ["{}\n", " {}", '"{}"', "Bearer {}", "'{}'"])
def test_a_token_that_is_not_tidy_is_known(told: str) -> None:
    found = diagnose(BODY, signed(BODY), told.format(TOKEN))
    assert (found.mistake, found.is_certain) == ("token-untidy", True)


def test_another_token_is_named() -> None:
    tokens = {"PRODUCTION": "another", "STAGING": TOKEN}
    found = diagnose(BODY, signed(BODY), tokens)
    assert (found.mistake, found.token) == ("token-wrong", "STAGING")
    assert "STAGING" in found.told
    assert diagnose(BODY, signed(BODY), ["another", TOKEN]).token == "token 2"


@pytest.mark.parametrize("told", ["sha256={}", '"{}"', "{} "])
def test_a_signature_that_was_changed_is_known(told: str) -> None:
    signature = hash_challenge(TOKEN, BODY)
    found = diagnose(BODY, {"sc-signature": told.format(signature)}, TOKEN)
    assert (found.mistake, found.is_certain) == ("signature-changed", True)
    upper = diagnose(BODY, {"sc-signature": signature.upper()}, TOKEN)
    assert upper.mistake == "signature-changed"


def test_a_header_that_was_lost_or_renamed_is_known() -> None:
    signature = hash_challenge(TOKEN, BODY)
    assert diagnose(BODY, {}, TOKEN).mistake == "signature-missing"
    renamed = diagnose(BODY, {"X-Forwarded-Sig": signature}, TOKEN)
    assert renamed.mistake == "signature-renamed"
    assert "x-forwarded-sig" in renamed.told
    other = diagnose(BODY, {"stripe-signature": "t=1"}, TOKEN)
    assert "stripe-signature" in other.told
    assert diagnose(BODY, {"sc-signature": "nonsense"}, TOKEN).mistake == "signature-malformed"


def test_a_challenge_need_not_be_signed() -> None:
    found = diagnose(body_of("verify"), {}, TOKEN)
    assert found.is_well
    assert "challenge" in found.told


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_each_framework_has_its_own_way(framework: str) -> None:
    found = diagnose(json.dumps(CONTENT), signed(BODY), TOKEN, framework=framework)
    assert RAW_BODY[framework] in found.mend
    assert ADAPTED.get(framework, "") in found.mend


def test_what_does_it_for_you_exists() -> None:
    import importlib  # noqa: PLC0415

    for name in ADAPTED.values():
        module, _, function = name.rpartition(".")
        assert callable(getattr(importlib.import_module(module), function))


@given(st.binary(max_size=300), st.text(max_size=70), st.text(max_size=20))
@settings(max_examples=200)
def test_the_doctor_sees_anybody(body: bytes, signature: str, token: str) -> None:
    found = diagnose(body, {"sc-signature": signature}, {"name": token})
    assert not found.is_well
    assert found.mend


# --- a receiver -----------------------------------------------------------------------------------


class InProcess:
    """A transport to a function."""

    def __init__(self, answer: Callable[[Request], Reply]) -> None:
        self._answer = answer

    def send(self, request: Request) -> Reply:
        return self._answer(request)


def mistakes(answer: Callable[[Request], Reply]) -> list[str]:
    found = probe("https://app.example/hooks", TOKEN, InProcess(answer), framework="fastapi")
    assert all(each.told and (each.mend or each.is_well) for each in found)
    return [each.mistake for each in found]


def test_nothing_is_wrong_with_a_receiver_of_ours() -> None:
    receiver = Receiver(TOKEN)
    assert mistakes(lambda request: receiver.handle(request.body, request.headers)) == ["none"]


def test_a_receiver_with_another_token_is_known() -> None:
    receiver = Receiver("another")
    found = mistakes(lambda request: receiver.handle(request.body, request.headers))
    assert found == ["answer-wrong-token", "refuses-good"]


def answered(content: object, status: int = 200, kind: str = "application/json") -> Reply:
    return Reply(status, {"content-type": kind}, compact(content))


def written_by_hand(request: Request) -> Reply:
    """As tutorials have it: it signs whatever it is asked to, and writes JSON again."""
    content = json.loads(request.body)
    if content["eventType"] == "VERIFY":
        return answered({"challenge": hash_challenge(TOKEN, content["data"]["challenge"])})
    is_good = request.headers.get("sc-signature") == hash_challenge(TOKEN, compact(content))
    return answered({}, 200 if is_good else 401)


def test_a_receiver_as_tutorials_have_it_is_known() -> None:
    assert mistakes(written_by_hand) == ["signs-anything", "refuses-good"]


def test_a_receiver_that_believes_anybody_is_known() -> None:
    receiver = Receiver(TOKEN)

    def answer(request: Request) -> Reply:
        reply = receiver.handle(request.body, request.headers)
        return reply if b"challenge" in reply.body else answered({})

    assert mistakes(answer) == ["believes-anything"]


def test_a_receiver_that_is_not_there_or_too_slow_is_known() -> None:
    def absent(request: Request) -> Reply:
        raise ConnectError(0, "no route")

    def slow(request: Request) -> Reply:
        raise RequestTimeoutError(0, "too slow")

    assert mistakes(absent) == ["unreachable"]
    assert mistakes(slow) == ["answer-late"]


@pytest.mark.parametrize("url", ["", "app.example/hooks", "ftp://app.example", "https://"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="https://"):
        probe(url, TOKEN, Canned(Reply(200)))


RIGHT = hash_challenge(TOKEN, "c")
EVENT = b'{"data":{"challenge":"c"}}'
ANSWERS: dict[str, tuple[str, Reply]] = {
    "right": ("none", answered({"challenge": RIGHT}, kind="application/json; charset=utf-8")),
    "elsewhere": ("answer-redirect", Reply(307, {"location": "/hooks/"})),
    "not found": ("answer-status", answered({}, 404)),
    "created": ("answer-status", answered({"challenge": RIGHT}, 201)),
    "text": ("answer-not-json", Reply(200, {}, RIGHT.encode())),
    "a list": ("answer-not-json", answered([RIGHT])),
    "nested": ("answer-no-challenge", answered({"data": {"challenge": RIGHT}})),
    "repeated": ("answer-echo", answered({"challenge": "c"})),
    "upper case": ("answer-wrong-encoding", answered({"challenge": RIGHT.upper()})),
    "base64": (
        "answer-wrong-encoding",
        answered({"challenge": base64.b64encode(bytes.fromhex(RIGHT)).decode()}),
    ),
    "no key": ("answer-wrong-message", answered({"challenge": hashlib.sha256(b"c").hexdigest()})),
    "the whole event": (
        "answer-wrong-message",
        answered({"challenge": hash_challenge(TOKEN, EVENT)}),
    ),
    "its quotes": ("answer-wrong-message", answered({"challenge": hash_challenge(TOKEN, '"c"')})),
    "another token": ("answer-wrong-token", answered({"challenge": hash_challenge("x", "c")})),
    "called text": ("answer-content-type", answered({"challenge": RIGHT}, kind="text/html")),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_wrong_is_known(name: str) -> None:
    mistake, reply = ANSWERS[name]
    assert diagnose_answer("c", reply, TOKEN, body=EVENT).mistake == mistake


# --- at a prompt ----------------------------------------------------------------------------------


def run(*arguments: str, stdin: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "smartcar", "webhooks", "doctor", *arguments],
        check=False,
        capture_output=True,
        input=stdin,
        timeout=50,
        env=own_environment(**{"SMARTCAR_MANAGEMENT_TOKEN": TOKEN, **more}),
    )


def test_a_delivery_is_looked_into_at_the_prompt(tmp_path: Path) -> None:
    (tmp_path / "headers").write_text(
        f"POST / HTTP/1.1\nSC-Signature: {hash_challenge(TOKEN, BODY)}\n\n"
    )
    (tmp_path / "body").write_bytes(BODY)
    headers = ["--headers", str(tmp_path / "headers")]
    good = run("--body", str(tmp_path / "body"), *headers)
    assert (good.returncode, good.stderr) == (0, b"")
    assert good.stdout.startswith(b"well  Smartcar signed this body")
    spoilt = run(
        "--body", "-", *headers, "--framework", "django", stdin=json.dumps(CONTENT).encode()
    )
    assert spoilt.returncode == 1
    assert b"request.body" in spoilt.stdout
    told: Any = json.loads(run("--body", "-", "--json", stdin=BODY).stdout)
    assert [each["mistake"] for each in told] == ["signature-missing"]
    header = f"sc-signature: {hash_challenge('old', BODY)}"
    names = ["--token-env", "SMARTCAR_MANAGEMENT_TOKEN", "--token-env", "OLD_TOKEN"]
    old = run("--body", "-", "-H", header, *names, stdin=BODY, OLD_TOKEN="old")
    assert b"OLD_TOKEN" in old.stdout


def test_what_is_missing_at_the_prompt_is_told() -> None:
    assert b"either --body" in run().stderr
    assert b"is not set" in run("--body", "-", SMARTCAR_MANAGEMENT_TOKEN="").stderr
    assert b"no header" in run("--body", "-", "-H", "nonsense").stderr
    nowhere = run("--url", "app.example")
    assert nowhere.returncode == 2
    assert b"https://" in nowhere.stderr


@pytest.mark.parametrize("served", ["asgi"], indirect=True)
def test_a_receiver_is_looked_into_at_the_prompt(served: Served) -> None:
    good = run("--url", f"http://127.0.0.1:{served.port}/webhooks/smartcar")
    assert (good.returncode, good.stderr) == (0, b"")
    assert b"all that Smartcar asks" in good.stdout
    assert served.told == []  # a test is dropped
    wrong = run("--url", f"http://127.0.0.1:{served.port}/", SMARTCAR_MANAGEMENT_TOKEN="another")
    assert wrong.returncode == 1
    assert b"another token" in wrong.stdout
    gone = run("--url", "http://127.0.0.1:1/")
    assert b"cannot be reached" in gone.stdout
