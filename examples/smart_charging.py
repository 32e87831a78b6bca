"""Charge a car when electricity is cheap: pause while it is dear, go on in the cheapest hours.

The prices are made up and the night passes in a moment, because the simulator's clock can be put
forward.  With a real car, wait for each hour instead.
"""

from datetime import UTC, datetime

from smartcar import NotNowError, Smartcar, SmartcarError, Vehicle
from smartcar.signals import Charge, TractionBattery
from smartcar.simulator import Simulator, VirtualClock

EVENING = datetime(2026, 6, 4, 20, 0, tzinfo=UTC)

CENTS = [31, 33, 35, 34, 28, 24, 19, 17, 16, 18, 23, 29]
"""The price of a kilowatt-hour, hour by hour from now."""
CHEAP = 20


def my_car(smartcar: Smartcar) -> Vehicle:
    """The one to be charged."""
    return smartcar.vehicle(next(c for c in smartcar.connections() if c.vehicle.make == "KIA"))


def steer(car: Vehicle, price: int) -> str:
    """Charge if *price* is low, else pause; tell what was done."""
    is_charging = bool(car.signal(Charge.IsCharging).value)
    if is_charging == (price <= CHEAP):
        return "as it was"
    try:
        if is_charging:
            car.stop_charge().wait_until_confirmed()
            return "paused"
        car.start_charge().wait_until_confirmed()
    except NotNowError as error:
        return error.advice
    except SmartcarError as error:
        return f"not done: {error}"
    return "started"


def main() -> None:
    """Steer through one night."""
    simulator = Simulator(seed=7, clock=VirtualClock(EVENING.timestamp()))
    with Smartcar(transport=simulator) as smartcar:
        car = my_car(smartcar)
        car.set_charge_limit(100)
        for price in CENTS:
            done = steer(car, price)
            level = car.signal(TractionBattery.StateOfCharge).value or 0
            print(f"{price} ct  {level:5.1f} %  {done}")
            simulator.clock.advance("1h")


if __name__ == "__main__":
    main()
