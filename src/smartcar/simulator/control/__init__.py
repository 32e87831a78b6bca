"""The simulator's controls: ``/simulator/…``, declared as the simulated API is.

``endpoints`` declares them, ``answers`` answers them, ``Control`` and ``AsyncControl`` call them.
"""

from typing import TYPE_CHECKING, Final

from smartcar._lazy import lazily

if TYPE_CHECKING:
    from .client import AsyncControl, Control
else:
    _HOMES: Final = {
        ".client": ("AsyncControl", "Control"),
    }
    __getattr__, __dir__ = lazily(__name__, _HOMES)

__all__ = ["AsyncControl", "Control"]
