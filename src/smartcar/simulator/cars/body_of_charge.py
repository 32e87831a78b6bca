"""The bodies of the Charge group. See ``bodies``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from .activity import Session
from .charge_plan import most_amps
from .charging import AC_EFFICIENCY, DAYS, Schedule, Timer, Window
from .places import Point
from .spec import Spec
from .state import State

Body = dict[str, object]
Tells = Callable[[Spec, State], Body]
"""How a body is made of a car that reports it."""

HOME_CONNECTOR_US = "J1772"
CONNECTORS = {"KR": "CCS1", "US": HOME_CONNECTOR_US, "JP": HOME_CONNECTOR_US, "MX": "J1772"}
PUBLIC_MARKUP = 1.6  # what a kWh costs at the roadside, compared with home


def iso(at: float) -> str:
    """*at* as Smartcar writes times."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def _color(state: State) -> str:
    if state.is_charging:
        return "GREEN"
    return "BLUE" if state.plug else "ORANGE"


def _status(state: State) -> str:
    if state.is_charging:
        return "CHARGING"
    at_limit = state.soc is not None and state.limit is not None and state.soc >= state.limit
    return "FULLY_CHARGED" if state.plug and at_limit else "NOT_CHARGING"


def _connector(spec: Spec, *, is_dc: bool) -> str:
    """Plugs differ by maker and by country."""
    country = spec.city.country
    if spec.make == "TESLA" and country in {"US", "MX"}:
        return "NACS"
    if is_dc:
        is_chademo = spec.make == "NISSAN" and spec.model == "LEAF"
        return "CHAdeMO" if is_chademo or country == "JP" else "CCS"
    return "J1772" if country in {"US", "MX", "JP", "KR"} else "IEC_62196_T2"


def _added(state: State) -> float:
    """Energy of the charge under way, or of the last one."""
    if state.session is not None and state.battery_kwh is not None:
        return max(0.0, state.battery_kwh - state.session.start_kwh)
    if state.records:
        return state.records[-1].end_kwh - state.records[-1].start_kwh
    return 0.0


def _finished(state: State) -> tuple[Session, ...]:
    """Finished sessions, with the one just done while the cable is still in."""
    last = state.session
    if last is None or last.end is None or last.end_kwh <= last.start_kwh:
        return state.records
    return (*state.records, last)[-5:]


def _record(spec: Spec, session: Session) -> Body:
    capacity = spec.battery_kwh or 1.0
    added = session.end_kwh - session.start_kwh
    is_public = session.place != "Home"
    price = spec.city.price_per_kwh * (PUBLIC_MARKUP if is_public else 1.0)
    billed = added if session.is_dc else added / AC_EFFICIENCY  # home meters sit before losses
    return {
        "id": f"rec-{int(session.start)}",
        "startTime": iso(session.start),
        "endTime": iso(session.end or session.start),
        "energyAdded": round(added, 2),
        "chargingType": "DC" if session.is_dc else "AC",
        "connectorType": _connector(spec, is_dc=session.is_dc),
        "isPublicCharger": is_public,
        "startStateOfCharge": round(100 * session.start_kwh / capacity, 1),
        "endStateOfCharge": round(100 * session.end_kwh / capacity, 1),
        "cost": {
            "currency": spec.city.currency,
            "energyAmount": round(billed * price, 2),
            "otherAmount": 0,
        },
        "location": {
            "name": session.place,
            "address": None,
            "latitude": round(session.spot[0], 6),
            "longitude": round(session.spot[1], 6),
        },
    }


def _limits(spec: Spec, state: State) -> list[Body]:
    """The limit of everywhere, and those of places that have their own."""
    found: list[Body] = [
        {"type": "GLOBAL", "limit": round(state.limit_elsewhere), "condition": None}
    ]
    for one in state.schedules:
        if one.limit is not None and one.point is not None:
            place = _place(spec, one.point, one)
            found.append({"type": "LOCATION", "limit": round(one.limit), "condition": place})
    return found


def _timers(spec: Spec, state: State) -> list[Body]:
    """Schedules, and the times by which charging begins or is done."""
    found = [_timer(spec, one) for one in state.schedules if one.windows]
    starts, ready = _time(state.starts_at), _time(state.ready_by)
    if starts or ready:
        # An end is not known: charging goes on until it is done.
        daily: list[str] = list(DAYS)
        begins: list[Body] = [{"start": starts, "end": None, "days": daily}] if starts else []
        departs: list[Body] = [{"time": ready, "days": daily}] if ready else []
        found.append(_global(begins, departs))
    return found


