"""The simulator's controls: ``/simulator/…``, declared as the simulated API is.

``endpoints`` declares them, ``answers`` answers them, ``Control`` and ``AsyncControl`` call them.
"""

from .client import AsyncControl, Control

__all__ = ["AsyncControl", "Control"]
