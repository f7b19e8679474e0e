"""What a store keeps of one report: a file of N-Quads, with the report itself and its counts in a comment on top.

The triples are those of this report alone, in the named graph of the report's IRI, sorted, their lexical forms
untouched. The text is kept so that ``kg rebuild`` can read it anew with better rules.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kg import assemble, iris
from kg.errors import InputError
from kg.export import nquads
from kg.graph.validate import Checker
from kg.model import Report, Triple
from kg.scale import work

_NOT_PLAIN = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True)
class Record:
    """A report as a store keeps it. ``quarantine`` is the Turtle of what was kept back, "" if nothing was.

    ``version`` names the code and rules that read it, ``least`` the least confidence asked for.
    """

    report: Report
    triples: tuple[Triple, ...]
    facts: int
    unsure: int
    quarantined: int
    quarantine: str
    version: str
    least: str

    @property
    def key(self) -> str:
        return key_of(self.report)

    @property
    def iri(self) -> str:
        return iris.report(self.report.sha256)

    def text(self) -> str:
        """The file's text; the same record always gives the same."""
        report = self.report
        head = {
            "id": report.id, "text": report.text, "title_end": report.title_end, "body_start": report.body_start,
            "published": report.published.isoformat() if report.published else None, "outlet": report.outlet,
            "url": report.url, "facts": self.facts, "unsure": self.unsure, "quarantined": self.quarantined,
            "quarantine": self.quarantine, "version": self.version, "least": self.least,
        }
        lines = sorted({nquads.line(triple, self.iri) for triple in self.triples})
        return "\n".join(["# " + json_line(head), *lines]) + "\n"


def json_line(value: object) -> str:
    """JSON on one line whatever a reader takes for a line's end; a lone surrogate of a file's name stays an escape."""
    return _NOT_PLAIN.sub(lambda m: f"\\u{ord(m.group()):04x}", json.dumps(value, ensure_ascii=False, sort_keys=True))


def read(data: bytes, place: str) -> Record:
    """The record of a file's bytes. Raises InputError naming ``place`` if they are not what ``text`` writes."""
    try:
        first, *lines = data.decode("utf-8").removesuffix("\n").split("\n")
        head: dict[str, Any] = json.loads(first.removeprefix("# "))
        published = head["published"]
        report = Report(head["id"], head["text"], head["title_end"], head["body_start"],
                        date.fromisoformat(published) if published else None, head["outlet"], head["url"])
        triples = tuple(nquads.parse(line)[0] for line in lines)
        return Record(report, triples, head["facts"], head["unsure"], head["quarantined"], head["quarantine"],
                      head["version"], head["least"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{place} is damaged ({type(error).__name__}: {error}). Put it back from a copy, or add the "
                         "report again.") from error


def of(report: Report, checker: Checker, least: Decimal = Decimal(0)) -> Record | str:
    """Read a report and hold it against the shapes; or a sentence, if that failed by an error of ours."""
    built = assemble.build_one(report, checker, least)
    if built.error:
        return built.error
    verdict = built.verdict
    kept_back = assemble.quarantine(report, verdict.quarantined) if verdict.quarantined else ""
    return Record(report, tuple(verdict.kept), built.facts, built.unsure, len(verdict.quarantined), kept_back,
                  version(), str(least))


def version() -> str:
    """Names the code, rules, ontology and shapes of this installation: another one may read otherwise."""
    return work.version()


def key_of(report: Report) -> str:
    """16 hex of the text's SHA-256, as in the report's IRI, and 16 more over all that came along with the text."""
    along = [report.sha256, report.id, report.published.isoformat() if report.published else None, report.outlet,
             report.url, report.title_end, report.body_start]
    return f"{report.sha256[:16]}-{hashlib.sha256(json.dumps(along).encode()).hexdigest()[:16]}"
