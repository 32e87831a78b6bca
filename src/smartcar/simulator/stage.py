"""A simulated world on its clock, and all that may be done to it beside asking the API.

What a test, a person at a car, a dashboard or the control API does is a method here.  Nothing here
speaks HTTP, asks for a token, or looks at a permission.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping
from typing import Any, Final

from . import agenda as agendas
from . import events, history
from .agenda import Upcoming
from .cars.arguments import kept_arguments
from .cars.car import Car
from .cars.places import Point
from .cars.state import State
from .ground import Ground
from .history import History
from .made_bodies import known_signal
from .overrides import Override
from .setting import Wanted, release, set_

DAY: Final = 86400.0


class Stage(Ground, ABC):
    """What every simulator has: a world on its clock, its cars, and what may be done to them.

    All methods may be called from any thread.
    """

    # --- cars ------------------------------------------------------------------------------------

    def car(self, vehicle_id: str) -> Car:
        """The car with this id.

        Raises:
            LookupError: There is none.
        """
        spec = self.world.garage.spec(vehicle_id)
        if spec is None:
            msg = f"There is no car {vehicle_id!r} in this simulator."
            raise LookupError(msg)
        return self.world.garage.car(spec)

    def state(self, vehicle_id: str, at: float | None = None) -> State:
        """A car as it is, or as it is at another time of its life.

        Args:
            vehicle_id: Which car.
            at: Unix seconds of virtual time; None is now.

        Raises:
            LookupError: There is no such car.
        """
        with self._lock:
            return self.car(vehicle_id).state(self.clock.now() if at is None else at)

    def command(self, vehicle_id: str, name: str, /, **arguments: Any) -> State:
        """Let somebody at the car do something: no permission is asked.

        Args:
            vehicle_id: Which car.
            name: ``drive``, ``park``, ``plug-in``, ``unplug``, ``sleep``, ``wake``, ``adjust``, or
                any command of the API, such as ``security-lock`` or ``charge-start``.
            arguments: What the command needs: ``drive`` takes ``minutes``, or ``latitude`` and
                ``longitude``; ``adjust`` takes ``percent``, ``litres``, ``fuelPercent``, ``km``, or
                ``latitude`` and ``longitude``.

        Returns:
            The car after it.

        Raises:
            LookupError: There is no such car.
            ValueError: There is no such command, or its arguments make no sense.
            Refused: The car will not, as when it is told to drive while it drives.
        """
        with self._lock:
            car, now = self.car(vehicle_id), self.clock.now()
            kept = kept_arguments(car.spec, name, arguments)
            done = events.Handled(at=now, vehicle_id=vehicle_id, name=name, arguments=kept)
            self.world.command(done, car)
            state = car.state(now)
        self._settle()
        return state

    # --- signals ---------------------------------------------------------------------------------

    def set_signal(
        self,
        vehicle_id: str,
        code: str,
        value: Any = None,
        *,
        body: Mapping[str, Any] | None = None,
        error: str | None = None,
        frozen: bool = False,
        until: float | None = None,
    ) -> Override | None:
        """Make a signal tell something else, for v3 and v2.0 alike.

        Where the signal stands for something in the car (``facts.IN_THE_CAR``: its charge, fuel,
        odometer, place, lock, cable, sleep), the car itself becomes so and goes on from there,
        unless it cannot, as while it drives.  Any other value that is set is as good as a report
        of the car's: it stands until the next one.  A frozen one stands whatever the car does.

        Args:
            vehicle_id: Which car; its model need not have the signal.
            code: Such as ``tractionbattery-stateofcharge``.
            value: In the signal's unit; a mapping changes parts of a body that has no one value.
            body: The whole body, as v3 has it.
            error: ``TYPE:CODE``, such as ``VEHICLE_STATE:ASLEEP``.
            frozen: Keep it until it is released.  With no value, as it is now.
            until: Unix seconds at which a frozen one ends by itself.

        Returns:
            What stands in place of the car's own word; None where the car itself is so now.

        Raises:
            LookupError: There is no such car.
            ValueError: There is no such signal or error, or the signal cannot have this value.
        """
        known_signal(code)
        given = sum(each is not None for each in (value, body, error))
        if given > 1 or (not given and not frozen):
            msg = "Give a value, a body or an error: one of them."
            raise ValueError(msg)
        wanted = Wanted(code, value, body, error, is_frozen=frozen, until=until)
        with self._lock:
            made = set_(self.world, self.car(vehicle_id), wanted, self.clock.now())
        self._settle()
        return made

    def release_signal(self, vehicle_id: str, code: str) -> bool:
        """Let a signal tell again what the car says; what the car has become, it stays.

        Returns:
            Whether it was set or frozen.

        Raises:
            LookupError: There is no such car.
            ValueError: There is no such signal.
        """
        known_signal(code)
        with self._lock:
            self.car(vehicle_id)
            stood = release(self.world, vehicle_id, code, self.clock.now())
        self._settle()
        return stood

    def overrides(self, vehicle_id: str) -> list[Override]:
        """What is set or frozen of a car now, by code.

        Raises:
            LookupError: There is no such car.
        """
        with self._lock:
            self.car(vehicle_id)
            found = self.world.garage.overrides(vehicle_id, self.clock.now())
            return [found[code] for code in sorted(found)]

    # --- time ------------------------------------------------------------------------------------

    def agenda(self, limit: int = 20, vehicle_id: str | None = None) -> list[Upcoming]:
        """What comes next in virtual time, in order, unless somebody steps in.

        Args:
            limit: How many at most.
            vehicle_id: Of this car only.  Otherwise of tokens and codes, and of at most
                ``agenda.CARS`` cars: those that somebody did something to, last first, then those
                of the fleet from its first one on.

        Raises:
            LookupError: There is no such car.
        """
        with self._lock:
            car = None if vehicle_id is None else self.car(vehicle_id)
            return agendas.upcoming(self.world, self.clock.now(), limit, car)

    def jump(self, to: Upcoming | float) -> float:
        """Put the clock forward to something upcoming, or to a time; never back.

        Returns:
            The time it is then.

        Raises:
            ValueError: It is more than ten years to come.
        """
        at = to.at if isinstance(to, Upcoming) else to
        return self.clock.advance(max(0.0, at - self.clock.now()))

    def history(
        self,
        vehicle_id: str,
        begins: float | None = None,
        ends: float | None = None,
        points: int = 200,
    ) -> History:
        """How a car fares, for charts: the car itself, whatever its signals were made to tell.

        Args:
            vehicle_id: Which car.
            begins: Unix seconds; a day before the end unless told.
            ends: Unix seconds; now unless told.  A time to come is what is foreseen.
            points: How many samples at most; more of them where more happens.

        Raises:
            LookupError: There is no such car.
            ValueError: The times are not in order, or the points too few or too many.
        """
        with self._lock:
            car = self.car(vehicle_id)
            return history.history_of(car, *self._span(begins, ends), points)

    def trail(
        self, vehicle_id: str, begins: float | None = None, ends: float | None = None
    ) -> list[Point]:
        """The line that a car drives from *begins* to *ends*, every corner of it.

        Raises:
            LookupError: There is no such car.
            ValueError: The times are not in order, or more than a year apart.
        """
        with self._lock:
            car = self.car(vehicle_id)
            return car.trail(*history.checked_span(*self._span(begins, ends)))

    def _span(self, begins: float | None, ends: float | None) -> tuple[float, float]:
        end = self.clock.now() if ends is None else ends
        return (end - DAY if begins is None else begins), end
