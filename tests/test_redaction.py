"""What a recording keeps, and what it must not: nothing written is somebody's."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcar import Origins, Reply, Request
from smartcar.simulator.cars.identity import VIN_VALUES, VIN_WEIGHTS
from smartcar.simulator.recording import Recorder, Redactor

JSON = {"content-type": "application/json"}
CAR = "36ab27d0-fd9d-4455-823a-ce30af709ffc"
OWNER = "58c1a2b3-52c6-4e8c-8c13-8f6e8f02e27e"

TELLING: Mapping[str, str] = {
    "VIN": "5YJSA1CN5DFP00101",
    "VIN in small letters": "wbake5c58dj107700",
    "e-mail": "roberta.miller+car@mail.example.org",
    "user id": OWNER,
    "vehicle id": CAR,
    "id of 24 digits": "64f0c2a1b7d9e83f5a6b7c8d",
    "opaque token": "sk_live_9aF83kdLqP0xZ7mN2vB6tRwY",
    "JWT": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib2IifQ.Sfl0KxwRJSMeKKF2QT4fwpM",
    "telephone": "+49 170 1234567",
    "telephone of the US": "415-867-5309",
    "position": "48.137154, 11.576124",
    "webhook": "https://hooks.acme-fleet.example.net/in?key=abc",
    "deep link": "acmefleet://back/home",
    "IP address": "203.0.113.77",
    "IP address of version 6": "2001:db8:85a3::8a2e:370:7334",
    "address of a network's card": "00:1A:2B:3C:4D:5E",
    "position in minutes": "48°08'13.8\"N 11°34'34.0\"E",
    "position with names": "lat=48.137&lng=11.576",
    "position in another order": "POINT(11.576124 48.137154)",
    "plus code": "8FWH4HX8+9C",
    "e-mail that is quoted": "roberta.miller%40mail.example.org",
    "VIN in a word": "VIN5YJSA1CN5DFP00101",
    "bank account": "DE89370400440532013000",
}
"""What is told by its looks, wherever it is."""

NAMED: Mapping[str, Any] = {
    "access_token": "short-lived",
    "refreshToken": "tok-77",
    "client_secret": "s3cr3t!",
    "password": "hunter2",
    "pin": "4711",
    "nickname": "Robertas Flitzer",
    "registration": "M-AB 4242",
    "firstName": "Roberta",
    "street": "Ahornallee 7",
    "postalCode": "80331",
    "phone": 491701234567,
    "externalId": "customer-bob",
    "address": {"line1": "Ahornallee 7", "floor": 93371},
    "callbackUri": "http://intranet/hook",
    "geometry": {"coordinates": [11.576124, 48.137154]},
    "homeLatitude": 48.137154,
    "latitude": {"value": 48.137154},
    "longitude": [11.576],
    "coordinates": {"value": [48.137154, 11.576124]},
    "location": {"gps": {"values": [48.137, 11.576]}},
    "plz": "80331",
    "dob": "1980-02-03",
    "homePhone": 8675309,
    "vehicleId": 98765432,
}
"""What is told by its name."""

UNKNOWN: Mapping[str, Any] = {
    "motto": "carpe diem",
    "accountNumber": 1234567890123456,
    "precise": 48.137154,
    "tags": ["red barn"],
    "value": "carpe noctem",
    "values": [[48.137154, 11.576124]],
    "homeLat": 48.137,
    "homeLng": "11.576",
    "Robertas Flitzer": "Robertas Flitzer",
    "payload": '{"motto":"carpe diem"}',
}
"""What nothing tells: not kept, in case."""


def pieces(value: Any) -> set[str]:
    """The texts and numbers in *value*, as they would be found in a file."""
    inner: list[Any] = []
    match value:
        case {**members}:
            inner = list(members.values())
        case [*members]:
            inner = list(members)
        case _:
            return {str(value)}
    return {piece for each in inner for piece in pieces(each)}


SECRETS = {
    piece
    for group in (TELLING, NAMED, UNKNOWN)
    for value in group.values()
    for piece in pieces(value)
}

Exchange = tuple[str, dict[str, str], bytes, Reply]


def ok(body: Any, headers: Mapping[str, str] = JSON, status: int = 200) -> Reply:
    said = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, dict(headers), said)


def texts(value: Any) -> list[str]:
    return sorted(pieces(value))


PLACES: dict[str, Callable[[str, Any], Exchange]] = {
    "a reply": lambda name, value: ("/v3/connections", {}, b"", ok({name: value})),
    "a reply, deep": lambda name, value: (
        "/v3/connections",
        {},
        b"",
        ok({"data": [{"attributes": {"extra": [{name: value}]}}]}),
    ),
    "a list": lambda name, value: ("/v3/connections", {}, b"", ok({name: [value, value]})),
    "a list of lists": lambda name, value: ("/v3/connections", {}, b"", ok([[{name: [[value]]}]])),
    "an item of a batch": lambda name, value: (
        f"/v2.0/vehicles/{CAR}/batch",
        {},
        b"",
        ok({"responses": [{"path": "/new", "code": 200, "body": {name: value}}]}),
    ),
    "the body of a request": lambda name, value: (
        "/v3/subscriptions",
        JSON,
        json.dumps({"data": {"attributes": {name: value}}}).encode(),
        ok({}),
    ),
    "a form": lambda name, value: (
        "/oauth/token",
        {"content-type": "application/x-www-form-urlencoded"},
        urlencode([(name, each) for each in texts(value)]).encode(),
        ok({}),
    ),
    "a query": lambda name, value: (
        f"/v3/connections?{urlencode([(f'filter[{name}]', each) for each in texts(value)[:1]])}",
        {},
        b"",
        ok({}),
    ),
    "a link": lambda name, value: (
        "/v3/connections",
        {},
        b"",
        ok(
            {
                "links": {
                    "next": "https://vehicle.api.smartcar.com/v3/connections?"
                    + urlencode({name: texts(value)[0]})
                }
            }
        ),
    ),
    "a header of the request": lambda name, value: (
        "/v3/connections",
        {"x-trace": "; ".join(texts(value)), "cookie": f"{name}={texts(value)[0]}"},
        b"",
        ok({}),
    ),
    "a header of the reply": lambda name, value: (
        "/v3/connections",
        {},
        b"",
        ok({}, {**JSON, "set-cookie": f"{name}={texts(value)[0]}", "x-user": texts(value)[0]}),
    ),
    "credentials": lambda name, value: (
        "/v3/connections",
        {"authorization": f"Bearer {texts(value)[0]}"},
        b"",
        ok({"detail": f"{name} {texts(value)[0]} is bad", "type": "AUTHENTICATION"}, status=401),
    ),
    "credentials of HTTP's Basic": lambda name, value: (
        "/v2.0/compatibility",
        {"authorization": f"Basic {base64.b64encode(f'me:{texts(value)[0]}'.encode()).decode()}"},
        b"",
        ok({"error": "invalid_client", "error_description": f"{name} {texts(value)[0]}"}),
    ),
    "text that is no JSON": lambda name, value: (
        "/v3/connections",
        {},
        b"",
        ok(f"<p>{name}: {value}</p>".encode(), {"content-type": "text/html"}),
    ),
    "broken JSON": lambda name, value: (
        "/v3/connections",
        {},
        b"",
        ok(json.dumps({name: value}).encode()[:-1]),
    ),
}

IN_PATHS = {name: TELLING[name] for name in TELLING if name not in {"webhook", "deep link"}}


def recorded(directory: Path, *exchanges: Exchange) -> str:
    """All that is written of *exchanges*, names of files too."""
    # With a key: by chance, a pseudonym may hold "4711".
    recorder = Recorder(directory, Origins(), lambda: 1_780_000_000.0, b"key of tests")
    for path, headers, body, reply in exchanges:
        method = "POST" if body else "GET"
        request = Request(method, path, headers=headers, body=body, origin="https://api.test")
        recorder.keep(recorder.begin(), "vehicle", request, reply)
    recorder.close()
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    assert len(files) >= len(exchanges)
    return "\n".join(f"{path.name}\n{path.read_text()}" for path in files)


def leaked(written: str, secrets: set[str] = SECRETS) -> set[str]:
    """The *secrets* that can be found in what was written, however they are written there."""
    low = written.lower()

    def forms(secret: str) -> set[str]:
        encoded = base64.b64encode(secret.encode()).decode().rstrip("=")
        return {secret.lower(), quote(secret, safe="").lower(), encoded.lower()}

    found = {each for each in secrets if any(form in low for form in forms(each))}
    # Half a position would do.
    return found | {part for part in ("48.137", "11.576") if part in low}


@pytest.mark.parametrize("place", PLACES)
def test_nothing_of_anybodys_is_written_wherever_it_is_said(place: str, tmp_path: Path) -> None:
    make = PLACES[place]
    exchanges = [
        make(name, value)
        for name, value in (
            *(("anything", value) for value in TELLING.values()),
            *NAMED.items(),
            *UNKNOWN.items(),
        )
    ]

    assert leaked(recorded(tmp_path / "out", *exchanges)) == set()


@pytest.mark.parametrize(
    "path",
    [
        "/v3/vehicles/{}/signals",
        "/v2.0/vehicles/{}/odometer",
        "/v2.0/vehicles/{}",
        f"/v2.0/vehicles/{CAR}/webhooks/{{}}",
        f"/v2.0/vehicles/{CAR}/service/history%3Fstart_date%3D2026-01-01%26vin%3D{{}}",
        "/v3/users/{}",
        "/v3/new/{}/thing",
    ],
)
def test_nothing_of_anybodys_is_in_a_path(path: str, tmp_path: Path) -> None:
    exchanges: list[Exchange] = [
        (path.format(quote(secret, safe="")), {}, b"", ok({})) for secret in IN_PATHS.values()
    ]

    assert leaked(recorded(tmp_path / "out", *exchanges)) == set()


@pytest.mark.parametrize("name", ["description", "detail", "message", "suggestedUserMessage"])
def test_nothing_of_anybodys_is_in_an_error(name: str, tmp_path: Path) -> None:
    exchanges: list[Exchange] = [
        ("/v3/x", {}, b"", ok({"type": "VALIDATION", name: f"Is {secret}, sadly."}, status=400))
        for secret in TELLING.values()
    ]

    written = recorded(tmp_path / "out", *exchanges)

    assert leaked(written) == set()
    assert "sadly" in written


def test_what_was_said_before_is_known_when_it_is_quoted(tmp_path: Path) -> None:
    names = {"nickname": "Comet", "firstName": "Roberta", "pin": "4711", "token": "tok-77"}
    quoting = {"type": "VEHICLE_STATE", "description": f"{' and '.join(names.values())} sleep."}

    written = recorded(
        tmp_path / "out",
        ("/v2.0/vehicles", {}, b"", ok(names)),
        ("/v2.0/vehicles", {}, b"", ok(quoting, status=409)),
    )

    assert leaked(written, set(names.values())) == set()
    assert "sleep." in written


def test_what_was_said_before_is_known_however_it_is_written(tmp_path: Path) -> None:
    quoting = {
        "type": "VEHICLE_STATE",
        "description": "ROBERTAS FLITZER (Robertas%20Flitzer, Robertas+Flitzer), 98765432, sleeps.",
    }

    written = recorded(
        tmp_path / "out",
        ("/v2.0/vehicles", {}, b"", ok({"nickname": "Robertas Flitzer", "vehicleId": 98765432})),
        ("/v2.0/vehicles", {}, b"", ok(quoting, status=409)),
    )

    assert not {"robertas", "98765432"} & set(re.split(r"[^a-z0-9]+", written.lower()))
    assert "sleeps." in written


def test_other_headers_have_secrets_too_that_may_be_quoted(tmp_path: Path) -> None:
    headers = {"x-api-key": "key-of-mine", "cookie": "session=crumbs; theme=dark"}
    quoting = {"error": "invalid_client", "error_description": "key-of-mine: no; crumbs: old"}

    written = recorded(tmp_path / "out", ("/v2.0/vehicles", headers, b"", ok(quoting, status=401)))

    assert leaked(written, {"key-of-mine", "crumbs"}) == set()


def test_nothing_of_anybodys_is_in_what_was_left_out_or_in_the_number_of_a_request(
    tmp_path: Path,
) -> None:
    told = {"content-type": f"of/{TELLING['e-mail']}", "sc-request-id": "req-of-bob-1"}

    written = recorded(tmp_path / "out", ("/v3/connections", {}, b"", ok(b"<p>", told)))

    assert leaked(written, {TELLING["e-mail"], "bob"}) == set()


@pytest.mark.parametrize("page", ["u/{}", "docs#{}", "reset/{}?next={}"])
def test_nothing_of_anybodys_is_in_an_address_of_smartcars_own_pages(
    page: str, tmp_path: Path
) -> None:
    secrets = {TELLING["opaque token"], TELLING["e-mail"], CAR}
    exchanges: list[Exchange] = [
        ("/v3/x", {}, b"", ok({"docURL": f"https://smartcar.com/{page.format(each, each)}"}))
        for each in secrets
    ]

    assert leaked(recorded(tmp_path / "out", *exchanges), secrets) == set()


@pytest.mark.parametrize("naming", ["grant_type", "grantType"])
def test_a_code_that_is_granted_for_is_a_secret(naming: str, tmp_path: Path) -> None:
    asked = json.dumps({naming: "authorization_code", "code": "abc123x"}).encode()

    written = recorded(tmp_path / "out", ("/oauth/token", JSON, asked, ok({})))

    assert leaked(written, {"abc123x"}) == set()


def test_the_name_of_a_car_is_hidden_though_it_is_the_value_of_a_signal(tmp_path: Path) -> None:
    def signal(code: str, value: object) -> dict[str, Any]:
        status = {"value": "SUCCESS"}
        told = {"code": code, "group": "G", "name": "N", "status": status, "body": {"value": value}}
        return {"id": code, "type": "signal", "attributes": told}

    signals = [
        signal("vehicleidentification-nickname", "Comet"),
        signal("vehicleidentification-vin", TELLING["VIN"]),
        signal("driver-name-of-2027", "Roberta"),
        signal("vehicleidentification-trim", "Long Range AWD"),
    ]
    written = recorded(
        tmp_path / "out", (f"/v3/vehicles/{CAR}/signals", {}, b"", ok({"data": signals}))
    )

    assert leaked(written, {"Comet", "Roberta", TELLING["VIN"]}) == set()
    assert "Long Range AWD" in written
    assert "driver-name-of-2027" in written


# --- what must remain -----------------------------------------------------------------------------


def test_what_is_nobodys_is_kept_as_it_was() -> None:
    told = {
        "data": [
            {
                "id": "charge-wattage",
                "type": "signal",
                "attributes": {
                    "code": "charge-wattage",
                    "name": "Wattage",
                    "group": "Charge",
                    "status": {"value": "SUCCESS"},
                    "body": {"value": 3650.125, "unit": "watts"},
                },
                "meta": {"oemUpdatedAt": "2026-06-01T10:00:00.000Z", "retrievedAt": 1780308000123},
            }
        ],
        "meta": {"totalCount": 1, "pageSize": 10, "pageNumber": 1},
        "permissions": ["read_vin", "control_charge"],
        "vehicle": {"make": "VOLKSWAGEN", "model": "ID.4", "year": 2023, "mode": "live"},
        "links": {
            "docs": None,
            "self": "https://vehicle.api.smartcar.com/v3/connections?page%5Bnumber%5D=1",
        },
        "docURL": "https://smartcar.com/docs/errors/api-errors/vehicle-state-errors#asleep",
        "resolution": {"type": "RETRY_LATER"},
        "percentRemaining": 0.683125,
        "headers": {"sc-unit-system": "imperial", "sc-data-age": "2026-06-01T10:00:00.000Z"},
        "isPluggedIn": True,
    }

    assert Redactor().json(told) == told


def test_the_same_thing_is_called_the_same_everywhere(tmp_path: Path) -> None:
    body = {"data": {"relationships": {"vehicle": {"data": {"id": CAR, "type": "vehicle"}}}}}
    recorded(
        tmp_path / "out",
        ("/v3/connections", {}, b"", ok(body)),
        (f"/v3/vehicles/{CAR}", {"sc-user-id": OWNER}, b"", ok({"user": {"id": OWNER}})),
        (f"/v3/connections?filter[vehicleId]={CAR}&filter[userId]={OWNER}", {}, b"", ok({})),
    )
    first, second, third = (
        json.loads(path.read_text()) for path in sorted((tmp_path / "out" / "samples").iterdir())
    )

    car = first["body"]["data"]["relationships"]["vehicle"]["data"]["id"]
    owner = second["request"]["headers"]["sc-user-id"]
    assert second["request"]["path"] == f"/v3/vehicles/{car}"
    assert second["body"]["user"]["id"] == owner
    assert third["request"]["query"] == {"filter[vehicleId]": car, "filter[userId]": owner}
    assert car != owner


def test_two_recordings_have_nothing_in_common() -> None:
    one, other = (Redactor().json({"id": CAR, "vin": TELLING["VIN"]}) for _ in range(2))

    assert one["id"] != other["id"]
    assert one["vin"] != other["vin"]


@given(st.text("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", min_size=17, max_size=17))
def test_a_vin_becomes_a_good_one_of_the_same_maker_and_year(vin: str) -> None:
    made = Redactor(key=b"k").pseudonyms.vin(vin)

    weighed = zip(VIN_WEIGHTS, made, strict=True)
    total = sum(weight * VIN_VALUES[letter] for weight, letter in weighed)
    assert made[8] == "0123456789X"[total % 11]
    assert made[:3] == vin[:3]
    assert vin[9] in "IOQUZ0" or made[9] == vin[9]


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_position_becomes_one_near_a_city_and_stays_one_place(north: float, east: float) -> None:
    redactor = Redactor(key=b"k")
    once, again = (
        redactor.json({"latitude": lat, "longitude": lon})
        for lat, lon in ((north, east), (round(north, 3), round(east, 3)))
    )

    nearest = redactor.pseudonyms.point(north, east)
    assert (once["latitude"], once["longitude"]) == nearest
    assert once == again


@pytest.mark.parametrize("number", [7, 42, 98765432, 10])
def test_an_id_that_is_a_number_is_the_same_in_a_path(number: int) -> None:
    redactor = Redactor(key=b"k")

    told = redactor.json({"vehicleId": number})["vehicleId"]
    assert redactor.addresses.path(f"/v2.0/vehicles/{number}") == f"/v2.0/vehicles/{told}"
    assert len(str(told)) == len(str(number))


@pytest.mark.parametrize("text", ["1", "42", "sched_abc123", "Ab-9_x", "ключ"])
def test_an_id_becomes_one_that_looks_like_it(text: str) -> None:
    pseudonyms = Redactor(key=b"k").pseudonyms
    made = pseudonyms.alike(text)

    assert len(made) == len(text)
    assert made == pseudonyms.alike(text)
    assert text.partition("_")[0] == made.partition("_")[0] or "sched" not in text


def test_short_ids_do_not_meet() -> None:
    pseudonyms = Redactor(key=b"k").pseudonyms

    assert len({pseudonyms.alike(f"{number:02d}") for number in range(60)}) == 60


def test_a_directory_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept")

    with pytest.raises(ValueError, match="a directory of its own"):
        Recorder(tmp_path, Origins(), lambda: 0.0)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
