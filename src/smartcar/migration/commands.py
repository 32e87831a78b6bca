"""A car itself, commands to it, and what ends access to it."""

from __future__ import annotations

from typing import Final

from .row import Row, camel

_OWN_UNITS: Final = "a signal names its own unit, whatever the car was asked for"
_UNDER_WAY: Final = "v3 answers with an execution: `.status`, `.wait_until_confirmed()`"


def _command(name: str, arguments: str = "", v3: str | None = None, note: str = "") -> Row:
    return Row(
        f"Vehicle.{name}",
        f"car.{name}({arguments})",
        f"await car.{camel(name)}({arguments})",
        f"car.{v3 or f'{name}({arguments})'}",
        stays=True,
        note=note,
    )


CARS: Final = (
    Row(
        "Vehicle",
        "smartcar.Vehicle(vehicle_id, access_token)",
        "new smartcar.Vehicle(vehicle_id, access_token)",
        "client.vehicle(vehicle_id)",
        note="`client` is one `smartcar.Smartcar()` for all cars; it finds the owner by itself, or"
        " takes `user_id=`",
    ),
    Row(
        "Vehicle",
        'smartcar.Vehicle(vehicle_id, access_token, {"unit_system": unit_system})',
        "new smartcar.Vehicle(vehicle_id, access_token, {unitSystem: unit_system})",
        "client.vehicle(vehicle_id, unit_system=unit_system)",
        "smartcar.Vehicle(vehicle_id, access_token, unit_system=unit_system)",
        note=f"answers are in these units on both; {_OWN_UNITS}",
    ),
    Row("Vehicle.vehicle_id", "car.vehicle_id", "car.id", "car.id", "car.id"),
    Row(
        "Vehicle.access_token",
        "car.access_token",
        "car.token",
        None,
        "car.token",
        note="the client has the token, and cars have none",
    ),
    Row(
        "Vehicle.set_unit_system",
        "car.set_unit_system(unit_system)",
        None,
        "car.unit_system = unit_system",
        "car.unit_system = unit_system",
        stays=True,
        note=f"the official one always raises; {_OWN_UNITS}",
    ),
    Row(
        "Vehicle.permissions",
        "car.permissions().permissions",
        "(await car.permissions()).permissions",
        "next(iter(client.connections(vehicle_id=car.id))).permissions",
    ),
    Row(
        "Vehicle.permissions",
        'car.permissions({"limit": 25, "offset": 0}).permissions',
        "(await car.permissions({limit: 25, offset: 0})).permissions",
        "next(iter(client.connections(vehicle_id=car.id))).permissions",
        "car.permissions(limit=25, offset=0).permissions",
        note="v3 gives all of them",
    ),
    Row("Vehicle.batch", "car.batch(paths)", "await car.batch(paths)", "car.signals()", stays=True),
    Row(
        "Vehicle.batch",
        "car.batch(paths).odometer().distance",
        "(await car.batch(paths)).odometer().distance",
        "car.signals()[Odometer.TraveledDistance].value",
        stays=True,
        note="one request for everything the car has said",
    ),
    Row(
        "Vehicle.get_signals",
        'car.get_signals()["body"]["data"]',
        "(await car.getSignals()).body.data",
        "car.signals().data",
        "car.get_signals().data",
        stays=True,
        note="typed signals in place of a dictionary",
    ),
    Row(
        "Vehicle.get_signal",
        'car.get_signal(signal_code)["body"]["data"]["attributes"]["body"]["value"]',
        "(await car.getSignal(signal_code)).body.data.attributes.body.value",
        "car.signal(signal_code).value",
        "car.get_signal(signal_code).value",
        stays=True,
        note="a typed signal in place of a dictionary; members such as `Odometer.TraveledDistance`"
        " are codes",
    ),
    Row(
        "GET odometer",
        'car.request("GET", "odometer").body["distance"]',
        '(await car.request("GET", "odometer")).body.distance',
        "car.signal(Odometer.TraveledDistance).value",
        note="below is what the paths of single makes become",
    ),
)
"""A car, and what is asked of it besides its reads."""

COMMANDS: Final = (
    _command("stop_charge", note=_UNDER_WAY),
    _command("start_charge"),
    _command(
        "set_charge_limit",
        "limit",
        "set_charge_limit(round(limit * 100))",
        note="a fraction from 0.5 to 1 becomes whole percents, 50 to 100; here a fraction is"
        " understood on v3, too",
    ),
    _command("unlock"),
    _command("lock"),
    _command("send_destination", "latitude, longitude"),
    Row(
        "Vehicle.subscribe",
        "car.subscribe(webhook_id)",
        "await car.subscribe(webhook_id)",
        "client.create_subscription(webhook_id=webhook_id, user_id=user_id, vehicle_id=car.id)",
        note="a webhook of v2.0 cannot be subscribed to on v3: make a new one in the dashboard",
    ),
    Row(
        "Vehicle.unsubscribe",
        "car.unsubscribe(amt, webhook_id)",
        "await car.unsubscribe(amt, webhook_id)",
        "for each in list(client.subscriptions(vehicle_id=car.id, webhook_id=webhook_id)):"
        " client.delete_subscription(each.id)",
        note="no management token",
    ),
    Row(
        "Vehicle.disconnect",
        "car.disconnect()",
        "await car.disconnect()",
        "for each in list(client.connections(vehicle_id=car.id)):"
        " client.remove_connection(each.id)",
        note="on v3 for every owner of the car, unless you add `user_id=`",
    ),
    Row(
        "delete_connections",
        'smartcar.delete_connections(amt, {"vehicle_id": vehicle_id})',
        "await smartcar.deleteConnections(amt, {vehicleId: vehicle_id})",
        "for each in list(client.connections(vehicle_id=vehicle_id)):"
        " client.remove_connection(each.id)",
        "smartcar.delete_connections(amt, vehicle_id=vehicle_id)",
        note="no management token",
    ),
    Row(
        "delete_connections",
        'smartcar.delete_connections(amt, {"user_id": user_id})',
        "await smartcar.deleteConnections(amt, {userId: user_id})",
        "client.remove_user(user_id)",
        "smartcar.delete_connections(amt, user_id=user_id)",
        note="no management token",
    ),
)
"""What changes something, in an order in which they can be run."""
