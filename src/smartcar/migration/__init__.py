"""From Smartcar's official SDKs to this one, and from v2.0 to v3.

``calls`` gathers every call of the official SDKs, with what it becomes; the page *Migrating* shows
it as tables, and ``scan`` finds the calls in somebody's files.  Nothing here runs what it reads.
"""

from .calls import ROWS, SECTIONS
from .row import Row, Section

__all__ = ["ROWS", "SECTIONS", "Row", "Section"]
