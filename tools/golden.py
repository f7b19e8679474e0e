"""Rewrite tests/reports/*.ttl, the whole checked graph of each example, and tell what has changed.

Run it after the reader has learned something, and read the difference fact by fact before committing it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

from kg import assemble, sources
from kg.export import turtle
from kg.graph.validate import PyShacl
from kg.model import Report

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
GOLDEN = ROOT / "tests" / "reports"


def graphs() -> Iterator[tuple[Path, str]]:
    """Each golden file and what should stand in it: the report's graph after the gate, as Turtle."""
    checker = PyShacl()
    for path in sorted(EXAMPLES.glob("*.txt")):
        report = next(iter(sources.read([str(path)])))
        assert isinstance(report, Report)
        yield GOLDEN / f"{path.stem}.ttl", turtle.write(assemble.build_one(report, checker).verdict.kept)


def difference(path: Path, text: str, context: int = 2) -> list[str]:
    """The lines in which a graph differs from its golden file."""
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    return list(unified_diff(old.splitlines(), text.splitlines(), path.name, "now", lineterm="", n=context))


def main() -> None:
    GOLDEN.mkdir(exist_ok=True)
    for path, text in graphs():
        changed = difference(path, text)
        path.write_text(text, encoding="utf-8", newline="\n")
        sys.stdout.write("\n".join(changed) + "\n" if changed else f"{path.name}: as before\n")
    names = {path.stem for path in EXAMPLES.glob("*.txt")}
    for path in sorted(GOLDEN.glob("*.ttl")):
        if path.stem not in names:
            path.unlink()
            sys.stdout.write(f"{path.name}: removed, as there is no such example\n")


if __name__ == "__main__":
    main()
