"""Who has agreed to what: the connections of a world.

Those that its fleet begins with are made when somebody looks at them; the others are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from . import events
from .fleet import Fleet, Grant, LazySequence
from .issued import Access


class Grants:
    """Connections, of every application and mode.

    Args:
        fleet: Whose cars are connected to the first application from the beginning.
    """

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._granted: dict[str, Grant] = {}
        self._of_vehicle: dict[str, dict[str, Grant]] = {}
        """The same, by car."""
        self._removed: set[int] = set()
        self._renewed: dict[int, Grant] = {}

    def find(self, *, user_id: str | None = None, vehicle_id: str | None = None) -> Iterator[Grant]:
        """Connections with every application, of every mode: the first one's, then the others'.

        Newest first.
        """
        yield from self.of(None, user_id=user_id, vehicle_id=vehicle_id)
        for grant in self._made(vehicle_id):
            if grant.application is not None and _is_of(grant, user_id, vehicle_id):
                yield grant

    def of(
        self,
        application: str | None,
        *,
        user_id: str | None = None,
        vehicle_id: str | None = None,
    ) -> Iterator[Grant]:
        """Connections of an application, of every mode, newest first."""
        for grant in self._made(vehicle_id):
            if grant.application == application and _is_of(grant, user_id, vehicle_id):
                yield grant
        if application is not None:  # the fleet is the first one's
            return
        for index in self._fleet_indexes(user_id, vehicle_id):
            found = self._of_fleet(index)
            if found is not None:
                yield found

    def opened(
        self, access: Access, *, user_id: str | None = None, vehicle_id: str | None = None
    ) -> Iterator[Grant]:
        """Those that a token opens, each as far as it does."""
        of, user_id = access.application, access.user_id or user_id
        for grant in self.of(of, user_id=user_id, vehicle_id=vehicle_id):
            seen = access.of(grant)
            if seen is not None:
                yield seen

    def agreed(self, application: str | None) -> Iterator[Grant]:
        """Those that somebody agreed to in Connect, newest first: the others are as they began."""
        for grant in reversed(self._granted.values()):
            if grant.application == application:
                yield grant
        if application is not None:
            return
        for index in sorted(self._renewed, reverse=True):
            if index not in self._removed:
                yield self._renewed[index]

    def live(self, application: str | None) -> Sequence[Grant]:
        """All live connections, newest first; those of the fleet are made when looked at."""
        made = [
            grant
            for grant in reversed(self._granted.values())
            if grant.mode == "live" and grant.application == application
        ]
        if application is not None:
            return made
        removed = sorted(self._removed, reverse=True)

        def at(place: int) -> Grant:
            if place < len(made):
                return made[place]
            index = self._fleet.size - 1 - (place - len(made))
            for gone in removed:  # each one above it has left a gap
                if gone < index:
                    break
                index -= 1
            return self._renewed.get(index) or self._fleet.grant(index)

        return LazySequence(len(made) + self._fleet.size - len(removed), at)

    def every(self) -> Sequence[Grant]:
        """Connections of every mode, newest first; those of the fleet are made when looked at."""
        others = [
            grant
            for grant in reversed(self._granted.values())
            if (grant.mode, grant.application) != ("live", None)
        ]
        return _joined(others, self.live(None))

    def with_application(
        self,
        application: str | None,
        *,
        user_id: str | None = None,
        vehicle_id: str | None = None,
    ) -> Sequence[Grant]:
        """Connections with one application: of every mode, newest first, made when looked at."""
        if (user_id, vehicle_id) != (None, None):
            return list(self.of(application, user_id=user_id, vehicle_id=vehicle_id))
        others = [
            grant
            for grant in reversed(self._granted.values())
            if grant.mode != "live" and grant.application == application
        ]
        return _joined(others, self.live(application))

    def one(self, connection_id: str) -> Grant | None:
        """One connection."""
        if connection_id in self._granted:
            return self._granted[connection_id]
        index = self._fleet.index_of_connection(connection_id)
        return None if index is None else self._of_fleet(index)

    def agree(self, event: events.Connected) -> None:
        """An owner said yes, or said yes anew."""
        old = self.one(event.connection_id)
        grant = Grant(
            id=event.connection_id,
            user_id=event.user_id,
            owner_email=event.owner_email,
            vehicle_id=event.vehicle_id,
            permissions=event.permissions,
            mode=event.mode,
            created_at=old.created_at if old else event.at,
            updated_at=event.at,
            external_id=event.external_id,
            application=event.application,
        )
        index = self._fleet.index_of_connection(event.connection_id)
        if index is None:
            self._granted[event.connection_id] = grant
            self._of_vehicle.setdefault(event.vehicle_id, {})[event.connection_id] = grant
        else:
            self._renewed[index] = grant

    def end(self, connection_id: str) -> None:
        """It is no more."""
        ended = self._granted.pop(connection_id, None)
        if ended is not None:
            self._of_vehicle[ended.vehicle_id].pop(connection_id, None)
        index = self._fleet.index_of_connection(connection_id)
        if index is not None:
            self._removed.add(index)

    def _made(self, vehicle_id: str | None) -> Iterator[Grant]:
        """Those that somebody made, newest first: of a car, or of all."""
        of = self._granted if vehicle_id is None else self._of_vehicle.get(vehicle_id, {})
        return reversed(of.values())

    def _of_fleet(self, index: int) -> Grant | None:
        """The consent that a car of the fleet began with, or what has become of it."""
        if index in self._removed:
            return None
        return self._renewed.get(index) or self._fleet.grant(index)

    def _fleet_indexes(self, user_id: str | None, vehicle_id: str | None) -> Iterable[int]:
        if vehicle_id is not None:
            index = self._fleet.index(vehicle_id)
            if index is None or user_id not in {None, self._fleet.grant(index).user_id}:
                return ()
            return (index,)
        if user_id is not None:
            return reversed(self._fleet.indexes_of_user(user_id))
        return range(self._fleet.size - 1, -1, -1)


def _joined(first: Sequence[Grant], then: Sequence[Grant]) -> Sequence[Grant]:
    def at(place: int) -> Grant:
        return first[place] if place < len(first) else then[place - len(first)]

    return LazySequence(len(first) + len(then), at)


def _is_of(grant: Grant, user_id: str | None, vehicle_id: str | None) -> bool:
    return user_id in {None, grant.user_id} and vehicle_id in {None, grant.vehicle_id}
