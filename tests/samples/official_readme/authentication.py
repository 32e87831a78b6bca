# The README of PyPI smartcar 6.19.1, "Authentication".  MIT, (c) 2018 Smartcar, Inc.
# It prints the address and is told the code, as a browser would; its database is a list.
# ruff: noqa: ANN001, ANN201, T201 -- somebody else's program
import smartcar

client = smartcar.AuthClient()

# Alter this list to specify the scope of permissions your application is requesting access to
scopes = ["read_vehicle_info", "read_odometer"]

# Generate auth url for User OAuth flow
auth_url = client.get_auth_url(scopes)
assert auth_url != client.get_auth_url(options={"force_prompt": True})
print(auth_url, flush=True)

access_object = client.exchange_code(input())
print(
    access_object.token_type,
    access_object.expires_in,
    access_object.expiration < access_object.refresh_expiration,
)

database = [access_object]


def load_access_from_database():
    return database[-1]


def put_access_into_database(new_access):
    database.append(new_access)


def get_fresh_access():
    access = load_access_from_database()
    new_access = client.exchange_refresh_token(access["refresh_token"])
    put_access_into_database(new_access)
    return new_access


fresh_access_token = get_fresh_access()["access_token"]
print(fresh_access_token != access_object.access_token)
