# The README of PyPI smartcar 6.19.1, "Vehicle Data and Commands".  MIT, (c) 2018 Smartcar, Inc.
# ruff: noqa: T201 -- somebody else's program
import os

import smartcar

access_token = os.environ["ACCESS_TOKEN"]

vehicles = smartcar.get_vehicles(access_token)

print(vehicles.vehicles)

# Vehicle ID of first vehicle
vehicle_id = vehicles.vehicles[0]

# Get attributes of the first vehicle
vehicle_response = smartcar.get_vehicle(access_token, vehicle_id)
print(vehicle_response.get("body"))

vehicle = smartcar.Vehicle(vehicle_id, access_token)

# Calling GET signals endpoint
signals_response = vehicle.get_signals()
print(signals_response.body)

# Calling GET signals/{signal_code} endpoint
odometer_response = vehicle.get_signal("odometer-traveleddistance")
print(odometer_response.body)
