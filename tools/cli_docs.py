"""Write docs/cli.md from the help of the commands: python tools/cli_docs.py [--check].

With --check nothing is written and a stale file is an error.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from kg.cli import app

TARGET = Path(__file__).resolve().parents[1] / "docs" / "cli.md"
HEAD = """\
# The command line

Written by `python tools/cli_docs.py` from the commands themselves; a test holds it to them.

Data goes to standard output, messages go to standard error. An exit code other than 0 says what happened:

| code | meaning | what is on disk |
|--:|---|---|
| 0 | done | everything |
| 1 | an error of kg or of the disk | the reports that could be built |
| 2 | wrong usage, or input that could not be read | everything from the input that could be read |
| 3 | something was quarantined, or a graph does not conform | the graph without it; the rest in `quarantine/` |
| 4 | nothing was extracted | a graph that holds only the reports themselves |

If several hold, the lowest applies, but for 0.
"""


def pages() -> Iterator[str]:
    """The whole document, part by part. Only names and texts of our own go in, so that no library shapes it."""
    yield HEAD
    root = typer.main.get_command(app)
    yield from _page("kg", root)
    commands: dict[str, Any] = getattr(root, "commands", {})
    for name, command in commands.items():
        yield from _page(f"kg {name}", command)


def _page(title: str, command: Any) -> Iterator[str]:
    yield f"## {title}\n"
    for block in re.split(r"\n\s*\n", inspect.cleandoc(command.help)):
        listed, lines = block.startswith("\b\n"), block.removeprefix("\b\n").splitlines()
        if listed and lines[0].endswith(":"):
            example = "\n".join(line.removeprefix("  ") for line in lines[1:])
            yield f"{lines[0]}\n\n```sh\n{example}\n```\n"
        else:
            yield _plain("\n".join(lines)) + "\n"
    rows = [_row(param) for param in command.params if "--help" not in param.opts]
    if rows:
        yield "\n".join(["| argument or option | what it is |", "|---|---|", *rows]) + "\n"


def _row(param: Any) -> str:
    if param.param_type_name == "argument":
        several = "..." if param.nargs == -1 else ""
        name = f"{param.metavar or param.name.upper()}{several}" + ("" if param.required else " (may be left out)")
    else:
        value = "" if param.is_flag else f" {param.metavar or 'TEXT'}"
        name = ", ".join(param.opts) + value
    known = param.default is not None and not param.required and not getattr(param, "is_flag", False)
    shown = f" Default: `{param.default}`." if known and isinstance(param.default, (str, int, Path)) else ""
    return f"| `{name}` | {_plain(param.help)}{shown} |"


def _plain(text: str) -> str:
    return text.replace("<", "&lt;").replace("|", "\\|")


def main(arguments: list[str]) -> int:
    """Write the document; with --check, exit code 1 if it is stale."""
    new = "\n".join(pages())
    old = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
    if "--check" in arguments:
        if new != old:
            sys.stderr.write("docs/cli.md is stale: run python tools/cli_docs.py.\n")
        return int(new != old)
    TARGET.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
