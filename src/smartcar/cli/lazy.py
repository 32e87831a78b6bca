"""Groups of commands that are imported when they are called for: a prompt waits for no others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from pkgutil import resolve_name
from typing import Any, Final

import click
from click.shell_completion import CompletionItem


class _Commands(MutableMapping[str, click.Command]):
    """Commands by name, each imported when it is looked at."""

    def __init__(self, homes: Mapping[str, str]) -> None:
        self._found: dict[str, str | click.Command] = dict(homes)

    def __getitem__(self, name: str) -> click.Command:
        found = self._found[name]
        if isinstance(found, str):
            command: click.Command = resolve_name(found)
            found = self._found[name] = command
        return found

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._found[name] = command

    def __delitem__(self, name: str) -> None:
        del self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


class LazyGroup(click.Group):
    """A group whose commands are named, and imported when somebody calls for one.

    Args:
        package: Where their modules are.
        homes: Of each command's name, its ``module:attribute``, and what it does, as its own help
            begins.
    """

    def __init__(
        self, name: str, *, package: str, homes: Mapping[str, tuple[str, str]], **more: Any
    ) -> None:
        found = {each: f"{package}.{home}" for each, (home, _) in homes.items()}
        super().__init__(name, _Commands(found), **more)
        self.told: Final = {name: told for name, (_, told) in homes.items()}

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List them, and what each does."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(sorted(self.told.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete their names, and options."""
        found = [
            CompletionItem(name, help=told)
            for name, told in sorted(self.told.items())
            if name.startswith(incomplete)
        ]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]
