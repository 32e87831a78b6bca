"""Functions, clients and errors: all that is not a read of a car or a command to it."""

from __future__ import annotations

from typing import Final

from .row import ZONED, Row, camel

_CONNECTION: Final = "next(iter(client.connections(vehicle_id=vehicle_id)))"
_BY_VIN: Final = (
    "v3 does not look a car up by its VIN: `client.compatible_vehicles(make=…)` lists models"
)
_NO_CODE: Final = (
    "no code is exchanged: Connect's redirect has `user_id`, and the client fetches its own token"
)

FUNCTIONS: Final = (
    Row(
        "get_user",
        "smartcar.get_user(access_token).id",
        "(await smartcar.getUser(access_token)).id",
        f"{_CONNECTION}.user_id",
        note="Connect's redirect has it as `user_id`",
    ),
    Row(
        "get_vehicles",
        "smartcar.get_vehicles(access_token).vehicles",
        "(await smartcar.getVehicles(access_token)).vehicles",
        "[each.vehicle_id for each in client.connections(user_id=user_id)]",
        note="make, model and year come with each connection; without `user_id` it is all owners'",
    ),
    Row(
        "get_vehicles",
        'smartcar.get_vehicles(access_token, {"limit": 5, "offset": 0}).vehicles',
        "(await smartcar.getVehicles(access_token, {limit: 5, offset: 0})).vehicles",
        "[each.vehicle_id for each in client.connections(user_id=user_id)]",
        "smartcar.get_vehicles(access_token, limit=5, offset=0).vehicles",
        note="v3's pages come by themselves",
    ),
    Row(
        "get_vehicle",
        "smartcar.smartcar.get_vehicle(access_token, vehicle_id)"
        '["body"]["data"]["attributes"]["make"]',
        "(await smartcar.getVehicle(access_token, vehicle_id)).body.data.attributes.make",
        "client.vehicle(vehicle_id).attributes().make",
        "smartcar.get_vehicle(access_token, vehicle_id).make",
        note="an object in place of a dictionary",
    ),
    Row(
        "get_compatibility",
        "smartcar.get_compatibility(vin, scope, country).compatible",
        "(await smartcar.getCompatibility(vin, scope, country)).compatible",
        None,
        note=_BY_VIN,
    ),
    Row(
        "get_compatibility",
        "smartcar.get_compatibility(vin, scope, country,"
        ' {"client_id": client_id, "client_secret": client_secret}).compatible',
        "(await smartcar.getCompatibility(vin, scope, country,"
        " {clientId: client_id, clientSecret: client_secret})).compatible",
        None,
        "smartcar.get_compatibility(vin, scope, country,"
        " client_id=client_id, client_secret=client_secret).compatible",
        note=_BY_VIN,
    ),
    Row(
        "get_compatibility_matrix",
        "smartcar.smartcar.get_compatibility_matrix(region, make)[make][0].model",
        "(await smartcar.getCompatibilityMatrix(region, {make}))[make][0].model",
        "next(iter(client.compatible_vehicles(region=region, make=make))).model",
        "smartcar.get_compatibility_matrix(region, make=make)[make][0].model",
    ),
    Row(
        "get_compatibility_matrix",
        'smartcar.smartcar.get_compatibility_matrix(region, make, {"type": type})[make][0].type',
        "(await smartcar.getCompatibilityMatrix(region, {make, type}))[make][0].type",
        "next(iter(client.compatible_vehicles("
        "region=region, make=make, powertrain_type=type))).attributes.powertrain_type",
        "smartcar.get_compatibility_matrix(region, make=make, type=type)[make][0].type",
    ),
    Row(
        "get_connections",
        "smartcar.get_connections(amt).connections[0].vehicle_id",
        "(await smartcar.getConnections(amt)).connections[0].vehicleId",
        "next(iter(client.connections())).vehicle_id",
        note="no management token: the client's own",
    ),
    Row(
        "get_connections",
        'smartcar.get_connections(amt, {"vehicle_id": vehicle_id}).connections[0].user_id',
        "(await smartcar.getConnections(amt, {vehicleId: vehicle_id})).connections[0].userId",
        f"{_CONNECTION}.user_id",
        "smartcar.get_connections(amt, vehicle_id=vehicle_id).connections[0].user_id",
        note="no management token: the client's own",
    ),
    Row(
        "get_connections",
        'smartcar.get_connections(amt, {}, {"limit": 2}).connections[1].vehicle_id',
        "(await smartcar.getConnections(amt, {}, {limit: 2})).connections[1].vehicleId",
        "[each.vehicle_id for each in client.connections()][1]",
        "smartcar.get_connections(amt, limit=2).connections[1].vehicle_id",
        note="v3's pages come by themselves",
    ),
    Row(
        "get_management_token",
        "smartcar.smartcar.get_management_token(amt)",
        None,
        None,
        "smartcar.get_connections(amt)",
        note="what needs it makes it; v3 has one token for everything",
    ),
    Row(
        "set_api_version",
        'smartcar.set_api_version("2.0")',
        'smartcar.setApiVersion("2.0")',
        'smartcar.set_api_version("3")',
        note="`client.vehicle(…)` speaks v3 without it",
    ),
    Row(
        "get_api_version",
        "smartcar.get_api_version()",
        "smartcar.getApiVersion()",
        "car.version",
        stays=True,
    ),
    Row(
        "hash_challenge",
        "smartcar.hash_challenge(amt, challenge)",
        "smartcar.hashChallenge(amt, challenge)",
        "smartcar.hash_challenge(amt, challenge)",
        stays=True,
    ),
    Row(
        "verify_payload",
        "smartcar.verify_payload(amt, signature, body)",
        "smartcar.verifyPayload(amt, signature, JSON.parse(body))",
        "smartcar.verify_payload(amt, signature, body)",
        stays=True,
        note="the webhook itself must be made anew for v3, and its events have another shape",
    ),
)
"""Functions of the module, but those that end something: see ``commands``."""

