"""What to do about an error, code by code, in a sentence fit for a person.

Meanings: https://smartcar.com/docs/api-reference/api-errors.  Only words here: the classes are in
``errors``.
"""

from __future__ import annotations

from typing import Final

ACCOUNT: Final = {
    "ACCOUNT_ISSUE": "Ask the owner to open the car maker's app and settle what it asks for.",
    "AUTHENTICATION_FAILED": "Send the owner to Connect to sign in to the car maker again.",
    "NO_VEHICLES": "Ask the owner to add the car to the car maker's account.",
    "PERMISSION": "Send the owner to Connect with an account that has full rights to the car.",
    "SUBSCRIPTION": "Ask the owner to renew the car maker's connected-services subscription.",
    "VEHICLE_MISSING": "Ask the owner to add the car to the car maker's account again.",
    "VIRTUAL_KEY_REQUIRED": "Ask the owner to pair the virtual key with the car.",
}
"""Advice for CONNECTED_SERVICES_ACCOUNT errors.  https://smartcar.com/docs/api-reference/api-errors"""

AT_THE_CAR: Final = {
    "CHARGING_PLUG_NOT_CONNECTED": "Ask the owner to plug the car in, then try again.",
    "CHARGING_PLUG_CONNECTED": "Ask the owner to unplug the car, then try again.",
    "CHARGE_FAULT": "Ask the owner to look at the charger and the cable.",
    "DOOR_OPEN": "Ask the owner to shut the doors, then try again.",
    "HOOD_OPEN": "Ask the owner to shut the bonnet, then try again.",
    "TRUNK_OPEN": "Ask the owner to shut the boot, then try again.",
    "REMOTE_ACCESS_DISABLED": "Ask the owner to allow remote access in the car.",
    "DEVICE_PAIRING_REQUIRED": "Ask the owner to pair the device with the car.",
}
"""VEHICLE_STATE codes that only a person at the car can change."""

WAIT: Final = {
    "ASLEEP": "Wait until the car is awake, then try again.",
    "CHARGING_IN_PROGRESS": "Nothing to do: it is charging already.",
    "FULLY_CHARGED": "Nothing to do: it is charged to its limit.",
    "NOT_CHARGING": "Nothing to stop: it is not charging.",
    "IGNITION_ON": "Wait until the car is switched off, then try again.",
    "IN_MOTION": "Wait until the car is parked, then try again.",
    "UNREACHABLE": "Wait until the car has a connection again, then try again.",
    "VEHICLE_OFFLINE_FOR_SERVICE": "Wait until the workshop gives the car back.",
}
"""VEHICLE_STATE codes that pass by themselves."""

SERVER: Final = {
    "MULTIPLE_RECORDS_FOUND": "Ask Smartcar's support, with the request id.",
    "RECORD_NOT_FOUND": "Ask Smartcar's support, with the request id.",
}
"""SERVER codes that no waiting will mend."""

REFUSED_TOKEN: Final = (
    "The access token is wrong, revoked or at its end: renew it, an owner's with "
    "AuthClient.exchange_refresh_token, and try again."
)
"""Advice for whoever brought the token.  It is good for two hours, an application's for one."""

REFUSED_OWNER: Final = (
    "The owner's token was renewed and refused again: send the owner to Connect again."
)
"""Advice where the token is kept, and was renewed already."""

REFUSED_MANAGEMENT_TOKEN: Final = (
    "Check the application management token, which the Smartcar dashboard shows."
)

NO_TOKEN: Final = "Pass an access token, or an owner whose token is kept."

TOKEN_HOST: Final = (
    "The token host failed: try again in a while. No token was given, and no car was asked."
)

TOKEN_HOST_FORBIDS: Final = (
    "The token host let this application not in: look at it in the Smartcar dashboard, and at "
    "firewalls on the way."
)
