"""What was asked and answered: seen by whoever looks, and never with a secret."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from old_caller import CLIENT, ONE_FORM, Owner, code_of, new_owner, owner_of

from smartcar import AuthClient, AuthenticationError, InvalidRequestError, Request, Smartcar
from smartcar.simulator import Exchange, FaultRule, Simulator
from smartcar.simulator.log import LARGEST_KEPT, Log
from smartcar.simulator.redaction import (
    redacted_body,
    redacted_headers,
    redacted_path,
    redacted_query,
)


@pytest.fixture
def tesla(simulator: Simulator) -> Owner:
    return owner_of(simulator, 0)


def last(simulator: Simulator) -> Exchange:
    return simulator.log.all()[-1]


def test_an_exchange_says_who_asked_what_of_which_car_and_got_what(
    simulator: Simulator, tesla: Owner
) -> None:
    at = simulator.clock.now()
    tesla.car("/odometer", {"x": "1"}, sc_unit_system="imperial")

    seen = last(simulator)

    assert (seen.number, seen.at, seen.method) == (1, at, "GET")
    assert seen.path == f"/v2.0/vehicles/{tesla.vehicle_id}/odometer"
    assert (seen.query, seen.status, seen.error, seen.duration) == ({"x": "1"}, 200, None, 0)
    assert seen.application == simulator.world.application.client_id
    assert (seen.user_id, seen.vehicle_id) == (tesla.user_id, tesla.vehicle_id)
    assert seen.request_headers["sc-unit-system"] == "imperial"
    assert "distance" in json.loads(seen.reply_body)
    assert seen.reply_headers["content-type"] == "application/json"
    assert seen.request_id == seen.reply_headers["sc-request-id"]
    assert (seen.fault_ids, seen.breakage) == ((), None)


def test_an_error_has_its_type_and_code(simulator: Simulator, tesla: Owner) -> None:
    tesla.car("/odometer", authorization="Bearer nonsense")
    first = last(simulator)
    assert (first.status, first.error, first.application) == (401, "AUTHENTICATION", None)
    with pytest.raises(AuthenticationError):
        next(iter(Smartcar(access_token="nonsense", transport=simulator).connections()))
    assert last(simulator).error == "AUTHENTICATION:UNAUTHORIZED"


def test_a_rule_that_was_met_is_named(simulator: Simulator, tesla: Owner) -> None:
    first = simulator.faults.add(FaultRule(latency=3))
    second = simulator.faults.add(FaultRule(breakage="reset", path="*/vin"))
    tesla.car("/odometer")
    assert (last(simulator).fault_ids, last(simulator).duration) == ((first.id,), 3)
    with pytest.raises(Exception, match="reset"):
        tesla.car("/vin")
    seen = last(simulator)
    assert (seen.status, seen.breakage, seen.error) == (None, "reset", None)
    assert seen.fault_ids == (first.id, second.id)


def test_nothing_shown_opens_anything(simulator: Simulator) -> None:
    own = simulator.world.application
    auth = AuthClient(own.client_id, own.client_secret, "https://e.com", transport=simulator)
    secrets = {own.client_secret, own.management_token, CLIENT.partition(" ")[2]}
    code = code_of(simulator, "owner@example.com", "read_odometer")
    auth = AuthClient(
        own.client_id, own.client_secret, "https://example.com/back", transport=simulator
    )
    access = auth.exchange_code(code)
    again = auth.exchange_refresh_token(access.refresh_token)
    secrets |= {code, access.access_token, access.refresh_token}
    secrets |= {again.access_token, again.refresh_token}
    for wrong in (code, "wrong-code"):
        with pytest.raises(InvalidRequestError):
            auth.exchange_code(wrong)
    with pytest.raises(AuthenticationError):
        auth.exchange_refresh_token("wrong-refresh-token")
    secrets |= {"wrong-code", "wrong-refresh-token"}
    list(Smartcar(transport=simulator).connections())
    secrets |= set(simulator.world.tokens)
    form = {**ONE_FORM, "authorization": CLIENT}
    for path, query, headers, body in (
        ("/oauth/token", {"code": "in-query"}, form, b"grant_type=x&code=in%2Dform&a=b"),
        ("/oauth2/token", {}, {"content-type": "application/json"},
         b'{"grant_type": "x", "client_secret": "in-json", "code": "in-code"}'),
        ("/oauth2/token", {"access_token": "in-query"}, {}, b'{"client_secret": "in-broken'),
        ("/oauth/authorize", {}, ONE_FORM, b"interaction=1&password=in-form&username=u"),
        ("/v2.0/vehicles/x/tesla/pin", {}, {"cookie": "in-cookie"}, b'{"pin": 1234}'),
    ):  # fmt: skip
        simulator.send(Request("POST", path, query, headers, body))
    secrets |= {"in-query", "in%2Dform", "in-json", "in-code", "in-broken", "in-form", "in-cookie"}
    secrets |= {"1234"}

    shown = msgspec.json.encode(simulator.log.all()).decode() + repr(simulator.log.all())

    assert [secret for secret in secrets if secret in shown] == []
    assert "owner%40example.com" in shown
    assert "a=b" in shown


@pytest.mark.parametrize(
    "body",
    [
        b'{"type":"VEHICLE_STATE","code":"ASLEEP"}',
        b'{"data":[{"attributes":{"code":"odometer-traveleddistance"}}]}',
        b"<p>a=b&amp;kind=c</p>",
        b'{"token_type":"bearer","keyboard":"a=b"}',
        b"asked: nothing; told: 5",
        b"plain text",
        b"[1, 2]",
        b"",
    ],
)
def test_what_opens_nothing_is_shown_as_it_was(body: bytes) -> None:
    assert redacted_body(body) == body.decode()


def test_an_address_is_shown_without_its_code() -> None:
    headers = {"location": "https://e.com/back?code=secret&state=mine#x", "cookie": "secret"}

    shown = redacted_headers(headers)

    assert shown == {"location": "https://e.com/back?code=…&state=mine#x", "cookie": "…"}
    assert redacted_query({"code": "secret", "x": ""}) == {"code": "…", "x": ""}


def test_what_is_no_text_is_told_by_its_size() -> None:
    assert redacted_body(b"\xff\xfe\x00") == "<3 bytes>"


SECRET = "s3cr3t-v4lu3"
LONG = "x" * 70_000
MULTIPART = f"""--x\r
Content-Disposition: form-data; name="client_secret"\r
\r
{SECRET}\r
--x\r
Content-Disposition: form-data; name="code"\r
\r
{SECRET}\r
--x--\r
"""
PLANTED: dict[str, tuple[dict[str, str], dict[str, str], bytes]] = {
    **{
        name: ({}, {name: SECRET}, b"")
        for name in (
            *("x-api-key", "proxy-authorization", "x-auth-token", "x-amz-security-token"),
            *("cookie2", "x-csrf-token", "api_key", "X-Password", "my-secret", "authorization "),
        )
    },
    "a fragment": ({}, {"referer": f"https://a.example/#access_token={SECRET}"}, b""),
    "a fragment's second": ({}, {"referer": f"https://a/#x=1&refresh_token={SECRET}"}, b""),
    "an address within an address": (
        {"redirect_uri": f"https://a.example/?code={SECRET}&x=1"},
        {},
        b"",
    ),
    "and one within that": (
        {"redirect_uri": f"https://a.example/?next={quote('/b?to=' + quote('/?token=' + SECRET))}"},
        {},
        b"",
    ),
    **{
        f"{name} in a query": ({name: SECRET}, {}, b"")
        for name in ("secret", "Client_Secret", "clientSecret", "client-secret", "key")
    },
    "an address in a form": (
        {},
        {},
        urlencode({"redirect_uri": f"https://a.example/?code={SECRET}&client_secret=x"}).encode(),
    ),
    "an address in JSON": ({}, {}, f'{{"redirect_uri":"https://a/?code={SECRET}"}}'.encode()),
    "multipart": ({}, {"content-type": "multipart/form-data; boundary=x"}, MULTIPART.encode()),
    "JSON that is cut": (
        {},
        {},
        f'{{"client_secret":"{SECRET}","code":"{SECRET}","grant_type":"x"'.encode(),
    ),
    "cut JSON with a list": ({}, {}, f'{{"client_secret":["{SECRET}","{SECRET}'.encode()),
    "cut JSON's code": ({}, {}, f'{{"code":"{SECRET}","x":'.encode()),
    "long JSON": (
        {},
        {},
        f'{{"client-secret":"{SECRET}","code":"{SECRET}","x":"{LONG}"}}'.encode(),
    ),
    "JSON after a BOM": ({}, {}, b"\xef\xbb\xbf" + f'{{"client_secret":"{SECRET}"}}'.encode()),
    "JSON in UTF-16": ({}, {}, f'{{"client_secret":"{SECRET}"}}'.encode("utf-16-le")),
    **{
        f"{name} in JSON": ({}, {}, f'[{{"x":{{"{name}":"{SECRET}"}}}}]'.encode())
        for name in (
            *("client-secret", "secret", "authorization", "applicationManagementToken"),
            *("api_key", "apiKey", "x-auth", "privateKey", "userPassword"),
        )
    },
    "a code with a space": ({}, {}, f"grant_type=authorization_code&code=a {SECRET}".encode()),
    "a quoted code with a space": (
        {},
        {},
        f"grant_type=authorization_code&redirect_uri=https://a.b&code=a+{SECRET}".encode(),
    ),
    "a refresh token with a quote": (
        {},
        {},
        json.dumps({"grant_type": "refresh_token", "refresh_token": f'a "b" {SECRET}'}).encode(),
    ),
    "semicolons": ({}, {}, f"grant_type=x;client_secret={SECRET}".encode()),
    "lines": ({}, {}, f"client_secret: {SECRET}\nrefresh_token: {SECRET}".encode()),
    "HTML": ({}, {}, f'<a href="/?a=1&amp;code={SECRET}">x</a>'.encode()),
    "a form's HTML": ({}, {}, f'<input type="x" name="token" value="{SECRET}">'.encode()),
    "a slip before a form": ({}, {}, f" <grant_type=x&client_secret={SECRET}".encode()),
    "a name in escapes": ({}, {}, f"client%5Fsecret={SECRET}".encode()),
    "a form in a form": ({}, {}, f"x={quote('client_secret=' + SECRET)}".encode()),
    "a form in escapes": ({}, {}, quote(f"client_secret={SECRET}").encode()),
}
"""A query, headers and a body, by what is in them."""


@pytest.mark.parametrize("where", PLANTED)
@pytest.mark.parametrize("path", ["/oauth/token", "/oauth2/token"])
def test_a_secret_in_any_shape_is_hidden(where: str, path: str, simulator: Simulator) -> None:
    query, headers, body = PLANTED[where]
    headers = {"authorization": CLIENT, "content-type": ONE_FORM["content-type"], **headers}
    simulator.send(Request("POST", path, query, headers, body))

    listed = simulator.control.requests()

    assert SECRET not in msgspec.json.encode(listed).decode()
    assert SECRET not in repr(simulator.log.all())


def test_a_path_that_has_a_query_in_it_is_shown_without_its_code(simulator: Simulator) -> None:
    simulator.send(Request("GET", f"/callback?state=mine&code={SECRET}"))

    assert last(simulator).path == "/callback?state=mine&code=…"
    assert redacted_path("/v3/vehicles/x=y") == "/v3/vehicles/x=y"


def test_neither_has_the_repr_of_a_request_a_header_that_opens_something() -> None:
    headers = {"x-api-key": SECRET, "proxy-authorization": SECRET, "accept": "text/html"}

    assert SECRET not in repr(Request("GET", "/", {}, headers))
    assert "text/html" in repr(Request("GET", "/", {}, headers))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(JSON, st.sampled_from(["access_token", "refresh_token", "client_secret", "password"]))
def test_wherever_a_secret_is_in_json_it_is_hidden(content: object, name: str) -> None:
    body = json.dumps({"before": content, "in": [{name: SECRET}], "after": content})

    assert SECRET not in redacted_body(body.encode())
    assert SECRET not in redacted_body(body[:-1].encode())
    assert json.loads(redacted_body(body.encode()))["before"] == content


@given(st.binary(max_size=200))
def test_whatever_comes_can_be_shown(body: bytes) -> None:
    simulator = Simulator(seed=7)
    simulator.send(Request("POST", "/oauth2/token", {}, {"x": "\xff=&=?"}, body))

    assert isinstance(last(simulator).request_body, str)


def test_only_the_latest_are_kept_and_only_so_much_of_them(simulator: Simulator) -> None:
    simulator.log = Log(kept=3)
    for number in range(5):
        simulator.send(Request("POST", f"/{number}", body=b"x" * 10**6))

    log = simulator.log
    assert [(each.number, each.path) for each in log.all()] == [(3, "/2"), (4, "/3"), (5, "/4")]
    assert len(log) == 3
    assert log.last == 5
    assert [each.number for each in log.since(3)] == [4, 5]
    assert [each.number for each in log.since(0, limit=1)] == [5]
    assert log.get(1) is None
    found = log.get(4)
    assert found is not None
    assert found.path == "/3"
    assert len(found.request_body) < LARGEST_KEPT + 100
    assert "1000000 bytes" in found.request_body
    log.clear()
    assert (log.all(), log.last) == ([], 0)
    simulator.send(Request("GET", "/next"))
    assert log.last == 6


def test_who_listens_is_told_of_each_and_may_ask_the_simulator(simulator: Simulator) -> None:
    heard: list[tuple[int, int]] = []
    end = simulator.log.listen(
        lambda exchange: heard.append((exchange.number, len(simulator.faults.all())))
    )
    new_owner(simulator, "a@example.com").car("/vin")
    simulator.log.listen(lambda exchange: heard.append((exchange.number, -1)))
    simulator.send(Request("GET", "/"))
    end()
    simulator.send(Request("GET", "/"))

    assert heard == [(1, 0), (2, 0), (2, -1), (3, -1)]


def test_many_at_once_are_kept_in_the_order_of_their_numbers(simulator: Simulator) -> None:
    heard: set[int] = set()
    lock = threading.Lock()

    def hear(exchange: Exchange) -> None:
        with lock:
            heard.add(exchange.number)

    simulator.log.listen(hear)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: simulator.send(Request("GET", "/v2.0/user")), range(300)))

    assert [each.number for each in simulator.log.all()] == list(range(1, 301))
    assert heard == set(range(1, 301))


def test_a_listener_that_fails_is_logged_and_changes_nothing(
    simulator: Simulator, tesla: Owner, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[int] = []

    def fail(exchange: Exchange) -> None:
        raise KeyError(exchange.number)

    simulator.log.listen(fail)
    simulator.log.listen(lambda exchange: heard.append(exchange.number))

    assert tesla.car("/odometer").status == 200
    assert heard == [1]
    assert "listener" in caplog.text


def test_rules_that_items_of_a_batch_met_are_named(simulator: Simulator, tesla: Owner) -> None:
    late = simulator.faults.add(FaultRule(latency=1))
    rule = simulator.faults.add(FaultRule(path="*/odometer", error="VEHICLE_STATE:ASLEEP"))
    paths = [{"path": path} for path in ("/odometer", "/battery", "/odometer")]

    tesla.car("/batch", method="POST", body={"requests": paths})

    assert last(simulator).fault_ids == (late.id, rule.id)
