"""Names of fields, by what may be kept of them.  Written without case, ``_`` and ``-``.

What is on no list is kept only where it can be nobody's: a truth value, a small number, a time.
"""

from __future__ import annotations

import re
from typing import Final


def plain(name: str) -> str:
    """*name* as these lists have it: ``filter[user.externalId]`` is ``externalid``."""
    inner = re.fullmatch(r"\w+\[(?:\w+\.)*(\w+)\]", name)
    return re.sub(r"[_\s-]", "", inner[1] if inner else name).lower()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SECRETS: Final = _words(
    """accesstoken amt apikey applicationmanagementtoken apptoken auth authorization bearer
    challenge clientsecret codechallenge codeverifier cookie credential credentials csrf
    hmac idtoken jwt key managementtoken nonce otp passcode passwd password pin privatekey
    refreshtoken secret secrets session sessionid setcookie signature token tokens usertoken
    webhooksecret xapikey"""
)
"""Open something."""

HIDDEN_WHOLE: Final = _words(
    """address addresses billing contact customer driver drivers garage invoice owner owners person
    profile recipient registeredowner"""
)
"""Everything in them is somebody's."""

PERSONAL: Final = _words(
    """age alias birthdate birthday birthyear born carname city company county dateofbirth dealer
    dealername displayname dob familyname firstname formattedaddress fullname geohash givenname
    homeaddress housenr houseno housenumber label lastname licenceplate license licenseplate
    licenseplatenumber login middlename nickname note notes numberplate person place placename
    plate platenumber plates pluscode plz postal postalcode postcode registration
    registrationnumber registrationplate remark street streetaddress streetname streetno
    streetnumber surname usercode username vehiclename vrm what3words yearofbirth zip zipcode"""
)
"""Somebody's."""

EMAILS: Final = frozenset({"email", "emailaddress", "mail", "owneremail", "useremail"})
PHONES: Final = _words(
    "cell cellphone contactnumber fax landline mobile mobilenumber phones tel telephone"
)
VINS: Final = frozenset({"chassisnumber", "fin", "singleselectvin", "vehiclevin", "vin", "vins"})
LATITUDES: Final = ("latitude", "lat")
LONGITUDES: Final = ("longitude", "lng", "lon", "long")
PLACES: Final = _words(
    """center coordinate coordinates coords geo geometry gps latlng latlon lnglat location point
    position"""
)
"""Hold a position as a list or a text."""


def is_phone(name: str) -> bool:
    """Is a field that is called so a telephone number?"""
    return name in PHONES or name.endswith(("phone", "phonenumber"))


IDS: Final = frozenset(
    {"cursor", "externalid", "id", "ids", "sub", "subject", "user", "vehicle", "vehicles"}
)
"""Name a thing; so does whatever ends with ``id``."""

PROSE: Final = _words(
    """description detail errordescription message statusmessage suggestedusermessage title"""
)
"""Sentences of Smartcar's where an error or an answer is around them, and of people elsewhere."""
AROUND_PROSE: Final = frozenset(
    {"capacity", "code", "error", "field", "status", "statusCode", "totalCount", "type"}
)

LINKS: Final = _words(
    """about callbackuri docurl errorcallbackuri first last next origin prev previous related
    schedule self url"""
)
"""Addresses, whole or from the root."""

TEXTS: Final = _words(
    """action approvalprompt audience canonical chargemode chargeportcolor chargeportlatch
    chargetype chargingconnectortype chargingstatus chargingtype code codes color
    commandtype connector connectortype country currency days direction endpoint endpoints
    error executionmode externalpowerstatus fastchargerbrand fastchargertype field flags
    frontstatus gear granttype group locationtype make makes mode model name oemdisplayname
    orderby orderdirection path permission permissions powertraintype rearstatus reason
    region responsetype role scheduletype scope scopes scunitsystem source state status
    system systemid tokentype trim type unit units version"""
)
"""Words of Smartcar's and of makers'; patterns are still looked for in them."""

READINGS: Final = frozenset({"value", "values"})
AROUND_READINGS: Final = frozenset({"columnCount", "error", "rowCount", "unit", "value", "values"})
"""All that may stand around the text of a signal's reading: elsewhere it may be anything."""

NUMBERS: Final = _words(
    """activelimit amount amountremaining amperage backleft backright capacity chargelimit count
    distance duration durationinseconds endstateofcharge energy energyadded energyamount
    expiresin frontleft frontright heading liferemaining limit nominal odometer offset
    otheramount percent percentremaining range rangeadded soc startstateofcharge temperature
    tirepressure value values voltage wattage year"""
)
"""Readings, however exact."""


_KNOWN: Final = frozenset(
    {
        *SECRETS,
        *HIDDEN_WHOLE,
        *PERSONAL,
        *EMAILS,
        *PHONES,
        *VINS,
        *PLACES,
        *IDS,
    }
)


def is_known(name: str) -> bool:
    """Is a field that is called so known to be somebody's?"""
    return plain(name) in _KNOWN
