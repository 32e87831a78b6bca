"""What goes wrong on purpose, how much may be asked, and what was asked."""

from __future__ import annotations

from typing import Final

from smartcar.simulator.control.desk import Desk, answers
from smartcar.simulator.control.endpoints.every import ControlEndpoints
from smartcar.simulator.control.models import Exchange, Fault, LimitState, Requests
from smartcar.simulator.control.problems import invalid, not_found
from smartcar.simulator.control.told import exchange_told, fault_told, limits_told
from smartcar.simulator.faults import BadRule, FaultRule
from smartcar.simulator.limits import Limits

USUAL_REQUESTS: Final = 100
"""The latest so many, where the request does not say."""


@answers(ControlEndpoints.faults)
def faults(desk: Desk) -> tuple[Fault, ...]:
    """The oldest first."""
    return tuple(fault_told(each) for each in desk.simulator.faults.all())


@answers(ControlEndpoints.add_fault)
def add_fault(desk: Desk, rule: FaultRule) -> Fault:
    """Heeded from now on."""
    try:
        return fault_told(desk.simulator.faults.add(rule))
    except BadRule as error:
        raise invalid(str(error), error.field) from None


@answers(ControlEndpoints.fault)
def fault(desk: Desk, fault_id: str) -> Fault:
    """One of them."""
    found = desk.simulator.faults.get(fault_id)
    if found is None:
        raise not_found("fault", fault_id)
    return fault_told(found)


@answers(ControlEndpoints.remove_fault)
def remove_fault(desk: Desk, fault_id: str) -> None:
    """Heeded no more."""
    fault(desk, fault_id)
    desk.simulator.faults.remove(fault_id)


@answers(ControlEndpoints.clear_faults)
def clear_faults(desk: Desk) -> None:
    """None is heeded any more."""
    desk.simulator.faults.clear()


@answers(ControlEndpoints.limits)
def limits(
    desk: Desk, *, vehicle_id: str | None = None, application: str | None = None
) -> LimitState:
    """What is left."""
    if vehicle_id is not None:
        desk.spec(vehicle_id)
    whose = desk.application(application).client_id
    return limits_told(desk.simulator.limits.state(vehicle_id, whose))


@answers(ControlEndpoints.set_limits)
def set_limits(desk: Desk, settings: Limits) -> LimitState:
    """Others, from now on."""
    desk.simulator.limits.set(settings)
    return limits_told(desk.simulator.limits.state())


@answers(ControlEndpoints.requests)
def requests(desk: Desk, *, since: int | None = None, limit: int | None = None) -> Requests:
    """Oldest first."""
    log = desk.simulator.log
    found = log.since(since or 0, limit or USUAL_REQUESTS)
    return Requests(last=log.last, requests=tuple(exchange_told(each) for each in found))


@answers(ControlEndpoints.request)
def request(desk: Desk, number: int) -> Exchange:
    """One of them."""
    found = desk.simulator.log.get(number)
    if found is None:
        raise not_found("request", str(number))
    return exchange_told(found)


@answers(ControlEndpoints.clear_requests)
def clear_requests(desk: Desk) -> None:
    """Forgotten."""
    desk.simulator.log.clear()
