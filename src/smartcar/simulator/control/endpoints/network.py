"""What goes wrong on purpose, how much may be asked, and what was asked: declarations, no more."""
# mypy: disable-error-code="empty-body"

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from smartcar.protocol.endpoint import delete, get, post
from smartcar.simulator.control.models import Exchange, Fault, LimitState, Requests
from smartcar.simulator.faults import FaultRule
from smartcar.simulator.limits import Limits

from .own import OWN

Number = Annotated[int, Meta(ge=0)]


class NetworkEndpoints:
    """Faults, limits, and the log of requests."""

    @get("/simulator/faults", **OWN)
    def faults(self) -> tuple[Fault, ...]:
        """The rules that are heeded, the oldest first, with what has come of them."""
        ...

    @post("/simulator/faults", body="rule", **OWN)
    def add_fault(self, rule: FaultRule) -> Fault:
        """Let something go wrong for the requests that a rule says, from now on.

        Args:
            rule: Which requests, and what happens to them.

        Raises:
            InvalidRequestError: The rule cannot be meant; the error's field is the one to mend.
        """
        ...

    @get("/simulator/faults/{fault_id}", **OWN)
    def fault(self, fault_id: str) -> Fault:
        """One rule.

        Raises:
            NotFoundError: There is none with this id.
        """
        ...

    @delete("/simulator/faults/{fault_id}", **OWN)
    def remove_fault(self, fault_id: str) -> None:
        """Heed a rule no more.

        Raises:
            NotFoundError: There is none with this id.
        """
        ...

    @delete("/simulator/faults", **OWN)
    def clear_faults(self) -> None:
        """Heed no rule any more."""
        ...

    @get("/simulator/limits", **OWN)
    def limits(
        self, *, vehicle_id: str | None = None, application: str | None = None
    ) -> LimitState:
        """How much may be asked, and what is left of it to an application.

        Args:
            vehicle_id: Of this car; of all that were asked this month unless said.
            application: Client id or application id of the one that asks; the first unless said.

        Raises:
            NotFoundError: There is no car with this id, or no such application.
        """
        ...

    @post("/simulator/limits", body="settings", **OWN)
    def set_limits(self, settings: Limits) -> LimitState:
        """Go by other limits from now on.  What has been used stays used.

        Args:
            settings: All of them: what is not said is as Smartcar has it.
        """
        ...

    @get("/simulator/requests", **OWN)
    def requests(
        self,
        *,
        since: Number | None = None,
        limit: Annotated[int, Meta(ge=1, le=1000)] | None = None,
    ) -> Requests:
        """What was asked of the simulated API lately, and answered, without its secrets.

        Args:
            since: Only what came after the request with this number; 0 is everything.
            limit: Only the latest so many; 100 unless said.
        """
        ...

    @get("/simulator/requests/{number}", **OWN)
    def request(self, number: Number) -> Exchange:
        """One request and its reply.

        Args:
            number: Which, counted from 1.

        Raises:
            NotFoundError: It is not, or no longer, kept.
        """
        ...

    @delete("/simulator/requests", **OWN)
    def clear_requests(self) -> None:
        """Forget all that was asked; numbers go on."""
        ...
