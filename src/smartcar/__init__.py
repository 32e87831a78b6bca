"""Talk to connected cars: Smartcar's API v3, blocking or awaiting, typed throughout.

    with Smartcar() as smartcar:
        for connection in smartcar.connections():
            car = smartcar.vehicle(connection)
            print(car.signal(TractionBattery.StateOfCharge).value)

An independent project, not affiliated with Smartcar, Inc.
"""

from . import models, signals
from ._version import __version__
from .client import AsyncSmartcar, AsyncVehicle, Smartcar, Vehicle
from .errors import (
    AccountError,
    AuthenticationError,
    BillingError,
    CompatibilityError,
    ConfirmationTimeoutError,
    ConflictError,
    ConnectError,
    DecodeError,
    InvalidRequestError,
    NotFoundError,
    NotNowError,
    OwnerActionError,
    PermissionDeniedError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    SmartcarError,
    TemporaryError,
    TransportError,
    UnconfirmableError,
    UpstreamError,
    VehicleBusyError,
    VehicleNeedsOwnerError,
    VehicleStateError,
)
from .protocol.origins import Origins
from .protocol.session import Options
from .protocol.wire import Reply, Request
from .transport import AsyncNetwork, AsyncTransport, Clock, Network, Transport

__all__ = [
    "AccountError",
    "AsyncNetwork",
    "AsyncSmartcar",
    "AsyncTransport",
    "AsyncVehicle",
    "AuthenticationError",
    "BillingError",
    "Clock",
    "CompatibilityError",
    "ConfirmationTimeoutError",
    "ConflictError",
    "ConnectError",
    "DecodeError",
    "InvalidRequestError",
    "Network",
    "NotFoundError",
    "NotNowError",
    "Options",
    "Origins",
    "OwnerActionError",
    "PermissionDeniedError",
    "RateLimitError",
    "Reply",
    "Request",
    "RequestTimeoutError",
    "ServerError",
    "Smartcar",
    "SmartcarError",
    "TemporaryError",
    "Transport",
    "TransportError",
    "UnconfirmableError",
    "UpstreamError",
    "Vehicle",
    "VehicleBusyError",
    "VehicleNeedsOwnerError",
    "VehicleStateError",
    "__version__",
    "models",
    "signals",
]
