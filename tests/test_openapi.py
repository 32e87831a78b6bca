"""The OpenAPI documents are sound, and the simulator answers nothing that they do not say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from stage import Stage

from smartcar.api.account import AccountEndpoints
from smartcar.api.classic import of_one_car
from smartcar.api.classic_account import ClassicAccount
from smartcar.api.vehicle import VehicleEndpoints
from smartcar.protocol.endpoint import Declared, endpoints
from smartcar.protocol.facts import basic
from smartcar.simulator import Simulator, events
from smartcar.simulator.app import asgi
from smartcar.simulator.control.endpoints.every import ControlEndpoints
from smartcar.simulator.faults import FaultRule

pytestmark = pytest.mark.once

EXAMPLES = 10
"""Requests of each operation: all of them together take well under a minute."""

CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]

DOCUMENTS: dict[str, dict[str, Any]] = {
    "openapi": Simulator().control.openapi(),
    "control": Simulator().control.control_openapi(),
}
DECLARED: dict[str, list[Declared[..., Any]]] = {
    "openapi": [
        *(each for kind in (AccountEndpoints, VehicleEndpoints) for each in endpoints(kind)),
        *endpoints(ClassicAccount),
        *of_one_car(),
    ],
    "control": list(endpoints(ControlEndpoints)),
}


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for each in part.values():
            yield from references(each)
    elif isinstance(part, list):
        for each in part:
            yield from references(each)


# --- the documents --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_valid_openapi(name: str) -> None:
    validate(DOCUMENTS[name])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_schema_is_referred_to_and_every_reference_leads_to_one(name: str) -> None:
    document = DOCUMENTS[name]
    parts = document["components"]
    known = {
        f"#/components/{kind}/{each}"
        for kind in ("schemas", "headers")
        for each in parts.get(kind, ())
    }

    assert set(references(document)) == known


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_declaration_is_an_operation(name: str) -> None:
    documented = {
        (method, path.replace("{", "").replace("}", "").lower())
        for method, path, _ in operations(DOCUMENTS[name])
    }
    for each in DECLARED[name]:
        path = f"{each.facts.root}{each.path}".replace("{", "").replace("}", "").replace("_", "")
        assert (each.method, path.lower()) in {(m, p.replace("_", "")) for m, p in documented}, each


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_generated_client_has_a_name_and_a_sentence_for_everything(name: str) -> None:
    ids = []
    for _, path, operation in operations(DOCUMENTS[name]):
        ids.append(operation["operationId"])
        assert operation["operationId"].isidentifier()
        assert operation["summary"], path
        assert len(operation["tags"]) == 1, path
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], (path, parameter)
        for schema in DOCUMENTS[name]["components"]["schemas"]:
            assert schema.isidentifier()
    assert len(ids) == len(set(ids))


def test_each_operation_of_v3_names_the_page_that_it_is_documented_on() -> None:
    v3 = [each for each in operations(DOCUMENTS["openapi"]) if each[1].startswith("/v3/")]

    assert len(v3) == 32
    for _, path, operation in v3:
        assert operation["externalDocs"]["url"].startswith("https://smartcar.com/docs/"), path


def test_ranges_words_and_permissions_are_those_of_the_declarations() -> None:
    document = DOCUMENTS["openapi"]
    limit = document["components"]["schemas"]["SetChargeLimitRequest"]
    percent = limit["properties"]["data"]["properties"]["attributes"]["properties"]["percent"]
    listing = document["paths"]["/v3/connections"]["get"]["parameters"]
    size = next(each for each in listing if each["name"] == "page[size]")
    lock = document["paths"]["/v3/vehicles/{vehicleId}/commands/security/lock"]["post"]

    assert (percent["minimum"], percent["maximum"]) == (50, 100)
    assert size["schema"] == {"type": "integer", "minimum": 1, "maximum": 100}
    assert {"owner": ["control_security"]} in lock["security"]
    assert "`VEHICLE_STATE:IN_MOTION`" in lock["responses"]["409"]["description"]
    assert document["components"]["schemas"]["VehicleAttributes"]["properties"]["make"][
        "description"
    ]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_array_says_what_its_items_are(name: str) -> None:
    def arrays(node: Any) -> Iterator[Any]:
        inner: Any = ()
        match node:
            case {"type": "array"}:
                yield node
                inner = node.values()
            case {**members}:
                inner = members.values()
            case [*members]:
                inner = members
            case _:
                pass
        for each in inner:
            yield from arrays(each)

    found = list(arrays(DOCUMENTS[name]))

    assert found != []
    assert [each for each in found if not {"items", "prefixItems"} & each.keys()] == []


def test_a_document_says_where_it_is_served() -> None:
    assert DOCUMENTS["openapi"]["servers"] == [{"url": "http://127.0.0.1:8686"}]


# --- what is answered -----------------------------------------------------------------------------


def authorisation(stage: Stage, operation: dict[str, Any]) -> str:
    """What opens *operation*, as its security says."""
    application = stage.simulator.world.application
    schemes = {name for each in operation["security"] for name in each}
    if "client" in schemes:
        return basic(application.client_id, application.client_secret)
    if "management" in schemes:
        return basic("default", application.management_token)
    if "managementToken" in schemes:
        return f"Bearer {application.management_token}"
    is_application = "application" in schemes
    token, now = "a token", stage.simulator.clock.now()
    stage.simulator.world.record(
        events.TokenIssued(
            at=now,
            token=token,
            expires_at=now + 1e9,
            user_id=None if is_application else stage.user_id,
        )
    )
    return f"Bearer {token}"


def headers_for(stage: Stage, operation: dict[str, Any]) -> dict[str, str]:
    headers = {"host": "localhost"}
    if operation.get("security"):
        headers["authorization"] = authorisation(stage, operation)
    return headers


def known_ids(stage: Stage) -> dict[str, Any]:
    """What is there to be asked about."""
    return {
        "vehicleId": stage.vehicle_id,
        "connectionId": stage.connection.id,
        "userId": stage.user_id,
        "applicationId": stage.application_id,
        "webhookId": stage.webhook_id,
        "subscriptionId": stage.subscription_id,
        "scheduleId": stage.schedule_id,
        "executionId": stage.execution_id,
        "faultId": stage.simulator.faults.add(FaultRule(error="UPSTREAM:NO_RESPONSE", nth=99)).id,
        "number": 1,
        "snapshotId": stage.simulator.snapshot("before").id,
        "code": "tractionbattery-stateofcharge",
        "eventId": stage.simulator.webhooks.test(stage.webhook_id).event_id,
    }


class Theatre:
    """An ASGI application that is the simulator of one stage after another."""

    def __init__(self) -> None:
        self.stage = Stage()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await asgi(self.stage.simulator)(scope, receive, send)


THEATRE = Theatre()


@cache
def schema_of(name: str) -> Any:
    """The document as schemathesis reads it, which takes a while."""
    return schemathesis.openapi.from_asgi(
        f"/simulator/{name}.json", THEATRE, headers={"host": "localhost"}
    )


def in_other_car(stage: Stage) -> None:
    """Ask about a plug-in hybrid, and its owner's."""
    (car,) = (each for each in stage.client.connections() if each.vehicle.model == "330e")
    stage.vehicle_id, stage.user_id = car.vehicle_id, car.user_id


