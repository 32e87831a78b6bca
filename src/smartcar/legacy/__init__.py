"""What programs written for Smartcar's official Python SDK say, and how it is said here.

All that is accepted for their sake is in this package, and each use warns with the new spelling:

* ``calls``       dictionaries among the arguments, and arguments of other names
* ``attributes``  what cars and clients had besides
* ``answers``     named tuples and dictionaries where there are objects now
* ``batches``     a named tuple of functions where there is a batch now
* ``names``       names and modules that have moved

Type checkers see none of it: to them an old spelling is an error, and new ones keep their types.
The official SDK meant is ``smartcar`` 6.19.1 of PyPI.  Nothing here knows the rest of the package.
"""

from . import calls as calls
from .answers import WasDocument, WasMapping, WasMeta, WasTuple, part_of, part_or_none
from .attributes import WasAuthClient, WasVehicle
from .batches import WasBatch, item_of_batch, old_batch_name, warn_of_batch_name
from .calls import (
    accepts,
    id_as_text,
    lowered,
    new_keywords,
    out_of_its_list,
    raised_by_hand,
    with_numbers,
)
from .names import old_names, starred
from .warning import warn

__all__ = [
    "WasAuthClient",
    "WasBatch",
    "WasDocument",
    "WasMapping",
    "WasMeta",
    "WasTuple",
    "WasVehicle",
    "accepts",
    "calls",
    "id_as_text",
    "item_of_batch",
    "lowered",
    "new_keywords",
    "old_batch_name",
    "old_names",
    "out_of_its_list",
    "part_of",
    "part_or_none",
    "raised_by_hand",
    "starred",
    "warn",
    "warn_of_batch_name",
    "with_numbers",
]
