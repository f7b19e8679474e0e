"""Where the ontology and the shapes lie: inside an installed package, or beside ``src`` in a checkout."""

from __future__ import annotations

from pathlib import Path

from kg.errors import KgError

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder ``ontology`` or ``shapes``. Raises KgError if the installation lacks it."""
    for candidate in (_PACKAGE / "_data" / name, _PACKAGE.parents[1] / name):
        if candidate.is_dir():
            return candidate
    raise KgError(f"The folder '{name}' of this installation is missing beside {_PACKAGE}. Reinstall khabar-kg.")


def turtle_files(name: str) -> list[Path]:
    """The Turtle files of a resource folder, sorted by name."""
    return sorted(folder(name).glob("**/*.ttl"))
