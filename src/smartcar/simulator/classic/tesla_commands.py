"""What v2.0 tells a Tesla besides.  See ``makes``; both versions see what comes of it."""

from __future__ import annotations

import re
from typing import Any, Final

from smartcar.simulator.cars.make_commands import COOLEST_C, LEAST_AMPS, WARMEST_C, pin_digest
from smartcar.simulator.problems import Refusal

from .commands import DONE, tell
from .makes import Sent, chosen, number, special, temperature
from .problems import Malformed, missing_field
from .tesla import charge_schedule, climate_cabin
from .visit import ClassicVisit
from .wording import celsius

_PIN: Final = re.compile(r"[0-9]{4}")
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@special("tesla", "climate/cabin", "control_climate", "POST")
def control_cabin(visit: ClassicVisit, sent: Sent) -> Any:
    """Start, stop, or only set the temperature; the answer is how it is then."""
    action = chosen(sent, "START", "STOP", "SET")
    if "temperature" not in sent and action == "SET":
        raise missing_field("temperature")
    more = {"temperature": _cabin_c(visit, sent)} if "temperature" in sent else {}
    tell(visit, "climate-cabin", "control_climate", action=action, **more)
    return climate_cabin(visit, sent)


def _cabin_c(visit: ClassicVisit, sent: Sent) -> float:
    """The temperature that is asked for, in degrees Celsius."""
    asked = number(sent, "temperature")
    low, high = temperature(visit, COOLEST_C), temperature(visit, WARMEST_C)
    if low is None or high is None or not low <= asked <= high:
        told = f'"temperature" must be between {low:g} and {high:g}'
        raise Malformed(["temperature"], told)
    return asked if visit.units == "metric" else celsius(asked)


@special("tesla", "climate/defroster", "control_climate", "POST")
def control_defroster(visit: ClassicVisit, sent: Sent) -> Any:
    """Both windows; the answer is what was asked for."""
    action = chosen(sent, "START", "STOP")
    tell(visit, "climate-defroster", "control_climate", action=action)
    return {"status": action}


@special("tesla", "climate/steering_wheel", "control_climate", "POST")
def control_steering_wheel(visit: ClassicVisit, sent: Sent) -> Any:
    """Its heater; the answer is what was asked for, or that there is none."""
    action = chosen(sent, "START", "STOP")
    try:
        tell(visit, "climate-steering-wheel", "control_climate", action=action)
    except Refusal as refusal:
        if refusal.type != "COMPATIBILITY":
            raise
        return {"status": "UNAVAILABLE"}
    return {"status": action}


@special("tesla", "charge/ammeter", "control_charge", "POST")
def control_ammeter(visit: ClassicVisit, sent: Sent) -> Any:
    """For the charge under way; what is more than the charger gives is set to its most."""
    amps = number(sent, "amperage")
    if amps < LEAST_AMPS:
        # The least that is accepted is unconfirmed.
        told = f'"amperage" must be greater than or equal to {LEAST_AMPS:g}'
        raise Malformed(["amperage"], told)
    tell(visit, "charge-amperage", "control_charge", amperage=amps)
    done = visit.car.state(visit.now).amps_asked
    return {
        "status": "success",
        "message": f"Successfully sent the following amperage: {done:g}",
    }


@special("tesla", "charge/schedule", "control_charge", "POST")
def control_charge_schedule(visit: ClassicVisit, sent: Sent) -> Any:
    """One of the two times, which switches the other off; the answer has both.

    The documentation calls the switch ``enable`` in one place and ``enabled`` in another.
    """
    kind = chosen(sent, "START_TIME", "DEPARTURE_TIME", field="type")
    enable = sent.get("enable", sent.get("enabled"))
    if enable is None:
        raise missing_field("enable")
    if not isinstance(enable, bool):
        raise Malformed(["enable"], '"enable" must be a boolean')
    time = sent.get("time")
    if time is None:
        raise missing_field("time")
    if not isinstance(time, str) or not _TIME.fullmatch(time):
        raise Malformed(["time"], '"time" must be in the form HH:mm')
    tell(visit, "charge-timer", "control_charge", type=kind, enable=enable, time=time)
    return charge_schedule(visit, sent)


@special("tesla", "charge/charge_port_door", "control_charge", "POST")
def charge_port_door(visit: ClassicVisit, sent: Sent) -> Any:
    """The flap; it stays open while there is a plug in it."""
    if chosen(sent, "OPEN", "CLOSE") == "OPEN":
        return tell(visit, "charge-port-open", "control_charge")
    if visit.car.state(visit.now).plug is not None:
        raise Refusal("VEHICLE_STATE", "CHARGING_PLUG_CONNECTED")
    return tell(visit, "charge-port-close", "control_charge")


@special("tesla", "security/trunk", "control_trunk", "POST")
def control_trunk(visit: ClassicVisit, sent: Sent) -> Any:
    """The boot."""
    return tell(visit, "trunk", "control_trunk", action=chosen(sent, "OPEN", "CLOSE"))


@special("tesla", "security/frunk", "control_trunk", "POST")
def control_frunk(visit: ClassicVisit, sent: Sent) -> Any:
    """The boot in front."""
    return tell(visit, "frunk", "control_trunk", action=chosen(sent, "OPEN", "CLOSE"))


@special("tesla", "pin", "control_pin", "POST")
def set_pin(visit: ClassicVisit, sent: Sent) -> Any:
    """Four digits, in place of those before; only a digest of them is kept."""
    pin = sent.get("pin")
    if pin is None:
        raise missing_field("pin")
    if not isinstance(pin, str) or not _PIN.fullmatch(pin):
        raise Malformed(["pin"], '"pin" must be a string of four digits')
    return tell(visit, "pin-set", "control_pin", digest=pin_digest(visit.spec, pin))


@special("tesla", "pin", "control_pin", "DELETE")
def clear_pin(visit: ClassicVisit, sent: Sent) -> Any:
    """Anybody may drive it again; also if there was no PIN."""
    tell(visit, "pin-clear", "control_pin")
    return DONE
