"""Run the commands shown in README.md and put their real output under them: python tools/readme.py [--check].

A ``console`` block holds commands (lines that begin with ``$ ``, continued by ``> ``) and what they print. All run in
one fresh folder that sees the repository's examples and queries, with ``kg`` on the path. With --check nothing is
written, and a block that prints something else is an error.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
SEEN = ("examples", "queries", "ontology", "shapes")
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def commands(block: str) -> Iterator[list[str]]:
    """The commands of a block, each as the lines that show it."""
    lines: list[str] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            if lines:
                yield lines
            lines = [line]
        elif lines and line.startswith("> "):
            lines.append(line)
    if lines:
        yield lines


def blocks(text: str) -> list[str]:
    """The console blocks of a document."""
    return _BLOCK.findall(text)


def run(block: str, folder: Path) -> tuple[str, list[int]]:
    """The block with what its commands print now (both streams), and their exit codes."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    shown, codes = [], []
    for lines in commands(block):
        script = "\n".join(line[2:] for line in lines)
        done = subprocess.run(["bash", "-c", script], cwd=folder, env={**os.environ, "PATH": path}, encoding="utf-8",
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        printed = [line.rstrip() for line in done.stdout.splitlines()]
        shown += [*lines, *printed]
        codes.append(done.returncode)
    return "\n".join(shown) + "\n", codes


def prepared(folder: Path) -> Path:
    """A folder from which a user would work: the repository's own files, and no output yet."""
    for name in SEEN:
        (folder / name).symlink_to(ROOT / name)
    return folder


def fresh(text: str) -> str:
    """The document with the output of every block as it is now."""
    with tempfile.TemporaryDirectory() as name:
        folder = prepared(Path(name))
        return _BLOCK.sub(lambda m: f"```console\n{run(m.group(1), folder)[0]}```", text)


def main(arguments: list[str]) -> int:
    """Write README.md; with --check, exit code 1 if it is stale."""
    old = README.read_text(encoding="utf-8")
    new = fresh(old)
    if "--check" in arguments:
        if new != old:
            sys.stderr.write("README.md shows what is no longer printed: run python tools/readme.py.\n")
        return int(new != old)
    README.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
