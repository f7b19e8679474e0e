"""Files that are whole or not there: written beside their place under another name, then renamed."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from kg.errors import OutputError

_UNSAFE = re.compile(r"[^\w.\- ]|^\.|[. ]$")
_LONGEST = 100


def write(path: Path, text: str) -> None:
    """Write text as UTF-8 with ``\\n`` line ends. Raises OutputError; an older file then stays as it was."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, data: bytes, flush: bool = False) -> None:
    """Write bytes; with ``flush`` they are on the disk before the name is. Raises OutputError; an older file then stays
    as it was."""
    with part(path, flush) as stream:
        stream.write(data)


@contextlib.contextmanager
def part(path: Path, flush: bool = False) -> Iterator[IO[bytes]]:
    """A file to write to (and read back) that gets its name when the block is done; with ``flush``, when its bytes are
    on the disk. Raises OutputError; then, and whatever else ends the block, nothing is left of it."""
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=".kg-", suffix=".part", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "w+b") as stream:
            yield stream
            if flush:
                stream.flush()
                os.fsync(stream.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
        temporary = None
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}. "
                          "Free some space or choose another place.") from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()


def folder(path: Path) -> Path:
    """Make a folder that can be written to. Raises OutputError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise OutputError(f"The folder {path} cannot be written to: {(error.strerror or str(error)).lower()}. "
                          "Choose another place.") from error
    return path


def name_of(id: str) -> str:
    """A file name for a report's id, the same for the same id and different for another one.

    Letters, digits, dots, dashes and spaces stay; anything else (slashes, controls) becomes %XX of its UTF-8 bytes.
    """
    import hashlib

    name = _UNSAFE.sub(lambda m: "".join(f"%{byte:02X}" for byte in m.group().encode("utf-8", "replace")), id) or "%"
    if len(name.encode("utf-8")) <= _LONGEST * 2 and len(name) <= _LONGEST:
        return name
    # Cut at a whole %XX so that the name stays readable; the digest keeps it apart from its likes.
    return re.sub(r"%.?$", "", name[:60]) + "-" + hashlib.sha256(id.encode("utf-8", "replace")).hexdigest()[:16]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
