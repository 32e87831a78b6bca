"""A simulated world on its clock, and all that may be done to it beside asking the API.

What a test, a person at a car, a dashboard or the control API does is a method here.  Nothing here
speaks HTTP, asks for a token, or looks at a permission.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from . import agenda as agendas
from . import events, history, snapshots
from .agenda import Upcoming
from .application import SimulatedApplication
from .cars import Car, Refused, State, bodies
from .cars.arguments import kept_arguments
from .cars.places import Point
from .clock import DAYBREAK, VirtualClock
from .facts import deed_for, tells
from .fleet_file import Fleets, check_seed, fleet_of, founding_of, read_fleet, written
from .history import History
from .journal import Journal, MemoryJournal
from .lives import TokenLives
from .made_bodies import body_of_value, checked_body, checked_error, known_signal
from .overrides import Override
from .snapshots import Snapshot, Snapshots
from .soundness import check
from .world import World

DAY: Final = 86400.0


class Stage(ABC):
    """What every simulator has: a world, its clock, and what was kept of it.

    All methods may be called from any thread.
    """

    def __init__(
        self,
        seed: int | None,
        fleet: Fleets | None,
        clock: VirtualClock | None,
        *,
        applications: Sequence[SimulatedApplication],
        journal: Journal | None,
        lives: TokenLives | None,
    ) -> None:
        self.clock = clock or VirtualClock(gives_way=True)
        file = read_fleet(fleet, seed)
        now = self.clock.now()
        journal = journal or MemoryJournal()
        chosen = file.seed or 0 if seed is None else seed
        self.world = World(
            chosen,
            file.fleet,
            file.applications_beside(applications),
            journal,
            lives,
            at=now,
            founding=founding_of(file, chosen, now),
        )
        if self.world.is_restored:
            self._take_up()
        self._lock = threading.RLock()
        self._snapshots = Snapshots(journal)
        self._heeds_no_more = self.clock.heed(self._clock_moved)

    def _take_up(self) -> None:
        """Go on where the journal ends."""
        at, speed = self.world.last_event_at, self.world.speed
        if at is not None:
            self.clock.take_up(at, speed, is_adrift=self.world.is_adrift)
        # Counted, so that nothing begun from now on has an id of before.
        self.world.record(events.Restarted(at=self.clock.now()))
        if speed is not None:
            self.world.put_forward(self.clock.now(), self.clock.speed)

    def _clock_moved(self, speed: float | None) -> None:
        """Somebody has put the clock forward, or given it another speed: not only time passed."""
        with self._lock:
            self.world.put_forward(self.clock.now(), speed)

    def _settle(self) -> None:
        """Do what is due by now, with nothing locked: webhooks are told."""
        self.clock.settle()

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
        made = self._set(vehicle_id, code, value, body, error, frozen=frozen, until=until)
        self._settle()
        return made

    def _set(
        self,
        vehicle_id: str,
        code: str,
        value: Any,
        body: Mapping[str, Any] | None,
        error: str | None,
        *,
        frozen: bool,
        until: float | None,
    ) -> Override | None:
        known, is_given = known_signal(code), (value, body, error) != (None, None, None)
        with self._lock:
            car, now = self.car(vehicle_id), self.clock.now()
            if until is not None and (not frozen or until <= now):
                msg = "until says when a frozen signal ends: freeze it, until a time to come."
                raise ValueError(msg)
            made: dict[str, Any] | None = None
            if error is not None:
                error = checked_error(error)
            else:
                own = self._told(car, code, now)
                if body is not None:
                    made = checked_body(known, body)
                elif value is not None:
                    made = body_of_value(known, value, own)
                elif own is None:
                    msg = f"The car does not tell {code}, so there is nothing to freeze: say what."
                    raise ValueError(msg)
                else:
                    made = dict(own)
                if is_given and self._becomes(car, code, made, now) and not frozen:
                    return None
            self.world.record(
                events.SignalSet(
                    at=now,
                    vehicle_id=vehicle_id,
                    code=code,
                    body=made,
                    error=error,
                    is_frozen=frozen,
                    until=until,
                )
            )
            return self.world.garage.overrides(vehicle_id, now)[code]

    def _becomes(self, car: Car, code: str, body: Mapping[str, Any], now: float) -> bool:
        """Let the car itself be as *body* says; False where it cannot."""
        deed, own = deed_for(code, body), bodies(car.spec, car.state(now)).get(code)
        if deed is None or own is None:
            return False
        if not tells(own, body):
            name, arguments = deed
            done = events.Handled(at=now, vehicle_id=car.spec.id, name=name, arguments=arguments)
            try:
                self.world.command(done, car)
            except (Refused, ValueError):
                return False
            own = bodies(car.spec, car.state(now)).get(code)
        if not tells(own, body):
            return False
        self._release(car.spec.id, code, now)
        # What the car was last heard of may be older: now it says it.
        return tells(bodies(car.spec, car.state(car.reported_at(now))).get(code), body)

    def _told(self, car: Car, code: str, now: float) -> Mapping[str, Any] | None:
        """The body that is told of a signal now, whoever made it."""
        made = self.world.garage.overrides(car.spec.id, now).get(code)
        if made is not None and made.body is not None:
            return made.body
        return bodies(car.spec, car.state(car.reported_at(now))).get(code)

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
            stood = self._release(vehicle_id, code, self.clock.now())
        self._settle()
        return stood

    def _release(self, vehicle_id: str, code: str, now: float) -> bool:
        stood = code in self.world.garage.overrides(vehicle_id, now)
        if stood:
            self.world.record(events.SignalReleased(at=now, vehicle_id=vehicle_id, code=code))
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

    # --- the whole world -------------------------------------------------------------------------

    def reset(self, seed: int | None = None) -> None:
        """Begin anew: the world and the clock as they were at first, at the cost of microseconds.

        Args:
            seed: Chooses other cars of the fleet; None: the same.
        """
        check_seed(seed)
        with self._lock:
            past = self.world.beginning(seed)
            # Worlds of before had no time at first: a frozen clock's is as good as any.
            self._become(past, past[0].at or DAYBREAK, requests=0)

    def snapshot(self, name: str | None = None) -> Snapshot:
        """Keep the world as it is: in this process, or with the journal if that is a file.

        Args:
            name: To be restored by; one that was used before is of the new snapshot from now on.
        """
        with self._lock:
            past, requests = self.world.past(), self._requests
            return self._snapshots.keep(name, self.clock.now(), past, requests)

    @property
    def snapshots(self) -> list[Snapshot]:
        """Those that are kept, oldest first."""
        with self._lock:
            return self._snapshots.all()

    def restore(self, snapshot: Snapshot | str) -> None:
        """Make the world, and the clock, as they were: a snapshot, or the id or name of one.

        Raises:
            LookupError: No such snapshot is kept.
        """
        with self._lock:
            kept = self._snapshots.find(snapshot)
            self._become(kept.events, kept.at, kept.requests)
        self._settle()

    def forget(self, snapshot: Snapshot | str) -> None:
        """Keep a snapshot no longer.

        Raises:
            LookupError: No such snapshot is kept.
        """
        with self._lock:
            self._snapshots.drop(snapshot)

    def export(self) -> bytes:
        """The whole world as one JSON document: seed, clock, applications, and all that happened.

        Tokens of the simulator are in it, as they open nothing but a simulator; secrets of
        applications, management tokens and passwords are not.
        """
        with self._lock:
            return snapshots.document(self.world, self.clock.now(), self._requests)

    def import_(self, document: bytes | str) -> None:
        """Make the world that of a document of ``export``; the applications stay this simulator's.

        Raises:
            ValueError: It is no such document; the world is as before.
        """
        read = snapshots.read(document)
        with self._lock:
            self._become(read.events, read.at, read.requests, is_foreign=True)
        self._settle()

    def export_fleet(self) -> str:
        """Cars, owners, consents as they are now, as a fleet file (YAML): to begin another with.

        Secrets of applications are not in it.

        Raises:
            ValueError: There are more cars than a file holds, which is a thousand.
        """
        with self._lock:
            return written(fleet_of(self.world, self.clock.now()))

    def _become(
        self,
        past: Sequence[events.AnyEvent],
        at: float,
        requests: int,
        *,
        is_foreign: bool = False,
    ) -> None:
        """Be the world of *past*; one that is foreign is looked at first."""
        others: list[events.AnyEvent] = [
            each for each in past if not isinstance(each, events.SpeedSet)
        ]
        if self.world.speed is not None:
            others.append(events.SpeedSet(at=at, speed=self.clock.speed))
        checked = partial(check, past=past, at=at, requests=requests) if is_foreign else None
        self.world.become([*others, events.ClockSet(at=at)], checked)
        self.clock.set(at)
        self._began_anew(requests)

    @property
    @abstractmethod
    def _requests(self) -> int:
        """How many requests were answered: their ids count on."""

    @abstractmethod
    def _began_anew(self, requests: int) -> None:
        """The world has become another: whoever knows things of the old one forgets them."""
