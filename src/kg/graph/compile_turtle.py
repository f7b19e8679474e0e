"""A small, strict reader of Turtle for shapes: no network, no guesses, a tenth of the time of a full parser.

It knows what shapes are written in: prefixes, IRIs, prefixed names, ``a``, ``;`` and ``,``, blank nodes in brackets,
collections, strings in all four quotes, language tags, datatypes, numbers and booleans. Anything else is a RuleError
with file and line, never a guess. A blank node is a text that begins with ``_:``. The tests hold the reader against
rdflib.
Grammar: https://www.w3.org/TR/turtle/#sec-grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

from kg.errors import RuleError
from kg.graph.compile_literals import canonical
from kg.model import Literal, Term, Triple

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE, FIRST, REST, NIL = (RDF + name for name in ("type", "first", "rest", "nil"))

_LOCAL = r"(?:[\w:%-]|\.(?=[\w:%.-])|\\[_~.!$&'()*+,;=/?#@%-])*"
_TOKEN = re.compile(
    r"""(?:\s+|\#[^\n]*)*(?:
    (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<long>\"\"\"(?:\"{0,2}(?:[^"\\]|\\.))*\"\"\"|'''(?:'{0,2}(?:[^'\\]|\\.))*''')
  | (?P<text>"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
  | (?P<at>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<type>\^\^)
  | (?P<number>[+-]?(?:[0-9]+\.?[0-9]*[eE][+-]?[0-9]+|\.[0-9]+[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+))
  | (?P<blank>_:\w(?:[\w-]|\.(?=[\w.-]))*)
  | (?P<name>(?:[^\W\d_](?:[\w-]|\.(?=[\w.-]))*)?:""" + _LOCAL + r""")
  | (?P<word>[A-Za-z]+)
  | (?P<mark>[][();,.])
  | (?P<end>\Z))""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_NUMBERS = ((re.compile(r"[+-]?[0-9]+"), "integer"), (re.compile(r"[+-]?[0-9]*\.[0-9]+"), "decimal"))


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def parse(text: str, file: str, base: str = "") -> list[Triple]:
    """The triples of a Turtle text, in its order. ``file`` names it in errors and keeps its blank nodes apart.

    Raises RuleError where the text is not Turtle or uses a part of Turtle that the reader does not know.
    """
    return _Parser(text, file, base).triples


class _Parser:
    def __init__(self, text: str, file: str, base: str) -> None:
        self.text, self.file, self.base = text, file, base
        self.triples: list[Triple] = []
        self.prefixes: dict[str, str] = {}
        self._count = 0
        self._tokens = self._scan()
        self._next = next(self._tokens)
        while self._next.kind != "end":
            self._statement()

    def _scan(self) -> Iterator[_Token]:
        position = 0
        while True:
            found = _TOKEN.match(self.text, position)
            if found is None or found.lastgroup is None:
                self._fail(position, "this is not Turtle that the reader knows")
            yield _Token(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup))
            position = found.end()

    def _fail(self, at: int, what: str) -> NoReturn:
        line = self.text.count("\n", 0, at) + 1
        raise RuleError(f"{self.file}, line {line}: {what}: '{self.text[at:at + 40].strip()}'.")

    def _take(self) -> _Token:
        token = self._next
        if token.kind != "end":
            self._next = next(self._tokens)
        return token

    def _mark(self, mark: str) -> None:
        token = self._take()
        if token.text != mark or token.kind != "mark":
            self._fail(token.at, f"'{mark}' is expected")

    def _is(self, mark: str) -> bool:
        return self._next.kind == "mark" and self._next.text == mark

    def _statement(self) -> None:
        if self._next.kind == "at":
            self._directive()
            return
        bracket = self._is("[")
        subject = self._node()
        if not isinstance(subject, str):
            self._fail(self._next.at, "a literal cannot be a subject")
        if not (bracket and self._is(".")):
            self._properties(subject)
        self._mark(".")

    def _directive(self) -> None:
        token = self._take()
        if token.text != "@prefix":
            self._fail(token.at, "the only directive that the reader knows is @prefix")
        name, iri = self._take(), self._take()
        if name.kind != "name" or not name.text.endswith(":") or iri.kind != "iri":
            self._fail(token.at, "a prefix is '@prefix name: <iri> .'")
        self.prefixes[name.text[:-1]] = self._iri(iri)
        self._mark(".")

    def _properties(self, subject: str) -> None:
        while True:
            predicate = self._predicate()
            while True:
                self.triples.append((subject, predicate, self._node()))
                if not self._is(","):
                    break
                self._take()
            if not self._is(";"):
                return
            while self._is(";"):
                self._take()
            if self._is(".") or self._is("]"):
                return

    def _predicate(self) -> str:
        if self._next.kind == "word" and self._next.text == "a":
            self._take()
            return TYPE
        if self._next.kind not in ("iri", "name"):
            self._fail(self._next.at, "a property is expected")
        return self._resource(self._take())

    def _node(self) -> Term:
        token = self._take()
        if token.kind in ("iri", "name"):
            return self._resource(token)
        if token.kind == "blank":
            return f"_:{self.file}:{token.text[2:]}"
        if token.kind in ("text", "long"):
            return self._literal(token)
        if token.kind == "number":
            kind = next((kind for pattern, kind in _NUMBERS if pattern.fullmatch(token.text)), "double")
            return Literal(token.text, XSD + kind)
        if token.kind == "word" and token.text in ("true", "false"):
            return Literal(token.text, XSD + "boolean")
        if token.kind == "mark" and token.text == "[":
            return self._anonymous()
        if token.kind == "mark" and token.text == "(":
            return self._collection()
        self._fail(token.at, "a node is expected")

    def _blank(self) -> str:
        self._count += 1
        return f"_:{self.file}#{self._count}"

    def _anonymous(self) -> str:
        node = self._blank()
        if not self._is("]"):
            self._properties(node)
        self._mark("]")
        return node

    def _collection(self) -> str:
        items = []
        while not self._is(")"):
            items.append(self._node())
        self._take()
        rest = NIL
        for item in reversed(items):
            node = self._blank()
            self.triples += (node, FIRST, item), (node, REST, rest)
            rest = node
        return rest

    def _literal(self, token: _Token) -> Term:
        cut = 3 if token.kind == "long" else 1
        text = self._unescaped(token.text[cut:-cut], token.at)
        if self._next.kind == "at":
            return canonical(Literal(text, None, self._take().text[1:]))
        if self._next.kind == "type":
            self._take()
            return canonical(Literal(text, self._resource(self._take())))
        return canonical(Literal(text))

    def _unescaped(self, text: str, at: int) -> str:
        def character(match: re.Match[str]) -> str:
            code = match[1] or match[2]
            if code:
                return chr(int(code, 16))
            if match[3] not in _CHARACTERS:
                self._fail(at, f"unknown escape '\\{match[3]}'")
            return _CHARACTERS[match[3]]

        return _ESCAPE.sub(character, text) if "\\" in text else text

    def _resource(self, token: _Token) -> str:
        if token.kind == "iri":
            return self._iri(token)
        if token.kind != "name":
            self._fail(token.at, "an IRI is expected")
        prefix, _, local = token.text.partition(":")
        if prefix not in self.prefixes:
            self._fail(token.at, f"the prefix '{prefix}:' is not declared")
        return self.prefixes[prefix] + (re.sub(r"\\(.)", r"\1", local) if "\\" in local else local)

    def _iri(self, token: _Token) -> str:
        iri = token.text[1:-1]
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", iri):
            return iri
        if not self.base or (iri and not iri.startswith("#")):
            self._fail(token.at, "the reader wants whole IRIs")
        return self.base + iri
