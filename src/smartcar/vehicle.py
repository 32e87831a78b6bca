"""The official Python SDK's module of this name: its class is ``smartcar.Vehicle``."""

from typing import TYPE_CHECKING

from .legacy import old_names, starred

if not TYPE_CHECKING:
    __getattr__ = old_names(__name__)
    __all__ = list(starred(__name__))
