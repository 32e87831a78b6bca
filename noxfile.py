"""The checks, each in an environment of its own: ``nox`` runs all, ``nox -s tests-3.13`` one.

The versions come from requirements.lock, as they do for ``make``.
"""

import nox

nox.needs_version = ">=2025.2.9"
nox.options.envdir = ".tools/nox"

PYTHONS = ["3.11", "3.12", "3.13"]


def install(session: nox.Session) -> None:
    """Install what the lock names, then the project."""
    session.install("--require-hashes", "-r", "requirements.lock")
    session.install("--no-deps", "--no-build-isolation", "--editable", ".")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests on each Python we support."""
    install(session)
    session.run("pytest", "-n", "auto", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, format and spelling."""
    install(session)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("codespell")


@nox.session
def types(session: nox.Session) -> None:
    """Check types with mypy and pyright."""
    install(session)
    session.run("mypy")
    # The lock says which pyright: it need not look for a newer one.
    session.run("pyright", env={"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"})


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation into site/."""
    install(session)
    session.run("zensical", "build", "--clean", "--strict")
