"""A web shop for parking places: owners connect their cars, and see them."""

import os

import smartcar
from flask import Flask, redirect, request

app = Flask(__name__)

client = smartcar.AuthClient(
    client_id=os.environ["SMARTCAR_CLIENT_ID"],
    client_secret=os.environ["SMARTCAR_CLIENT_SECRET"],
    redirect_uri="http://localhost:8000/exchange",
    test_mode=True,
)
access = None


@app.route("/login")
def login():
    scope = ["read_vehicle_info", "read_odometer"]
    return redirect(client.get_auth_url(scope, {"force_prompt": True, "state": "shop"}))


@app.route("/exchange")
def exchange():
    global access
    access = client.exchange_code(request.args.get("code"))
    return "", 200


@app.route("/vehicles")
def vehicles():
    ids = smartcar.get_vehicles(access.access_token, paging={"limit": 25}).vehicles
    cars = [smartcar.Vehicle(each, access.access_token) for each in ids]
    return {car.vehicle_id: describe(car) for car in cars}


def describe(car):
    attributes = car.attributes()
    try:
        return {
            "make": attributes.make,
            "km": car.odometer().distance,
            "tires": car.tire_pressure().front_left,
            "charge": car.battery().percent_remaining * 100,
        }
    except smartcar.SmartcarException as error:
        return {"error": error.message, "what": error.resolution["type"]}
