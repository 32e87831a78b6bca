"""How an old spelling is told of: once for each line of the program, at that very line."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from typing import Final

_OURS: Final = (f"{Path(__file__).parent.parent}{os.sep}", "<frozen importlib")


def warn(told: str) -> None:
    """Warn whoever called this package from outside of it.

    Not by a number of frames: an old spelling is found at many depths.
    """
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    warnings.warn_explicit(
        told,
        DeprecationWarning,
        frame.f_code.co_filename,
        frame.f_lineno,
        module=frame.f_globals.get("__name__"),
        registry=frame.f_globals.setdefault("__warningregistry__", {}),
    )
