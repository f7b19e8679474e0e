"""Prefixes and the minting of IRIs: deterministic, ASCII, from content, never from order or time."""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache

from kg import rules

NS = "https://w3id.org/khabarkg/ns#"
CODE = "https://w3id.org/khabarkg/code/"
ID = "https://w3id.org/khabarkg/id/"
_REPORT = f"{ID}report/"
_REPORT_DIGITS = 16
SCHEME = "1"
"""Version of the folding behind the hashes: a change of folding changes IRIs, so it must change this too."""

PREFIXES: dict[str, str] = {
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "kg": NS,
    "kgc": CODE,
    "nif": "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "wd": "http://www.wikidata.org/entity/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@cache
def expand(curie: str) -> str:
    """``kg:Report`` to its full IRI. Raises KeyError for an unknown prefix."""
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local


def code(scheme: str, value: str) -> str:
    """The IRI of a code: ``code("role", "minister")`` is kgc:role-minister."""
    return f"{CODE}{scheme}-{value}"


class _Romanisation(dict[int, str]):
    """From code point to slug: the listed letters; ASCII letters and digits and blanks stay, all else goes."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = char if (char.isascii() and char.isalnum()) or char.isspace() else ""
        return self[code]


@cache
def _romanisation() -> _Romanisation:
    loaded = rules.load("romanise.yaml", required={"letter", "to"})
    return _Romanisation({ord(rule.text("letter")): rule.text("to") for rule in loaded})


@lru_cache(maxsize=4096)  # the same names come in report after report
def romanise(folded: str) -> str:
    """An ASCII slug for the eyes: letter by letter, no vowels supplied, at most 48 characters."""
    return "-".join(folded.translate(_romanisation()).split())[:48].strip("-") or "x"


def mint(kind: str, folded: str, qualifier: str = "") -> str:
    """The IRI of a found entity: slug and 8 hex of SHA-256 over (scheme, kind, folded name, qualifier)."""
    digest = hashlib.sha256("|".join((SCHEME, kind, folded, qualifier)).encode()).hexdigest()[:8]
    return f"{ID}{kind}/{romanise(folded)}-{digest}"


def known(kind: str, slug: str) -> str:
    """The IRI of an entity that a data file lists."""
    return f"{ID}{kind}/{slug}"


def report(sha256: str) -> str:
    """The IRI of a report, from the SHA-256 of its text."""
    return f"{_REPORT}{sha256[:_REPORT_DIGITS]}"


def is_report(iri: str) -> bool:
    """Whether an IRI is that of a report, not of something in it."""
    return iri.startswith(_REPORT) and len(iri) == len(_REPORT) + _REPORT_DIGITS


def part(report_iri: str, kind: str, offset: int) -> str:
    """The IRI of what belongs to one report: by kind and offset, so that one more finding renumbers nothing."""
    return f"{report_iri}/{kind}-{offset}"


def span(report_iri: str, start: int, end: int) -> str:
    """The IRI of a text span (RFC 5147 character range)."""
    return f"{report_iri}#char={start},{end}"
