"""Names and permissions as a car's owner would say them."""

from collections.abc import Mapping
from typing import Final

PERMISSION_WORDS: Final[Mapping[str, str]] = {
    "read_alerts": "Warnings and alerts from your car",
    "read_battery": "Battery level, range and capacity",
    "read_charge": "Whether it is plugged in or charging, and its charge settings",
    "read_charge_events": "When charging starts, stops or finishes",
    "read_charge_locations": "The places where you have charged, and their settings",
    "read_charge_records": "Past charging sessions and what they cost",
    "read_climate": "Heating and air conditioning settings",
    "read_compass": "The direction your car is facing",
    "read_diagnostics": "The health of its systems, and trouble codes",
    "read_engine_oil": "Engine oil life",
    "read_extended_vehicle_info": "Equipment and configuration details",
    "read_fuel": "Fuel level and range",
    "read_location": "Where your car is",
    "read_odometer": "Total distance driven",
    "read_security": "Whether doors, windows and the charge port are open or locked",
    "read_service_history": "Service and repair history",
    "read_speedometer": "How fast your car is going",
    "read_thermometer": "The temperature inside and outside",
    "read_tires": "Tire pressures",
    "read_user_profile": "The e-mail and phone number of your car account",
    "read_vehicle_info": "Make, model and year",
    "read_vin": "The vehicle identification number (VIN)",
    "control_charge": "Start and stop charging, and set charge limits and schedules",
    "control_climate": "Turn heating and air conditioning on or off",
    "control_ignition": "Start and stop the engine",
    "control_navigation": "Send destinations to the navigation",
    "control_pin": "Set or clear the PIN needed to drive",
    "control_security": "Lock and unlock your car",
    "control_trunk": "Open the trunk and the front trunk",
}

# Where Connect is offered, as the names of its country flags; any other code is shown as it is.
COUNTRY_NAMES: Final[Mapping[str, str]] = {
    "AT": "Austria",
    "BE": "Belgium",
    "CA": "Canada",
    "CH": "Switzerland",
    "DE": "Germany",
    "DK": "Denmark",
    "ES": "Spain",
    "FI": "Finland",
    "FR": "France",
    "GB": "United Kingdom",
    "IE": "Ireland",
    "IT": "Italy",
    "LU": "Luxembourg",
    "NL": "Netherlands",
    "NO": "Norway",
    "PL": "Poland",
    "PT": "Portugal",
    "SE": "Sweden",
    "US": "United States",
}


def permission_words(name: str) -> str:
    """What a permission gives, as a car's owner would say it; an unknown name as it is."""
    return PERMISSION_WORDS.get(name, name)
