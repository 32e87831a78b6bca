"""Test a small charging app against the simulator: ``pytest examples/test_charging_app.py``."""
# ruff: noqa: S101 -- asserts are what a test is made of

from smartcar import OwnerActionError, Smartcar, Vehicle
from smartcar.signals import Charge, TractionBattery
from smartcar.simulator import Simulator

# --- the app --------------------------------------------------------------------------------------


def charge_to(car: Vehicle, percent: int) -> str:
    """Charge *car* to *percent*, and tell the owner how it went."""
    try:
        car.set_charge_limit(percent)
        if not car.signal(Charge.IsCharging).value:
            car.start_charge().wait_until_confirmed()
    except OwnerActionError as error:
        return error.suggested_user_message or error.advice
    return f"Charging to {percent} %."


# --- its tests, with fixtures of the package ------------------------------------------------------


def electric(smartcar: Smartcar, *, plugged: bool) -> Vehicle:
    """An electric car that is plugged in, or is not."""
    for connection in smartcar.connections():
        car = smartcar.vehicle(connection)
        signals = car.signals()
        cable, charge = (
            signals.get(Charge.IsChargingCableConnected),
            signals.get(TractionBattery.StateOfCharge),
        )
        if cable and charge and cable.value is plugged and (charge.value or 0) < 95:
            return car
    raise LookupError


def test_a_plugged_car_reaches_its_new_limit(
    smartcar_client: Smartcar, smartcar_simulator: Simulator
) -> None:
    """It charges, and stops where it was told to."""
    car = electric(smartcar_client, plugged=True)
    assert charge_to(car, 95) == "Charging to 95 %."
    smartcar_simulator.clock.advance("3h")
    limits = car.signal(Charge.ChargeLimits).value
    assert limits is not None
    assert limits.active_limit == 95


def test_the_owner_is_asked_to_plug_in(smartcar_client: Smartcar) -> None:
    """A car without a cable is the owner's to mend."""
    car = electric(smartcar_client, plugged=False)
    assert "plug" in charge_to(car, 90)
