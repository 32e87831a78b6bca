"""Read many cars at once, a bounded number at a time, and live with those that fail."""

import asyncio
from collections import Counter

from smartcar import AsyncSmartcar, AsyncVehicle, SmartcarError
from smartcar.signals import TractionBattery
from smartcar.simulator import Simulator

AT_ONCE = 16
"""Requests in flight: enough to hide the waiting, few enough to be polite."""


async def charge_of(car: AsyncVehicle, turn: asyncio.Semaphore) -> float | str:
    """State of charge, or why there is none."""
    async with turn:
        try:
            signal = await car.signal(TractionBattery.StateOfCharge)
        except SmartcarError as error:
            return type(error).__name__
    if signal.value is None:
        return str(signal.error.code if signal.error else "NOTHING")
    return signal.value


async def main() -> None:
    """Read two hundred."""
    turn = asyncio.Semaphore(AT_ONCE)
    async with AsyncSmartcar(transport=Simulator(seed=7, fleet=200)) as smartcar:
        cars = [smartcar.vehicle(each) async for each in smartcar.connections(page_size=100)]
        found = await asyncio.gather(*(charge_of(car, turn) for car in cars))
    levels = [each for each in found if isinstance(each, float)]
    print(f"{len(levels)} cars hold {sum(levels) / len(levels):.0f} % on average")
    for why, how_many in Counter(each for each in found if isinstance(each, str)).items():
        print(f"{how_many} cars: {why}")


if __name__ == "__main__":
    asyncio.run(main())
