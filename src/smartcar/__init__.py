"""Talk to connected cars: Smartcar's API v3, blocking or awaiting, typed throughout.

    with Smartcar() as smartcar:
        for connection in smartcar.connections():
            car = smartcar.vehicle(connection)
            print(car.signal(TractionBattery.StateOfCharge).value)

An independent project, not affiliated with Smartcar, Inc.

PYTEST_DONT_REWRITE: there are no tests in here, so pytest need not warn that it came too late.
"""

from typing import TYPE_CHECKING, Final

from ._lazy import lazily
from ._version import __version__
from .legacy.names import old_names, starred

if TYPE_CHECKING:
    from . import aio, models, signals
    from .auth import AsyncAuthClient, AuthClient
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
        InboxError,
        InvalidRequestError,
        MalformedEventError,
        NotFoundError,
        NotNowError,
        OwnerActionError,
        PermissionDeniedError,
        RateLimitError,
        ReconnectError,
        RequestTimeoutError,
        ServerError,
        SignatureMismatchError,
        SmartcarError,
        StaleEventError,
        TemporaryError,
        TokenStoreError,
        TransportError,
        UnconfirmableError,
        UpstreamError,
        VehicleBusyError,
        VehicleNeedsOwnerError,
        VehicleStateError,
        WebhookError,
    )
    from .functions import (
        delete_connections,
        get_compatibility,
        get_compatibility_matrix,
        get_connections,
        get_user,
        get_vehicle,
        get_vehicles,
    )
    from .owners import AsyncOwner, Owner
    from .payloads import hash_challenge, verify_payload
    from .protocol.origins import Origins
    from .protocol.session import Options
    from .protocol.wire import Reply, Request
    from .service import METHODS_MAP, SmartcarService
    from .tokens import FileTokens, MemoryTokens, TokenStore
    from .transport import AsyncNetwork, AsyncTransport, Clock, Network, Transport
    from .versions import get_api_version, set_api_version

__all__ = [
    "METHODS_MAP",
    "AccountError",
    "AsyncAuthClient",
    "AsyncNetwork",
    "AsyncOwner",
    "AsyncSmartcar",
    "AsyncTransport",
    "AsyncVehicle",
    "AuthClient",
    "AuthenticationError",
    "BillingError",
    "Clock",
    "CompatibilityError",
    "ConfirmationTimeoutError",
    "ConflictError",
    "ConnectError",
    "DecodeError",
    "FileTokens",
    "InboxError",
    "InvalidRequestError",
    "MalformedEventError",
    "MemoryTokens",
    "Network",
    "NotFoundError",
    "NotNowError",
    "Options",
    "Origins",
    "Owner",
    "OwnerActionError",
    "PermissionDeniedError",
    "RateLimitError",
    "ReconnectError",
    "Reply",
    "Request",
    "RequestTimeoutError",
    "ServerError",
    "SignatureMismatchError",
    "Smartcar",
    "SmartcarError",
    "SmartcarService",
    "StaleEventError",
    "TemporaryError",
    "TokenStore",
    "TokenStoreError",
    "Transport",
    "TransportError",
    "UnconfirmableError",
    "UpstreamError",
    "Vehicle",
    "VehicleBusyError",
    "VehicleNeedsOwnerError",
    "VehicleStateError",
    "WebhookError",
    "__version__",
    "aio",
    "delete_connections",
    "get_api_version",
    "get_compatibility",
    "get_compatibility_matrix",
    "get_connections",
    "get_user",
    "get_vehicle",
    "get_vehicles",
    "hash_challenge",
    "models",
    "set_api_version",
    "signals",
    "verify_payload",
]

if not TYPE_CHECKING:
    _HOMES: Final = {
        ".": (
            *("aio", "api", "auth", "client", "errors", "functions", "models", "owners"),
            *("payloads", "protocol", "service", "signals", "tokens", "transport", "versions"),
        ),
        ".auth": ("AsyncAuthClient", "AuthClient"),
        ".client": ("AsyncSmartcar", "AsyncVehicle", "Smartcar", "Vehicle"),
        ".errors": [name for name in __all__ if name.endswith("Error")],
        ".functions": (
            "delete_connections",
            "get_compatibility",
            "get_compatibility_matrix",
            "get_connections",
            "get_user",
            "get_vehicle",
            "get_vehicles",
        ),
        ".owners": ("AsyncOwner", "Owner"),
        ".payloads": ("hash_challenge", "verify_payload"),
        ".protocol.origins": ("Origins",),
        ".protocol.session": ("Options",),
        ".protocol.wire": ("Reply", "Request"),
        ".service": ("METHODS_MAP", "SmartcarService"),
        ".tokens": ("FileTokens", "MemoryTokens", "TokenStore"),
        ".transport": ("AsyncNetwork", "AsyncTransport", "Clock", "Network", "Transport"),
        ".versions": ("get_api_version", "set_api_version"),
    }
    # Besides, SmartcarException, and modules that only the official SDK has.
    __getattr__, __dir__ = lazily(__name__, _HOMES, old_names(__name__))
    __all__ += list(starred(__name__))
