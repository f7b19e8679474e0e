"""An output folder that Spark's file systems hold: the disk, HDFS, S3 and their like, by Hadoop's own interface."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import OutputError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_BLOCK = 1024 * 1024


class Hadoop:
    """A folder, made if it is not there. All of its methods raise OutputError."""

    def __init__(self, session: SparkSession, root: str) -> None:
        self._jvm: Any = session._jvm
        self._root = root.rstrip("/") if "://" in root else f"file://{Path(root).resolve().as_posix()}"
        conf = session.sparkContext._jsc.hadoopConfiguration()
        self._fs: Any = self._try("", lambda: self._path("").getFileSystem(conf))
        self._try("", lambda: self._fs.mkdirs(self._path("")))

    def path(self, name: str) -> str:
        """The full address of a name."""
        return f"{self._root}/{name}" if name else self._root

    def write(self, name: str, lines: Iterable[str]) -> None:
        """Write under another name, then rename."""
        folder, _, last = name.rpartition("/")
        part = f"{folder}/.{last}.part" if folder else f".{last}.part"
        stream = self._try(name, lambda: self._fs.create(self._path(part), True))
        try:
            waiting = bytearray()
            for line in lines:
                waiting += line.encode()
                if len(waiting) >= _BLOCK:
                    self._try(name, lambda data=waiting: stream.write(data))
                    waiting = bytearray()
            self._try(name, lambda: stream.write(waiting))
        finally:
            self._try(name, stream.close)
        self.rename(part, name)

    def read(self, name: str, limit: int) -> bytes:
        """The first bytes of a file."""
        stream = self._try(name, lambda: self._fs.open(self._path(name)))
        try:
            return bytes(self._try(name, lambda: stream.readNBytes(limit)))
        finally:
            stream.close()

    def rename(self, old: str, new: str) -> None:
        """Give a file another name; a file of that name goes."""
        self.remove(new)
        if not self._try(new, lambda: self._fs.rename(self._path(old), self._path(new))):
            raise OutputError(f"{self.path(new)} cannot be written. Free some space or choose another place.")

    def remove(self, name: str) -> None:
        """Take away a file or folder, if it is there."""
        self._try(name, lambda: self._fs.delete(self._path(name), True))

    def exists(self, name: str) -> bool:
        return bool(self._try(name, lambda: self._fs.exists(self._path(name))))

    def names(self, folder: str) -> list[str]:
        """What is in a folder, sorted, with the folder's name before it."""
        if not self.exists(folder):
            return []
        found = self._try(folder, lambda: self._fs.listStatus(self._path(folder)))
        return sorted(f"{folder}/{status.getPath().getName()}" for status in found)

    def _path(self, name: str) -> Any:
        return self._jvm.org.apache.hadoop.fs.Path(self.path(name))

    def _try(self, name: str, do: Any) -> Any:
        from py4j.protocol import Py4JJavaError

        try:
            return do()
        except Py4JJavaError as error:
            reason = str(error.java_exception.getMessage()).splitlines()[0]
            raise OutputError(f"{self.path(name)} cannot be written or read: {reason}.") from error
