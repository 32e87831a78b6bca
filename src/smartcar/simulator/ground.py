"""A simulated world on its clock: how it begins, what is kept of it, how it becomes another."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import partial

from . import events, snapshots
from .application import SimulatedApplication
from .clock import VirtualClock
from .fleet_file import Fleets, check_seed, fleet_of, founding_of, read_fleet, written
from .journal import Journal, MemoryJournal
from .lives import TokenLives
from .snapshots import Snapshot, Snapshots
from .soundness import check
from .world import World


class Ground(ABC):
    """A world and its clock: begun, kept, and made another.

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

    def keep_own_time(self) -> None:
        """Let a restart go on where the clock stood, however late it is elsewhere by then."""
        with self._lock:
            self.world.record(events.ClockSet(at=self.clock.now()))

    def _clock_moved(self, speed: float | None) -> None:
        """Somebody has put the clock forward, or given it another speed: not only time passed."""
        with self._lock:
            self.world.put_forward(self.clock.now(), speed)

    def _settle(self) -> None:
        """Do what is due by now, with nothing locked: webhooks are told."""
        self.clock.settle()

    # --- the whole world -------------------------------------------------------------------------

    def reset(self, seed: int | None = None) -> None:
        """Begin anew: the world and the clock as they were at first, at the cost of microseconds.

        Args:
            seed: Chooses other cars of the fleet; None: the same.
        """
        check_seed(seed)
        with self._lock:
            past = self.world.beginning(seed)
            self._become(past, past[0].at, requests=0)

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
