"""The files of identity: identity.tsv, which tells each pair, and identity-decisions.tsv, in which a person overrules.

Both are UTF-8, tab-separated, with a header. A decisions file needs the columns left, right and decision (same,
different or unsure); further columns are kept as a note or ignored, so that rows of identity.tsv can be copied and
changed. IRIs may be written whole or without ``https://w3id.org/khabarkg/id/``. Lines beginning with # are comments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from kg import iris
from kg.errors import InputError
from kg.graph.identity.records import Decision, Pair

COLUMNS = ("left", "right", "score", "decision", "why", "left_name", "right_name")
NEEDED = ("left", "right", "decision")
DECISIONS = ("same", "different", "unsure")


def short(iri: str) -> str:
    return iri.removeprefix(iris.ID)


def whole(text: str) -> str:
    """The IRI that a short or whole one means."""
    text = text.strip().strip("<>")
    return text if text.startswith(iris.ID) else iris.ID + text


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of identity.tsv by column. Raises InputError if it is no such file."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}.") from error
    columns = lines[0].split("\t") if lines else []
    if [name for name in NEEDED if name not in columns]:
        raise InputError(f"{path} is not an identity.tsv of kg build: its header lacks left, right or decision.")
    return [dict(zip(columns, line.split("\t"), strict=False)) for line in lines[1:] if line.count("\t") >= 3]


def table(pairs: Iterable[Pair], names: Mapping[str, str]) -> str:
    """The text of identity.tsv: united and doubtful pairs, with the fullest name of each side."""
    lines = ["\t".join(COLUMNS)]
    for pair in sorted(pairs, key=lambda p: (p.kind, p.left, p.right)):
        cells = (short(pair.left), short(pair.right), f"{pair.score:.3f}", pair.decision, pair.why,
                 names.get(pair.left, ""), names.get(pair.right, ""))
        lines.append("\t".join(" ".join(cell.split()) for cell in cells))
    return "\n".join(lines) + "\n"


def read(path: Path) -> list[Decision]:
    """The decisions of a file, sorted. Raises InputError with the line that cannot be taken."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8.") from error
    except OSError as error:
        raise InputError(f"The decisions {path} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    columns: list[str] | None = None
    found: dict[tuple[str, str], tuple[int, Decision]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if columns is None:
            columns = _header(path, number, cells)
            continue
        decision = _row(f"{path}, line {number}", columns, cells)
        before = found.setdefault((decision.left, decision.right), (number, decision))
        if before[1].decision != decision.decision:
            raise InputError(f"{path}, line {number}: '{decision.decision}' contradicts line {before[0]}, which says "
                             f"'{before[1].decision}' of the same two. Keep one of them.")
    return sorted(decision for _, decision in found.values())


def _header(path: Path, number: int, cells: list[str]) -> list[str]:
    missing = [name for name in NEEDED if name not in cells]
    if missing:
        raise InputError(f"{path}, line {number}: the header lacks {', '.join(missing)}; it is 'left', 'right', "
                         "'decision' and perhaps 'note', with tabs between.")
    return cells


def _row(place: str, columns: list[str], cells: list[str]) -> Decision:
    if len(cells) < 1 + max(columns.index(name) for name in NEEDED):
        raise InputError(f"{place}: {len(cells)} columns, but the header has {len(columns)}; put tabs between them.")
    row = dict(zip(columns, cells, strict=False))
    left, right = (_iri(place, row[side]) for side in ("left", "right"))
    if row["decision"] not in DECISIONS:
        raise InputError(f"{place}: '{row['decision']}' is no decision; write one of {', '.join(DECISIONS)}.")
    if left == right:
        raise InputError(f"{place}: both sides are {short(left)}; a decision is about two.")
    if _kind(left) != _kind(right):
        raise InputError(f"{place}: {short(left)} and {short(right)} are of two kinds and cannot be compared.")
    return Decision(min(left, right), max(left, right), row["decision"], row.get("note", ""))


def _iri(place: str, text: str) -> str:
    iri = whole(text)
    if not iri.isascii() or " " in iri or "/" not in short(iri) or "://" in short(iri):
        raise InputError(f"{place}: '{text}' is no IRI of this graph; copy it from identity.tsv or the graph.")
    return iri


def _kind(iri: str) -> str:
    """``person``, or ``event`` of what belongs to a report (``report/<hash>/event-12``)."""
    parts = short(iri).split("/")
    return parts[0] if parts[0] != "report" else parts[-1].rpartition("-")[0]
