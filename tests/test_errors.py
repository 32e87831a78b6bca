"""Every documented error, in every shape it comes in, becomes the class that says what to do."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
import re
from typing import Any

import pytest
from documented import ERRORS, Row, v2_body, v3_body
from hypothesis import given, settings
from hypothesis import strategies as st
from transports import Canned

import smartcar
from smartcar import (
    AccountError,
    AuthenticationError,
    BillingError,
    CompatibilityError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ReconnectError,
    Reply,
    RequestTimeoutError,
    ServerError,
    Smartcar,
    SmartcarError,
    TransportError,
    UpstreamError,
    VehicleBusyError,
    errors,
)
from smartcar.errors.kinds import error_from

KINDS = [
    kind
    for _, kind in inspect.getmembers(smartcar, inspect.isclass)
    if issubclass(kind, SmartcarError)
]
LABELS = [row.label for row in ERRORS]


def raised(status: int, body: bytes, headers: dict[str, str] | None = None) -> SmartcarError:
    """The error that a user's program catches when a command is answered so."""
    transport = Canned(Reply(status, headers or {"content-type": "application/json"}, body))
    with pytest.raises(SmartcarError) as caught:
        Smartcar(access_token="t", transport=transport).remove_user("u")
    return caught.value


def told(status: int, body: Any, headers: dict[str, str] | None = None) -> SmartcarError:
    """The same for a body that is JSON."""
    return raised(status, json.dumps(body).encode(), headers)


# --- documented -----------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [v3_body, v2_body], ids=["v3", "v2"])
@pytest.mark.parametrize("row", ERRORS, ids=LABELS)
def test_a_documented_error_has_its_class_and_all_its_facts(row: Row, shape: Any) -> None:
    error = told(row.status, shape(row), {"retry-after": "7"})
    assert type(error) is row.kind
    assert (error.status, error.type, error.code) == (row.status, row.type, row.code)
    assert error.resolution.type == row.resolution
    assert error.is_retryable == row.is_retryable
    assert error.request_id == "0f1e"
    assert error.retry_after == 7.0
    assert error.suggested_user_message == "Please be patient."
    assert error.doc_url == "https://smartcar.com/docs/errors"
    assert error.description == "It went wrong in a documented way."
    assert str(error).startswith(f"{':'.join(filter(None, (row.type, row.code)))} - It went wrong")


@pytest.mark.parametrize("row", ERRORS, ids=LABELS)
def test_its_message_ends_with_what_to_do(row: Row) -> None:
    error = told(row.status, v3_body(row))
    assert error.advice
    assert error.advice[-1] == "."
    assert str(error).endswith(error.advice)
    assert len(error.advice) > len("Try again.")


@pytest.mark.parametrize("row", ERRORS, ids=LABELS)
def test_it_survives_pickling_and_copying(row: Row) -> None:
    error = told(row.status, v3_body(row), {"Retry-After": "7", "SC-Request-Id": "other"})
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(other) is type(error)
        assert str(other) == str(error)
        assert (other.status, other.type, other.code) == (error.status, error.type, error.code)
        assert (other.retry_after, other.request_id) == (7.0, "0f1e")
        assert other.args == error.args


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_its_arguments_are_its_message_alone(kind: type[SmartcarError]) -> None:
    error = kind(429, {"type": "RATE_LIMIT", "description": "Slow."}, {"Retry-After": "7"})
    assert error.args == (error.message,)
    assert error.args[0].startswith("RATE_LIMIT - Slow.")

    advised = error.advised("Look at the car.")
    for same in (advised, pickle.loads(pickle.dumps(advised)), copy.copy(advised)):
        assert same.args == (str(advised),)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"type": "REAUTHENTICATE"}, ("REAUTHENTICATE", None)),
        ({"type": "REAUTHENTICATE", "url": "https://x"}, ("REAUTHENTICATE", "https://x")),
        ({"type": None}, (None, None)),
        ({}, (None, None)),
        ("REAUTHENTICATE", ("REAUTHENTICATE", None)),
        (None, (None, None)),
        (17, (None, None)),
        (["REAUTHENTICATE"], (None, None)),
    ],
    ids=str,
)
def test_a_resolution_is_an_object_or_text_or_nothing(said: Any, expected: Any) -> None:
    v2 = told(403, {"type": "PERMISSION", "resolution": said})
    v3 = told(403, {"errors": [{"type": "PERMISSION", "resolution": said}]})
    for error in (v2, v3):
        assert (error.resolution.type, error.resolution.url) == expected


