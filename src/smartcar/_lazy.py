"""Names of a package that are imported when they are first asked for.

A thread that imports a module of a package does not wait for another that is importing the package
itself.  Where the package imports that module, too, each may come to wait for the other, and
Python hands one of them a module that is half made.  A package that imports nothing avoids it, so
that several threads may be the first to import whatever they want.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any


def lazily(
    package: str,
    homes: Mapping[str, Iterable[str]],
    otherwise: Callable[[str], Any] | None = None,
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The ``__getattr__`` and the ``__dir__`` of a package (PEP 562).

    Args:
        package: Its name.
        homes: Names by the module, relative to the package, that each is in; those of ``"."`` are
            modules themselves.
        otherwise: Where names are sought that are not among them.
    """
    where = {name: home for home, names in homes.items() for name in names}
    module = sys.modules[package]

    def found(name: str) -> Any:
        if name not in where:
            if otherwise is not None:
                return otherwise(name)
            msg = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(msg, name=name)
        if where[name] == ".":
            value: Any = import_module(f".{name}", package)
        else:
            value = getattr(import_module(where[name], package), name)
        setattr(module, name, value)
        return value

    def all_of_it() -> list[str]:
        made = vars(module)
        own = {name for name in made if name[:2] == "__" or isinstance(made[name], ModuleType)}
        return sorted({*own, *where})

    return found, all_of_it