def in_schedule(stage: Stage) -> None:
    stage.execution_id = stage.schedule_execution_id


def code(stage: Stage) -> dict[str, Any]:
    at = stage.simulator.clock.now()
    issued = events.CodeIssued(
        at=at, code="a-code", user_id=stage.user_id, redirect_uri="https://x", permissions=()
    )
    stage.simulator.world.record(issued)
    proof = stage.simulator.credentials
    secret = {"client_id": proof.client_id, "client_secret": proof.client_secret}
    return {"grant_type": "authorization_code", "code": "a-code", **secret}


def attributes(**fields: Any) -> Callable[[Stage], dict[str, Any]]:
    return lambda _: {"data": {"attributes": fields}}


def always(**fields: Any) -> Callable[[Stage], dict[str, Any]]:
    return lambda _: fields


def subscription(stage: Stage) -> dict[str, Any]:
    other = {"userId": stage.other.user_id, "vehicleId": stage.other.vehicle_id}
    return attributes(webhookId=stage.webhook_id, **other)(stage)


def other_car(stage: Stage) -> dict[str, Any]:
    return {"vehicleId": stage.other.vehicle_id}


def trigger(stage: Stage) -> dict[str, Any]:
    return {"kind": "VEHICLE_STATE", "vehicleId": stage.vehicle_id}


def nothing(_: Stage) -> None:
    return None


class Good(NamedTuple):
    """What chance does not come upon: arguments that mean something, a car that can."""

    before: Callable[[Stage], Any] = nothing
    body: Callable[[Stage], Any] = nothing
    query: Mapping[str, str] = {}
    form: bool = False


