"""What every model of the controls is."""

from __future__ import annotations

from smartcar.protocol.documents import Model


class Shown(Model, frozen=True, omit_defaults=False):
    """A model that leaves nothing out."""