def test_a_v3_error_may_lack_everything_but_its_place() -> None:
    assert type(told(404, {"errors": [{}]})) is NotFoundError
    assert type(told(404, {"errors": []})) is NotFoundError
    assert type(told(404, {"errors": None})) is NotFoundError
    assert told(404, {"errors": [{"title": "Gone"}]}).description == "Gone"


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("bad_request", 400, InvalidRequestError),
        ("unauthorized", 401, AuthenticationError),
        ("forbidden", 403, PermissionDeniedError),
        ("not_found", 404, NotFoundError),
        ("internal_error", 500, ServerError),
    ],
)
def test_the_first_schema_of_v3_had_codes_only(code: str, status: int, kind: type) -> None:
    body = {"errors": [{"status": str(status), "code": code, "title": "T", "detail": "D"}]}
    assert type(told(status, body)) is kind


@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("validation_error", 400, InvalidRequestError),
        ("authentication_error", 401, AuthenticationError),
        ("permission_error", 403, PermissionDeniedError),
        ("resource_not_found_error", 404, NotFoundError),
        ("vehicle_state_error", 409, VehicleBusyError),
        ("vehicle_owner_action_required", 409, AccountError),
        ("rate_limiting_error", 429, RateLimitError),
        ("monthly_limit_exceeded", 430, BillingError),
        ("server_error", 500, ServerError),
        ("vehicle_not_capable_error", 501, CompatibilityError),
        ("smartcar_not_capable_error", 501, CompatibilityError),
        ("gateway_timeout_error", 504, ServerError),
        ("invalid_client", 401, AuthenticationError),
        ("invalid_request", 400, InvalidRequestError),
        ("invalid_grant", 400, ReconnectError),
        ("invalid_grant", 403, AuthenticationError),
    ],
)
def test_oauth_and_v1_name_the_error_in_a_word(name: str, status: int, kind: type) -> None:
    oauth = told(status, {"error": name, "error_description": "So it is."})
    v1 = told(status, {"error": name, "message": "So it is.", "code": "VS_000"})
    bare = told(status, {"error": name})
    for error in (oauth, v1, bare):
        assert type(error) is kind
        assert error.type == name
    assert oauth.description == v1.description == "So it is."
    assert v1.code == "VS_000"
    assert str(status) in str(bare)


# --- anything else --------------------------------------------------------------------------------

SHAPELESS = {
    "HTML": b"<!DOCTYPE html><html><h1>504 Gateway Time-out</h1></html>",
    "empty": b"",
    "null": b"null",
    "true": b"true",
    "number": b"17",
    "text": b'"no"',
    "array": b"[]",
    "array of errors": b'[{"type": "SERVER"}]',
    "object": b"{}",
    "errors of numbers": b'{"errors": [1]}',
    "wrong types": b'{"type": 1, "code": [], "description": {}, "errors": {}}',
    "brackets": b"[" * 100_000,
    "braces": b'{"errors":' * 100_000,
    "closed brackets": b"[" * 100_000 + b"]" * 100_000,
    "not UTF-8": b"\xff\xfe\x00{",
    "not UTF-8 in JSON": b'{"description": "\xff"}',
    "half a character": b'"\\ud800"',
    "long number": b"9" * 10_000,
}


@pytest.mark.parametrize("body", SHAPELESS.values(), ids=SHAPELESS)
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, InvalidRequestError),
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (408, RequestTimeoutError),
        (409, ConflictError),
        (418, InvalidRequestError),
        (429, RateLimitError),
        (430, BillingError),
        (500, ServerError),
        (501, CompatibilityError),
        (502, UpstreamError),
        (503, ServerError),
        (504, ServerError),
        (599, ServerError),
        (302, InvalidRequestError),
    ],
)
def test_a_body_without_a_shape_is_told_by_its_status(status: int, kind: type, body: bytes) -> None:
    error = raised(status, body)
    assert type(error) is kind
    assert error.status == status
    assert error.body == body
    assert str(error).endswith(error.advice)
    assert "<" not in str(error)


def test_a_short_text_is_told_and_a_long_one_cut() -> None:
    assert raised(502, b"upstream connect error").description == "upstream connect error"
    assert len(str(raised(502, b"x" * 10_000))) < 600


