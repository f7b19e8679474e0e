"""Rule files: the program reads every one of them strictly, and what a rule says of itself is true."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from readings import report_of, understood

from kg import rules
from kg.errors import RuleError
from kg.mentions import quotes
from kg.rules import LANG, Rule

FILES = sorted(path.relative_to(LANG).as_posix() for path in LANG.rglob("*.yaml"))

LEAST_RULES, LEAST_SPELLINGS, LEAST_EXAMPLES, LEAST_NOT = 5300, 13500, 9, 18

WATCH = """
import json, sys
from kg import rules
seen, load = {}, rules._load
def watching(name, required, keys):
    seen[name] = [sorted(required), sorted(keys)]
    return load(name, required, keys)
rules._load = watching
from kg import pipeline, sources
from kg.export import lettering, words
from kg.mentions import names
for path in sys.argv[1:]:
    report = next(iter(sources.read([path])))
    pipeline.triples(report, pipeline.read(report))
other = sources.of_text("-\\n\\n\\u0648\\u06cc 10 \\u0645\\u062d\\u0631\\u0645 1445 \\u06af\\u0641\\u062a: 2.", "x")
pipeline.read(other)
lettering.width("x", 10.0)
words.page_words()
from kg.graph.identity import names as folded
folded.person("x y"), folded.organization("x y"), folded.renamed()
names.common_words()
from kg.web import words as pages
pages.word("brand")
print(json.dumps(seen))
"""


@cache
def fields_read() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Required and allowed fields of each rule file as the program reads it, seen in a process of its own."""
    examples = sorted(str(path) for path in (Path(__file__).parents[1] / "examples").glob("*.txt"))
    done = subprocess.run([sys.executable, "-c", WATCH, *examples], capture_output=True, text=True, check=True)
    return {name: (frozenset(a), frozenset(b)) for name, (a, b) in json.loads(done.stdout).items()}


@cache
def load(name: str) -> tuple[Rule, ...]:
    required, keys = fields_read()[name]
    return rules.load(name, required=required, keys=keys)