def _time(timer: Timer | None) -> str | None:
    return _clock(timer.seconds) if timer is not None and timer.is_on else None


def _global(schedules: list[Body], departures: list[Body]) -> Body:
    """What holds everywhere."""
    return {
        "type": "GLOBAL",
        "condition": None,
        "schedules": schedules,
        "departureTimers": departures,
        "isOEMOptimizationEnabled": False,
    }


def _timer(spec: Spec, schedule: Schedule) -> Body:
    """A schedule; days with the same times stand together."""
    days: dict[tuple[int, int], list[Window]] = {}
    for window in schedule.windows:
        days.setdefault((window.start, window.stop), []).append(window)
    times: list[Body] = [
        {
            "start": _clock(start),
            "end": _clock(stop),
            "days": [DAYS[window.day] for window in windows],
        }
        for (start, stop), windows in days.items()
    ]
    if schedule.point is None:
        return _global(times, [])
    timer: Body = {
        **_global(times, []),
        "type": "LOCATION",
        "condition": _place(spec, schedule.point, schedule),
    }
    # Only what v3 has made is named, so that v3 can end it.
    if schedule.kind is not None:
        timer |= {"scheduleType": schedule.kind, "scheduleId": schedule.id}
    return timer


def _place(spec: Spec, point: Point, schedule: Schedule) -> Body:
    is_home = schedule.applies((spec.home.latitude, spec.home.longitude))
    return {
        "name": "Home" if is_home else None,
        "address": None,
        "latitude": point[0],
        "longitude": point[1],
        "connectorType": None,
    }


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _requested(spec: Spec, state: State) -> Body:
    asked = most_amps(spec) if state.amps_asked is None else state.amps_asked
    return {"value": 0 if state.plug is None else asked, "unit": "ampere"}


def _charge_limits(spec: Spec, state: State) -> Body:
    return {
        "values": _limits(spec, state),
        "activeLimit": round(state.limit or 0.0),
        "unit": "percent",
    }


CHARGE: Final[dict[str, Tells]] = {
    "charge-amperage": lambda _, state: {"value": round(state.amps, 1), "unit": "ampere"},
    "charge-amperagemax": lambda spec, _: {"value": most_amps(spec), "unit": "ampere"},
    "charge-amperagerequested": _requested,
    "charge-chargelimits": _charge_limits,
    "charge-chargeportstatuscolor": lambda _, state: {"value": _color(state)},
    "charge-chargerate": lambda _, state: {
        "value": round(state.charge_rate_kmh, 1),
        "unit": "km/h",
    },
    "charge-chargerecords": lambda spec, state: {
        "values": [_record(spec, one) for one in _finished(state)]
    },
    "charge-chargerphases": lambda _, state: {"value": state.phases},
    "charge-chargetimers": lambda spec, state: {"values": _timers(spec, state)},
    "charge-chargingconnectortype": lambda spec, state: {
        "value": _connector(spec, is_dc=state.plug == "DC")
    },
    "charge-detailedchargingstatus": lambda _, state: {"value": _status(state)},
    "charge-energyadded": lambda _, state: {"value": round(_added(state), 2), "unit": "kWh"},
    "charge-fastchargertype": lambda spec, _: {"value": _connector(spec, is_dc=True)},
    "charge-ischarging": lambda _, state: {"value": state.is_charging},
    "charge-ischargingcableconnected": lambda _, state: {"value": state.plug is not None},
    "charge-ischargingcablelatched": lambda _, state: {"value": state.plug is not None},
    "charge-ischargingportflapopen": lambda _, state: {"value": state.port_open},
    "charge-isfastchargerpresent": lambda _, state: {"value": state.plug == "DC"},
    "charge-timetocomplete": lambda _, state: {"value": round(state.minutes_to_limit or 0)},
    "charge-voltage": lambda _, state: {"value": round(state.volts), "unit": "volts"},
    "charge-wattage": lambda _, state: {"value": round(state.wall_kw * 1000), "unit": "watts"},
}
"""How the bodies of the group are made, by code; of cars that can be plugged in."""