def test_the_request_id_comes_from_the_header_where_the_body_has_none() -> None:
    assert raised(500, b"", {"SC-Request-Id": "abc"}).request_id == "abc"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        (" 7.5 ", 7.5),
        ("0", 0.0),
        ("Mon, 01 Jun 2026 06:02:00 GMT", 120.0),
        ("-1", None),
        ("1_0", None),
        ("nan", None),
        ("inf", None),
        ("1e999", None),
        ("soon", None),
        ("", None),
        ("Mon, 01 Jun 2026 05:00:00 GMT", None),
        ("Mon, 01 Jun 2026 06:02:00 +99999999999999999999", None),
        ("Mon, 01 Jun 99999999999 06:02:00 GMT", None),
        ("Mon, 99 Foo 2026", None),
        ("9" * 5000, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_or_nothing(text: str, seconds: float | None) -> None:
    headers = {"retry-after": text, "date": "Mon, 01 Jun 2026 06:00:00 GMT"}
    assert raised(429, b"", headers).retry_after == seconds


def test_a_retry_after_date_without_the_servers_own_date_says_nothing() -> None:
    headers = {"retry-after": "Mon, 01 Jun 2026 06:02:00 GMT"}
    assert raised(429, b"", headers).retry_after is None


def test_a_rate_limit_says_how_long_to_wait() -> None:
    assert "120 seconds" in str(raised(429, b"", {"retry-after": "120"}))


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
json_values = (
    leaves
    | st.lists(leaves, max_size=2)
    | st.dictionaries(st.sampled_from(["type", "url", "debug", "requestId", "about"]), leaves)
)
error_like = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        (
            *("type", "code", "error", "errors", "message", "description", "resolution", "meta"),
            *("links", "title", "detail", "status", "requestId", "error_description", "docURL"),
        ),
        json_values,
    ),
)
bodies = st.binary() | (
    json_values | error_like | error_like.map(lambda item: {"errors": [item]})
).map(lambda value: json.dumps(value).encode())


@settings(max_examples=120)
@given(
    st.integers(300, 599), bodies, st.text(max_size=40) | st.just("Mon, 01 Jun 2026 06:02 +0000")
)
def test_whatever_is_answered_is_a_smartcar_error(status: int, body: bytes, after: str) -> None:
    error = raised(status, body, {"retry-after": after, "date": after})
    assert isinstance(error, SmartcarError)
    assert str(error).endswith(error.advice)
    assert repr(error)
    assert isinstance(error.is_retryable, bool)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@settings(max_examples=100)
@given(st.binary() | json_values.map(lambda value: json.dumps(value).encode()))
def test_whatever_a_success_holds_is_a_model_or_a_smartcar_error(body: bytes) -> None:
    client = Smartcar(access_token="t", transport=Canned(Reply(200, {}, body)))
    car = client.vehicle("v", user_id="u")
    for ask in (car.attributes, car.signals, car.lock, lambda: list(client.connections())):
        try:
            ask()
        except SmartcarError as error:
            assert "not what the API promises" in str(error) or error.status  # noqa: PT017


# --- the tree -------------------------------------------------------------------------------------


def _drawn() -> dict[str, str]:
    """Each class of the docstring's tree, and the one above it."""
    above: dict[str, str] = {}
    path: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"^( *)[*+-] (\w+)", line)
        if found is None:
            continue
        depth, name = len(found[1]), found[2]
        path = [each for each in path if each[0] < depth]
        if path:
            above[name] = path[-1][1]
        path.append((depth, name))
        for inner in re.findall(r"\((\w+Error), (\w+Error)\)", line):
            above.update(dict.fromkeys(inner, name))
    return above


def test_the_class_tree_is_as_its_docstring_draws_it() -> None:
    drawn = _drawn()
    assert len(drawn) > 15
    for name, parent in drawn.items():
        assert getattr(errors, parent) in getattr(errors, name).__bases__, name
    undrawn = {kind.__name__ for kind in KINDS} - set(drawn) - {"SmartcarError"}
    assert undrawn == {"VehicleStateError"}


def test_both_of_the_cars_own_refusals_can_be_caught_at_once() -> None:
    assert {kind.__name__ for kind in smartcar.VehicleStateError.__subclasses__()} == {
        "VehicleNeedsOwnerError",
        "VehicleBusyError",
    }


def test_timeouts_are_pythons_timeouts_too() -> None:
    assert issubclass(smartcar.RequestTimeoutError, TimeoutError)
    assert issubclass(smartcar.ConfirmationTimeoutError, TimeoutError)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_class_is_public_documented_and_can_be_made_bare(kind: type[SmartcarError]) -> None:
    assert kind.__name__ in smartcar.__all__
    assert kind.__doc__
    bare = kind()
    assert str(bare)
    assert type(pickle.loads(pickle.dumps(bare))) is kind


def test_no_reply_is_temporary() -> None:
    assert TransportError().is_retryable
    assert TransportError().status == 0


@pytest.mark.parametrize("code", ["RECORD_NOT_FOUND", "MULTIPLE_RECORDS_FOUND"])
def test_what_only_support_can_mend_is_not_said_to_pass_by_itself(code: str) -> None:
    error = error_from(500, {"type": "SERVER", "code": code, "description": "No."}, {})
    assert not error.is_retryable
    assert "support" in error.advice
    assert "again" not in error.advice