HOME = {"latitude": 48.1, "longitude": 11.5}
NIGHT = {"startTime": "22:00", "stopTime": "06:00"}
CAR_3, CAR_2 = "/v3/vehicles/{vehicleId}", "/v2.0/vehicles/{vehicleId}"
OF_A_CAR = "/simulator/cars/{vehicleId}"
OF_A_WEBHOOK = "/simulator/webhooks/{webhookId}"
LATER = {"vin": "5YJ3E1EA2PF000001", "scope": "read_odometer read_location"}
GOOD: dict[str, Good] = {
    "POST /v3/subscriptions": Good(body=subscription),
    f"POST {CAR_3}/charge-schedules/weekly": Good(
        body=attributes(location=HOME, days={"monday": NIGHT})
    ),
    f"GET {CAR_3}/charge-schedule-executions/{{executionId}}": Good(in_schedule),
    f"POST {CAR_3}/commands/charge/start": Good(Stage.charge_no_more),
    f"POST {CAR_3}/commands/charge/stop": Good(Stage.charge),
    f"POST {CAR_3}/commands/charge-port/close": Good(Stage.open_port),
    f"POST {CAR_2}/charge": Good(Stage.charge, always(action="STOP")),
    "GET /v2.0/compatibility": Good(query=LATER),
    f"GET {CAR_2}/engine/oil": Good(in_other_car),
    f"GET {CAR_2}/fuel": Good(in_other_car),
    f"GET {CAR_2}/service/history": Good(in_other_car),
    f"POST {CAR_2}/batch": Good(body=always(requests=[{"path": "/odometer"}, {"path": "/fuel"}])),
    "POST /oauth/token": Good(body=code, form=True),
    "POST /simulator/import": Good(body=lambda stage: stage.simulator.control.export_world()),
    "POST /simulator/faults": Good(body=always(error="UPSTREAM:NO_RESPONSE", nth=2)),
    "POST /simulator/cars": Good(body=always(owner="ada@example.com", make="KIA")),
    "POST /simulator/webhooks": Good(body=always(name="a", callbackUri="http://127.0.0.1:9/")),
    f"POST {OF_A_WEBHOOK}/subscriptions": Good(body=other_car),
    f"POST {OF_A_WEBHOOK}/trigger": Good(body=trigger),
    f"POST {OF_A_CAR}/commands": Good(body=always(name="drive", arguments={"minutes": 5})),
}

CASES = [
    pytest.param(name, method, path, id=f"{method} {path}")
    for name, document in DOCUMENTS.items()
    for method, path, _ in operations(document)
]


@pytest.mark.parametrize(("name", "method", "path"), CASES)
def test_every_answer_is_documented(name: str, method: str, path: str) -> None:
    stage = THEATRE.stage = Stage()
    operation = schema_of(name)[path][method]
    stated = DOCUMENTS[name]["paths"][path][method.lower()]
    ids, headers = known_ids(stage), headers_for(stage, stated)
    good = set[int]()

    @hypothesis.seed(7)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(
        case=operation.as_strategy(), is_known=st.integers(0, 3), is_named=st.booleans()
    )
    def ask(case: Any, is_known: int, *, is_named: bool) -> None:
        if is_known:
            case.path_parameters.update({k: v for k, v in ids.items() if k in case.path_parameters})
        whose = {"sc-user-id": stage.user_id} if is_named or is_known > 1 else {}
        reply = case.call(headers={**whose, **headers})
        case.validate_response(reply, checks=CHECKS)
        # 501 and 502 are the API's own, for what a car or its maker cannot do.
        assert reply.status_code not in {500, 503, 504}, reply.text
        good.add(reply.status_code // 100)

    ask()
    assert 2 in good or f"{method} {path}" in GOOD


@pytest.mark.parametrize("label", GOOD)
def test_good_answers_that_need_good_arguments_are_as_documented(label: str) -> None:
    method, path = label.split()
    name = "control" if path.startswith("/simulator") else "openapi"
    stage, good = Stage(), GOOD[label]
    THEATRE.stage = stage
    good.before(stage)
    stated = DOCUMENTS[name]["paths"][path][method.lower()]
    ids, body = known_ids(stage), good.body(stage)
    form = "application/x-www-form-urlencoded" if good.form else "application/json"
    case = schema_of(name)[path][method].Case(
        path_parameters={each: value for each, value in ids.items() if f"{{{each}}}" in path},
        query=dict(good.query),
        headers={"sc-user-id": stage.user_id},
        **({} if body is None else {"body": body, "media_type": form}),
    )

    reply = case.call(headers=headers_for(stage, stated))
    case.validate_response(reply, checks=CHECKS)
    assert 200 <= reply.status_code < 300, reply.text