def test_every_file_is_read() -> None:
    assert set(FILES) <= set(fields_read())
    assert set(fields_read()) <= set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_strict(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file loads; under its name an unknown key, a missing id or a bare word does not, and the error says where."""
    assert load(name)
    broken = {
        "# x\n- {id: extra, surprise: x}\n": f"{name}, line 2: unknown key 'surprise'",
        "# x\n- {}\n": f"{name}, line 2: the rule has no 'id'",
        "# x\n\n- word\n": f"{name}, line 3: a rule is a mapping",
    }
    for number, (content, message) in enumerate(broken.items()):
        folder = tmp_path / str(number)
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(content, encoding="utf-8")
        monkeypatch.setattr(rules, "LANG", folder)
        required, keys = fields_read()[name]
        with pytest.raises(RuleError, match=message):
            rules._load.__wrapped__(name, frozenset(required), frozenset(keys))


# One adapter a file: the rules that a text fires, each as (rule id, value).
Fired = set[tuple[str, str]]


def posts(text: str) -> Fired:
    return {(m.rule.removeprefix("post-"), m.role) for m in understood(report_of(text)).reading.posts}


def organizations(text: str) -> Fired:
    found = understood(report_of(text)).reading.organizations
    ids = {(rule.id, rule.text("value")) for rule in load("organization-heads.yaml")}
    starts = {tuple(word.split()): rule for rule in load("organization-heads.yaml") for word in rule.list("match")}
    heads = {rule.id for m in found for start, rule in starts.items()
             if understood(report_of(text)).reading.surface(m.first, m.last).split()[: len(start)] == list(start)}
    types = {m.type for m in found}
    return {(id_, value) for id_, value in ids if id_ in heads and value in types}


def agreements(text: str) -> Fired:
    return {(m.rule.removeprefix("agreement-"), m.kind) for m in understood(report_of(text)).reading.agreements}


def events(text: str) -> Fired:
    return {(m.rule.removeprefix("event-"), m.kind) for m in understood(report_of(text)).reading.events}


def programs(text: str) -> Fired:
    return {(m.rule.removeprefix("program-"), m.kind) for m in understood(report_of(text)).reading.programs}


def modality(text: str) -> Fired:
    found = {(m.modality_rule, m.modality) for m in understood(report_of(text)).reading.figures}
    return {(rule.id, value) for rule in load("modality.yaml") for why, value in found
            if why.removeprefix("phrase ") in rule.list("match") and value == rule.text("value")}


def reporting(text: str) -> Fired:
    """Verbs that report, wherever they stand."""
    reading = understood(report_of(text)).reading
    return {(rule.id, rule.id) for _, _, rule in quotes._cues_in(reading, 0, len(reading.words))}


ADAPTERS: dict[str, Callable[[str], Fired]] = {
    "roles.yaml": posts,
    "organization-heads.yaml": organizations,
    "agreements.yaml": agreements,
    "events.yaml": events,
    "programs.yaml": programs,
    "modality.yaml": modality,
    "reporting.yaml": reporting,
}
AROUND = {"roles.yaml": "{} یزد گفت", "organization-heads.yaml": "{} یزد گفت", "reporting.yaml": "وی {}: سخن"}
"""A look-alike stands where the rule itself would fire: a title before a place, a verb after a speaker."""


def told(field: str) -> Iterator[tuple[str, str, str, str]]:
    """(file, rule, text, value) of every ``examples`` or ``not`` entry, whether or not an adapter knows the file."""
    for name in FILES:
        for rule in yaml.load((LANG / name).read_text(encoding="utf-8"), Loader=yaml.CBaseLoader):
            for entry in rule.get(field, []):
                row: dict[str, str] = entry if isinstance(entry, dict) else {"text": entry}
                yield name, rule["id"], row["text"], row.get("gives", row.get("value", ""))


@pytest.mark.parametrize(("name", "rule", "text", "gives"), list(told("examples")))
def test_example_fires_its_rule(name: str, rule: str, text: str, gives: str) -> None:
    assert name in ADAPTERS, f"{name} has examples: say in ADAPTERS what its rules give"
    assert gives, "an example says under 'gives' what it gives"
    assert (rule, gives) in ADAPTERS[name](text)


@pytest.mark.parametrize(("name", "rule", "text", "_"), list(told("not")))
def test_look_alike_does_not_fire_its_rule(name: str, rule: str, text: str, _: str) -> None:
    assert name in ADAPTERS, f"{name} has look-alikes: say in ADAPTERS what its rules give"
    for sentence in (text, AROUND.get(name, "{}").format(text)):
        assert rule not in {fired for fired, _ in ADAPTERS[name](sentence)}


@pytest.mark.parametrize(("name", "text", "rule"), [
    ("roles.yaml", "وزیر یزد گفت", "minister"),
    ("reporting.yaml", "وی گفت: سخن", "say"),
    ("organization-heads.yaml", "دانشگاه یزد گفت", "university"),
    ("events.yaml", "دومین همایش آب و خاک یزد برگزار شد.", "conference"),
    ("programs.yaml", "طرح «بهار سبز» آغاز شد.", "plan"),
    ("modality.yaml", "قرار است ۵ مدرسه ساخته شود.", "to-be"),
])
def test_adapters_see_rules_fire(name: str, text: str, rule: str) -> None:
    """What the look-alikes are held against does fire: otherwise their silence says nothing."""
    assert rule in {fired for fired, _ in ADAPTERS[name](text)}


def test_counts() -> None:
    read = [rule for name in FILES for rule in load(name)]
    spellings = sum(len(rule.fields[key]) for rule in read for key in ("match", "alt")
                    if isinstance(rule.fields.get(key), tuple))
    assert len(read) >= LEAST_RULES
    assert spellings >= LEAST_SPELLINGS
    assert len(list(told("examples"))) >= LEAST_EXAMPLES
    assert len(list(told("not"))) >= LEAST_NOT
