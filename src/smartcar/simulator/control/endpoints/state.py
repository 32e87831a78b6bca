"""The whole world, kept, gone back to, and taken elsewhere: declarations, no more."""
# mypy: disable-error-code="empty-body"

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from smartcar.protocol.endpoint import delete, get, post
from smartcar.simulator.control.models import FleetFile, Snapshot, Summary

from .own import OWN

Seed = Annotated[int, Meta(ge=0, le=2**53)]
Name = Annotated[str, Meta(min_length=1, max_length=100)]


class StateEndpoints:
    """The state of everything."""

    @post("/simulator/reset", **OWN)
    def reset(self, *, seed: Seed | None = None) -> Summary:
        """Begin anew: world and clock are as they were at first; faults and the log are empty.

        Args:
            seed: Chooses other cars; the same ones unless said.
        """
        ...

    @get("/simulator/snapshots", **OWN)
    def snapshots(self) -> tuple[Snapshot, ...]:
        """The snapshots that are kept, oldest first."""
        ...

    @post("/simulator/snapshots", **OWN)
    def snapshot(self, *, name: Name | None = None) -> Snapshot:
        """Keep the world as it is, to go back to.  It ends with the simulator.

        Args:
            name: To be restored by; a snapshot that had it before is let go.
        """
        ...

    @post("/simulator/snapshots/{snapshot_id}/restore", **OWN)
    def restore(self, snapshot_id: str) -> Summary:
        """Make the world, and its clock, as they were.

        Args:
            snapshot_id: Its id, or its name.

        Raises:
            NotFoundError: No such snapshot is kept.
        """
        ...

    @delete("/simulator/snapshots/{snapshot_id}", **OWN)
    def forget(self, snapshot_id: str) -> None:
        """Keep a snapshot no longer.

        Args:
            snapshot_id: Its id, or its name.

        Raises:
            NotFoundError: No such snapshot is kept.
        """
        ...

    @get("/simulator/export", **OWN)
    def export_world(self) -> dict[str, Any]:
        """Everything that happened, as one document: seed, clock, consents, tokens, commands.

        The applications' secrets are not in it.
        """
        ...

    @post("/simulator/import", body="document", **OWN)
    def import_world(self, document: dict[str, Any]) -> Summary:
        """Make the world that of an exported document.  The applications stay this simulator's.

        Args:
            document: What the export gave.

        Raises:
            InvalidRequestError: It is no such document; the world is as before.
        """
        ...

    @get("/simulator/fleet", **OWN)
    def fleet(self) -> FleetFile:
        """Cars, owners and consents as they are now, as a fleet file to begin another world with.

        Raises:
            InvalidRequestError: There are more cars than a file holds, which is a thousand.
        """
        ...
