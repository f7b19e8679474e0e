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


VENDOR = ("Vazirmatn-Bold.woff2", "Vazirmatn-Regular.woff2", "yasqe.min.css", "yasqe.min.js")
"""Third-party files that `make assets` fetches for the pages; a checkout without Node lacks them."""


def vendor(name: str) -> Path | None:
    """One of the files of ``VENDOR``, or None where it was not fetched."""
    path = _PACKAGE / "web" / "static" / "vendor" / name
    return path if name in VENDOR and path.is_file() else None
