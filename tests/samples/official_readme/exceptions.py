# The README of PyPI smartcar 6.19.1, "Handling Exceptions", and a batch as its REFERENCE.md has it.
# MIT, (c) 2018 Smartcar, Inc.
# ruff: noqa: T201 -- somebody else's program
import os

import smartcar

my_tesla_3 = smartcar.Vehicle(os.environ["VEHICLE_ID"], os.environ["ACCESS_TOKEN"])

try:
    my_tesla_3.odometer()
except smartcar.SmartcarException as error:
    print(error.type, error.code, error.status_code, int(error.retry_after))

# Sending a batch request for vehicle attributes (i.e. '/'), odometer, and engine oil
batch = my_tesla_3.batch(["/", "/odometer", "/engine/oil"])

# Get 'make' of the car
print(batch.attributes().make)

try:
    batch.odometer()  # returns Odometer(...) or raises SmartcarException
except smartcar.SmartcarException as error:
    print(error.type, batch.meta.request_id is not None)
