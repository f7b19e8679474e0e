"""A SPARQL query as tokens, and what of it is refused before anything runs it.

Terminals are those of SPARQL 1.1 (section 19.8). A keyword is a word that stands by itself: in a string, an IRI, a
comment, a prefixed name or a variable it is not one. SPARQL 1.1 has code point escapes (``\\u0053``) stand for their
character anywhere, SPARQL 1.2 and Oxigraph in strings and IRIs only. So a query is read both ways, and refused if
either reading asks for what is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.errors import InputError
from kg.iris import PREFIXES

DEEPEST = 100
"""So many brackets may stand in one another; parsers by recursive descent end where their stack does."""
UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "ADD", "MOVE", "COPY", "WITH"})

_U = r"\\u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}|\\U(?:0000(?![dD][89a-fA-F])|000[1-9A-Fa-f]|0010)[0-9A-Fa-f]{4}"
_E = rf"\\[tbnrf\"'\\]|{_U}"
_LOCAL = r":(?:[\w:.\-\u00b7]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])*"
_TOKEN = re.compile(
    r"(?P<blank>[ \t\r\n]+|#[^\r\n]*)"
    rf'|(?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|{_U})*>)'
    rf"""|(?P<string>\"""(?:[^"\\]|{_E}|"(?!""))*\"""|\'\'\'(?:[^'\\]|{_E}|'(?!\'\'))*\'\'\'"""
    rf"""|"(?:[^"\\\r\n]|{_E})*"|'(?:[^'\\\r\n]|{_E})*')"""
    r"|(?P<variable>[?$]\w+)"
    r"|(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)"
    r"|(?P<node>_:\w[\w.\-\u00b7]*)"
    rf"|(?P<words>[^\W\d][\w.\-\u00b7]*)(?P<name>{_LOCAL})?"
    rf"|(?P<local>{_LOCAL})"
    r"|(?P<number>\d+)"
    r"|(?P<other>.)", re.DOTALL)
"""Linear in the text: no alternative gives up after reading far ahead more than once."""
_WORDS = re.compile(r"\w+|.")
_ESCAPED = re.compile(_U)


@dataclass(frozen=True)
class Token:
    """A terminal: its kind (iri, string, variable, language, node, name, word, number, other) and its text."""

    kind: str
    text: str

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.upper() in words


def tokens(query: str) -> Iterator[Token]:
    """The terminals of a query, blanks and comments left out. Whatever the text, it is read to its end."""
    for match in _TOKEN.finditer(query):
        kind = match.lastgroup or "other"
        if kind == "words":
            yield from (Token("word" if part[0].isalpha() or part[0] == "_" else "other", part)
                        for part in _WORDS.findall(match.group()))
        elif kind != "blank":
            yield Token("name" if kind == "local" else kind, match.group())


def check(query: str) -> list[str]:
    """The IRIs of the query's FROM clauses. Raises InputError if it asks for SERVICE or an update, or nests too deep.

    Whether it is a query at all is for its parser to say.
    """
    readings = [list(tokens(query))]
    if "\\" in query:
        readings.append(list(tokens(_ESCAPED.sub(_char, query))))
    for found in readings:
        _refuse(found)
    return _graphs(readings[0])


def _refuse(found: list[Token]) -> None:
    if any(_calls(found, at) for at in range(len(found))):
        raise InputError("SERVICE is refused: a query sees the given data only. Leave the SERVICE part out.")
    for token in _after_prologue(found)[:1]:
        if token.is_word(*UPDATES):
            raise InputError(f"{token.text.upper()} is refused: the data can be asked, not changed. Begin with SELECT, "
                             "ASK, CONSTRUCT or DESCRIBE.")
    depth = 0
    for token in found:
        depth += (token.text in "{([") - (token.text in "})]") if token.kind == "other" else 0
        if depth > DEEPEST:
            raise InputError(f"The query nests more than {DEEPEST} brackets in one another. Write it flatter.")


def _calls(found: list[Token], at: int) -> bool:
    """Whether a parser could take the token for SERVICE.

    Parsers that need no blank after a keyword read ``SERVICEx:y {`` and ``SERVICE:y {`` as SERVICE, too; but for
    ``GRAPH service:y {`` and where no bracket follows, a name with such a prefix is a name.
    """
    token = found[at]
    if token.kind == "word":
        return "SERVICE" in token.text.upper()
    if token.kind != "name" or "SERVICE" not in token.text.partition(":")[0].upper():
        return False
    follows = found[at + 1:at + 2] == [Token("other", "{")]
    return follows and not (at and found[at - 1].is_word("GRAPH"))


def _after_prologue(found: list[Token]) -> list[Token]:
    """What follows the BASE and PREFIX declarations."""
    at = 0
    while at < len(found) and found[at].is_word("BASE", "PREFIX"):
        at += 2 if found[at].is_word("BASE") else 3
    return found[at:]


def _graphs(found: list[Token]) -> list[str]:
    """The IRIs after FROM and FROM NAMED, prefixed names written out as far as their prefixes are known."""
    prefixes = {f"{name}:": iri for name, iri in PREFIXES.items()}
    graphs = []
    for at, token in enumerate(found):
        if token.is_word("PREFIX") and at + 2 < len(found) and found[at + 2].kind == "iri":
            prefixes[found[at + 1].text] = _iri(found[at + 2], {})
        if token.is_word("FROM"):
            named = found[at + 1:at + 2] and found[at + 1].is_word("NAMED")
            graphs += [_iri(value, prefixes) for value in found[at + 2 if named else at + 1:][:1]]
    return graphs


def _iri(token: Token, prefixes: dict[str, str]) -> str:
    if token.kind == "iri":
        return _ESCAPED.sub(_char, token.text[1:-1])
    prefix, colon, local = token.text.partition(":")
    return prefixes.get(prefix + colon, prefix + colon) + re.sub(r"\\(.)", r"\1", local)


def _char(match: re.Match[str]) -> str:
    try:
        return chr(int(match.group()[2:], 16))
    except (ValueError, OverflowError):
        return "\ufffd"