TOKENS: Final = (
    Row(
        "AuthClient",
        "smartcar.AuthClient(client_id, client_secret, redirect_uri)",
        "new smartcar.AuthClient("
        "{clientId: client_id, clientSecret: client_secret, redirectUri: redirect_uri})",
        "smartcar.Smartcar(client_id, client_secret)",
        note="v3 has OAuth credentials of its own; keep the `AuthClient`, with the Application ID,"
        " for the address of Connect",
    ),
    Row(
        "AuthClient",
        "smartcar.AuthClient(client_id, client_secret, redirect_uri, True)",
        "new smartcar.AuthClient({clientId: client_id, clientSecret: client_secret,"
        " redirectUri: redirect_uri, testMode: true})",
        "smartcar.Smartcar(client_id, client_secret)",
        'smartcar.AuthClient(client_id, client_secret, redirect_uri, mode="test")',
        note="v3 says which cars it means where it lists them: `client.connections(mode=…)`",
    ),
    Row(
        "AuthClient.get_auth_url",
        "auth.get_auth_url(scope)",
        "auth.getAuthUrl(scope)",
        "auth.get_auth_url(scope)",
        stays=True,
    ),
    Row(
        "AuthClient.get_auth_url",
        'auth.get_auth_url(scope, {"force_prompt": True, "state": state})',
        "auth.getAuthUrl(scope, {forcePrompt: true, state})",
        "auth.get_auth_url(scope, force_prompt=True, state=state)",
        "auth.get_auth_url(scope, force_prompt=True, state=state)",
        stays=True,
    ),
    Row(
        "AuthClient.exchange_code",
        "auth.exchange_code(code).access_token",
        "(await auth.exchangeCode(code)).accessToken",
        "smartcar.Smartcar()",
        note=_NO_CODE,
    ),
    Row(
        "AuthClient.exchange_code",
        "auth.exchange_code(code).refresh_token",
        "(await auth.exchangeCode(code)).refreshToken",
        None,
        note="nothing to keep",
    ),
    *(
        Row(
            "AuthClient.exchange_code",
            f"auth.exchange_code(code).{name}",
            f"(await auth.exchangeCode(code)).{camel(name)}",
            None,
            note=f"{ZONED}; on v3 there is nothing to keep",
        )
        for name in ("expiration", "refresh_expiration")
    ),
    Row(
        "AuthClient.exchange_code",
        "auth.exchange_code(code).expires_in",
        None,
        None,
        "auth.exchange_code(code).expiration",
        note="seconds become a time; on v3 there is nothing to keep",
    ),
    Row(
        "AuthClient.exchange_refresh_token",
        "auth.exchange_refresh_token(refresh_token).access_token",
        "(await auth.exchangeRefreshToken(refresh_token)).accessToken",
        "smartcar.Smartcar()",
        note="nothing to refresh or to store: the client renews its own token",
    ),
)
"""The owner's consent and tokens."""


def _fact(name: str, *, python: str = "", v2: str | None = None, node: str = "") -> Row:
    return Row(
        f"SmartcarException.{name}",
        f"error.{python or name}",
        f"error.{node or camel(name)}",
        f"error.{v2 or python or name}",
        None if v2 is None else f"error.{v2}",
        stays=True,
    )


ERRORS: Final = (
    Row(
        "SmartcarException",
        "except smartcar.SmartcarException as error",
        "error instanceof smartcar.SmartcarError",
        "except smartcar.SmartcarError as error",
        "except smartcar.SmartcarError as error",
        stays=True,
        note="its [subclasses](errors.md) say what to do",
    ),
    *(_fact(name) for name in ("status_code", "type", "code", "description", "message")),
    _fact("request_id"),
    _fact("resolution", python='resolution["type"]', v2="resolution.type", node="resolution.type"),
    _fact("resolution", python='resolution["url"]', v2="resolution.url", node="resolution.url"),
    _fact("doc_url", node="docURL"),
    _fact("detail"),
    _fact("retry_after"),
    _fact("suggested_user_message"),
)
"""What is raised, and what it tells."""
