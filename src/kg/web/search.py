"""Search in any spelling: SQLite FTS5 with trigrams over folded texts; LIKE for one or two letters.

Each entity, statement, figure and report is one document: its names in one field, its words in another. A document
counts if it holds the whole wanted text, or each of its words. Names come before words, whole names first.
"""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass

from kg.export.record import Record
from kg.web import items
from kg.web.columns import PATHS
from kg.web.fold import folded
from kg.web.graph import Shown

MOST = 500
"""Hits that one search gives at most."""
_LONGEST = 200


@dataclass(frozen=True)
class Hit:
    """A found record; ``exact`` is 0 if a name is the wanted text, 1 if one begins so, 2 if one holds it, else 3."""

    record: Record
    exact: int


class Index:
    """The documents of a graph, in memory."""

    def __init__(self, graph: Shown) -> None:
        self._graph = graph
        self._lock = threading.Lock()
        self._base = sqlite3.connect(":memory:", check_same_thread=False)
        self._base.execute("CREATE TABLE doc (iri TEXT, names TEXT, words TEXT, weight INTEGER)")
        self._trigrams = _supports_trigrams(self._base)
        rows = [(r.iri, "\n".join(map(folded, _names(r))), "\n".join(map(folded, _words(r))),
                 len(graph.incoming.get(r.iri, ()))) for r in graph.records if r.kind in PATHS]
        self._base.executemany("INSERT INTO doc VALUES (?, ?, ?, ?)", rows)
        if self._trigrams:
            self._base.execute("CREATE VIRTUAL TABLE fts USING fts5(names, words, content='doc', tokenize='trigram')")
            self._base.execute("INSERT INTO fts(fts) VALUES ('rebuild')")
        self._base.commit()

    def find(self, text: str, kind: str = "", most: int = MOST) -> list[Hit]:
        """The records that hold a text in any spelling, the best first."""
        whole = folded(text[:_LONGEST])
        words = [w for w in map(folded, text[:_LONGEST].split()) if w]
        if not whole:
            return []
        found = self._holding([whole])
        if len(words) > 1:
            found |= self._holding(words)
        hits = []
        for iri, (names, weight) in found.items():
            record = self._graph.records[iri]
            if not kind or record.kind == kind:
                hits.append((_exactness(names, whole), -weight, iri, record))
        hits.sort(key=lambda h: h[:3])
        return [Hit(record, exact) for exact, _, _, record in hits[:most]]

    def _holding(self, words: list[str]) -> dict[str, tuple[list[str], int]]:
        """The documents that hold all of these folded words, those of a name first in case there are too many."""
        long = [w for w in words if len(w) >= 3 and self._trigrams]
        short = [w for w in words if w not in long]
        clauses, values = [], []
        if long:
            clauses.append("doc.rowid IN (SELECT rowid FROM fts WHERE fts MATCH ?)")
            values.append(" AND ".join(f'"{w}"' for w in long))
        for word in short:
            clauses.append("(doc.names LIKE ? ESCAPE '!' OR doc.words LIKE ? ESCAPE '!')")
            values += [_like(word)] * 2
        query = (f"SELECT iri, names, weight FROM doc WHERE {' AND '.join(clauses)} "  # fixed clauses, bound values
                 "ORDER BY doc.names LIKE ? ESCAPE '!' DESC, weight DESC, iri LIMIT ?")
        with self._lock:
            rows = self._base.execute(query, [*values, _like(words[0]), 4 * MOST]).fetchall()
        return {iri: (names.split("\n"), weight) for iri, names, weight in rows}


def _exactness(names: list[str], wanted: str) -> int:
    if wanted in names:
        return 0
    if any(n.startswith(wanted) for n in names):
        return 1
    return 2 if any(wanted in n for n in names) else 3


def _like(word: str) -> str:
    return "%" + word.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"


def _supports_trigrams(base: sqlite3.Connection) -> bool:
    try:
        base.execute("CREATE VIRTUAL TABLE probe USING fts5(x, tokenize='trigram')")
        base.execute("DROP TABLE probe")
    except sqlite3.OperationalError:
        return False
    return True


def _names(record: Record) -> list[str]:
    """What a record is called; a statement and a figure have no names, only words."""
    if record.kind in ("Statement", "Figure"):
        return []
    title = items.title(record)
    return list(dict.fromkeys(filter(None, (*record.names, title.fa, title.en))))


def _words(record: Record) -> list[str]:
    """What a record says: its texts, a figure's number in full too."""
    told = [value for _, name in record.values if name for value in (name.fa, name.en) if value]
    return list(dict.fromkeys([record.name.fa, *told] if record.kind in ("Statement", "Figure") else
                              [t for relation in ("purpose", "countsText", "beneficiary", "portfolio")
                               for t in record.texts(relation)]))
