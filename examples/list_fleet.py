"""List the cars that owners have connected, with their charge or fuel, and where they are.

Runs against the simulator: ``python examples/list_fleet.py``.  With ``Smartcar()`` in place of the
client below, and credentials in the environment, it lists your own.
"""

from smartcar import Smartcar
from smartcar.models import Signals
from smartcar.signals import InternalCombustionEngine, Location, TractionBattery
from smartcar.simulator import Simulator


def energy(signals: Signals) -> str:
    """State of charge, else fuel level."""
    for code in (TractionBattery.StateOfCharge, InternalCombustionEngine.FuelLevel):
        level = signals.get(code)
        if level is not None and level.value is not None:
            return f"{level.value:3.0f} %"
    return "    -"


def place(signals: Signals) -> str:
    """Coordinates, or why there are none."""
    at = signals[Location.PreciseLocation]
    if at.value is None:
        return str(at.error.type if at.error else "unknown")
    return f"{at.value.latitude:.3f}, {at.value.longitude:.3f}"


def main() -> None:
    """List them."""
    with Smartcar(transport=Simulator(seed=7)) as smartcar:
        for connection in smartcar.connections(page_size=100):
            signals = smartcar.vehicle(connection).signals()
            print(f"{signals.vehicle!s:28} {energy(signals)}  {place(signals)}")


if __name__ == "__main__":
    main()
