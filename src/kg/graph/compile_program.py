"""From Turtle to a program: every shape compiled or refused, nothing skipped.

A property in the SHACL namespace that is not listed here, a list that is none, a path of an unknown form, a shape
that leads back to itself, a SPARQL query without its twin: each is a RuleError that names the file and the shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path as FilePath

from kg.errors import RuleError
from kg.graph import compile_constraints as core
from kg.graph import compile_paths as paths
from kg.graph import compile_shapes as logic
from kg.graph import compile_turtle as turtle
from kg.graph import compile_twins as twins
from kg.graph.compile_constraints import Constraint
from kg.graph.compile_literals import INTEGER
from kg.graph.compile_paths import Path
from kg.graph.compile_shapes import Program, Shape, Site, Targets
from kg.graph.shacl import _messages as by_language
from kg.iris import PREFIXES, expand
from kg.model import Literal, Term, Triple

SH = "http://www.w3.org/ns/shacl#"
_CLASSES = (expand("rdfs:Class"), "http://www.w3.org/2002/07/owl#Class")
_RESOURCE = expand("rdfs:Resource")
_TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
_PASSIVE = ("name", "description", "order", "group", "defaultValue", "message", "severity", "deactivated")
_HELPERS = ("path", "property", "ignoredProperties", "flags", "qualifiedMinCount", "qualifiedMaxCount", "inversePath",
            "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath", "select", "prefixes", "declare",
            "prefix", "namespace")
_KINDS = {"IRI": ("IRI",), "Literal": ("Literal",), "IRIOrLiteral": ("IRI", "Literal"), "BlankNode": (),
          "BlankNodeOrIRI": ("IRI",), "BlankNodeOrLiteral": ("Literal",)}
_BOUNDS = {"minInclusive": ">=", "minExclusive": ">", "maxInclusive": "<=", "maxExclusive": "<"}
_ONLY_PROPERTY = frozenset(("minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals",
                            "qualifiedValueShape"))
_ONCE = frozenset(("minCount", "maxCount", "datatype", "nodeKind", "minLength", "maxLength", "languageIn", "uniqueLang",
                   "in", "closed", "qualifiedMinCount", "qualifiedMaxCount", "path", "flags"))


def program(files: Iterable[FilePath]) -> Program:
    """The compiled shapes of Turtle files. Raises RuleError."""
    sources = []
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise RuleError(f"The shapes in {path} cannot be read: {error}") from error
        sources.append((path.name, turtle.parse(text, path.name)))
    return compiled(sources)


def compiled(sources: Sequence[tuple[str, Sequence[Triple]]], *, messages: bool = True) -> Program:
    """The compiled shapes of parsed files (name, triples). ``messages``: each shape must say what is wrong, twice."""
    return Program(_Compiler(sources, messages).shapes())


class _Compiler:
    def __init__(self, sources: Sequence[tuple[str, Sequence[Triple]]], messages: bool) -> None:
        self._need_messages = messages
        self._nodes: dict[str, dict[str, list[Term]]] = {}
        self._files: dict[str, str] = {}
        self._parents: dict[Term, list[str]] = {}
        self._done: dict[str, Shape] = {}
        self._open: list[str] = []
        for file, triples in sources:
            for subject, predicate, value in triples:
                self._files.setdefault(subject, file)
                values = self._nodes.setdefault(subject, {}).setdefault(predicate, [])
                if value not in values:
                    values.append(value)
                    self._parents.setdefault(value, []).append(subject)

    def shapes(self) -> list[Shape]:
        """All shapes that have targets. The others are compiled too, so that their mistakes are found."""
        for node in self._nodes:
            self._check_words(node)
        types = {SH + "NodeShape", SH + "PropertyShape"}
        aims = {SH + name for name in _TARGETS}
        roots = [node for node, props in self._nodes.items()
                 if types.intersection(map(str, props.get(turtle.TYPE, ()))) or aims.intersection(props)]
        found = [shape for shape in map(self._shape, roots) if shape.targets != Targets()]
        for site in (site for shape in found for site in _sites(shape)) if self._need_messages else ():
            if not site.message_fa or not site.message_en:
                raise self._error(site.shape, f"its {site.component} says nothing; give it sh:message in Persian and "
                                              "in English")
        return found

    def _check_words(self, node: str) -> None:
        known = {SH + name for name in (*_TARGETS, *_PASSIVE, *_HELPERS, *_BUILDERS)}
        for predicate in self._nodes[node]:
            if predicate.startswith(SH) and predicate not in known:
                raise self._error(node, f"sh:{predicate.removeprefix(SH)} is not supported; a check that cannot be "
                                        "compiled must not be skipped")

    def _error(self, node: str, what: str) -> RuleError:
        file, name = self._files.get(node, "the shapes"), self._named(node) or node
        return RuleError(f"{file}, shape {name}: {what}.")

    def _named(self, node: str) -> str:
        """The IRI of a shape, or of the nearest node with an IRI around it."""
        seen: set[str] = set()
        while node.startswith("_:") and node not in seen:
            seen.add(node)
            node = min(self._parents.get(node, [""]), key=lambda n: (n.startswith("_:"), n))
        return "" if node.startswith("_:") else node

    def _values(self, node: str, name: str) -> list[Term]:
        values = self._nodes.get(node, {}).get(SH + name, [])
        if name in _ONCE and len(values) > 1:
            raise self._error(node, f"sh:{name} may stand only once")
        return values

    def _one(self, node: str, name: str) -> Term | None:
        return next(iter(self._values(node, name)), None)

    def _iri(self, node: str, name: str, value: Term) -> str:
        if not isinstance(value, str) or value.startswith("_:"):
            raise self._error(node, f"the value of sh:{name} must be an IRI")
        return value

    def _whole(self, node: str, name: str, value: Term) -> int:
        if not isinstance(value, Literal) or value.datatype != INTEGER or not re.fullmatch("[0-9]{1,9}", value.lexical):
            raise self._error(node, f"the value of sh:{name} must be a whole number")
        return int(value.lexical)

    def _flag(self, node: str, name: str) -> bool:
        value = self._one(node, name)
        if value is not None and (not isinstance(value, Literal) or value.lexical not in ("true", "false")):
            raise self._error(node, f"the value of sh:{name} must be true or false")
        return value is not None and value.lexical == "true"

    def _items(self, node: str, value: Term) -> list[Term]:
        """The members of a list; an error unless it is a list with at least one."""
        found: list[Term] = []
        place, seen = value, set()
        while place != turtle.NIL:
            props = self._nodes.get(place, {}) if isinstance(place, str) else {}
            if place in seen or len(props.get(turtle.FIRST, ())) != 1 or len(props.get(turtle.REST, ())) != 1:
                raise self._error(node, "a list is broken")
            seen.add(place)
            found += props[turtle.FIRST]
            place = props[turtle.REST][0]
        if not found:
            raise self._error(node, "a list is empty")
        return found

    def _shape(self, node: Term) -> Shape:
        if not isinstance(node, str) or node not in self._nodes:
            raise self._error(self._open[-1], f"it refers to a shape that does not exist: {node!s}")
        if node in self._open:
            raise self._error(node, "it leads back to itself; recursive shapes are not supported")
        if node not in self._done:
            self._open.append(node)
            self._done[node] = self._built(node)
            self._open.pop()
        return self._done[node]

    def _built(self, node: str) -> Shape:
        given = self._one(node, "path")
        path = None if given is None else self._path(node, given)
        checks: list[tuple[Site, Constraint]] = []
        for name, build in _BUILDERS.items():
            values = self._values(node, name)
            if values and path is None and name in _ONLY_PROPERTY:
                raise self._error(node, f"sh:{name} needs a sh:path")
            for value in values:
                checks += [(self._site(node, constraint.component, value), constraint)
                           for constraint in build(self, node, value)]
        properties = tuple(self._shape(inner) for inner in self._values(node, "property"))
        if any(inner.path is None for inner in properties):
            raise self._error(node, "a value of sh:property has no sh:path")
        if self._flag(node, "deactivated"):
            return Shape(path, (), (), Targets())
        return Shape(path, tuple(checks), properties, self._targets(node))

    def _targets(self, node: str) -> Targets:
        classes = [self._iri(node, "targetClass", value) for value in self._values(node, "targetClass")]
        if not set(_CLASSES).isdisjoint(map(str, self._nodes[node].get(turtle.TYPE, ()))):
            classes.append(node)
        subjects_of, objects_of = (frozenset(self._iri(node, name, value) for value in self._values(node, name))
                                   for name in ("targetSubjectsOf", "targetObjectsOf"))
        return Targets(frozenset(classes), subjects_of, objects_of, frozenset(self._values(node, "targetNode")))

    def _site(self, node: str, component: str, value: Term) -> Site:
        texts = list(self._values(node, "message"))
        if component == twins.COMPONENT and isinstance(value, str):
            texts += self._values(value, "message")
        if any(re.search(r"\{[?$]", text[0]) for text in texts):
            raise self._error(node, "variables in messages are not supported")
        fa, en = by_language(iter([text.lexical if isinstance(text, Literal) else text for text in texts]))
        severity = self._one(node, "severity")
        return Site(self._named(node), component, str(severity or SH + "Violation"), fa, en)

    def _path(self, node: str, value: Term) -> Path:
        if not isinstance(value, str):
            raise self._error(node, "a path cannot be a literal")
        if not value.startswith("_:"):
            return paths.predicate(value)
        props = self._nodes.get(value, {})
        if turtle.FIRST in props:
            steps = [self._path(node, item) for item in self._items(node, value)]
            if len(steps) < 2:
                raise self._error(node, "a path list needs two members at least")
            return paths.sequence(steps)
        form, *others = props
        inner = props[form][0]
        if others or len(props[form]) != 1 or form.removeprefix(SH) not in _PATHS:
            raise self._error(node, "its path has a form that is not supported")
        if form == SH + "alternativePath":
            return paths.alternatives([self._path(node, item) for item in self._items(node, inner)])
        step = self._path(node, inner)
        if form == SH + "inversePath":
            if step.predicate is None:
                raise self._error(node, "only a plain property can be walked backwards")
            return paths.inverse_predicate(step.predicate)
        return _PATHS[form.removeprefix(SH)](step)

    # One method for each constraint parameter; each gives the constraints that one value of it stands for.

    def _class(self, node: str, value: Term) -> list[Constraint]:
        return [core.of_class(self._iri(node, "class", value))]

    def _datatype(self, node: str, value: Term) -> list[Constraint]:
        return [core.datatype(self._iri(node, "datatype", value))]

    def _node_kind(self, node: str, value: Term) -> list[Constraint]:
        name = self._iri(node, "nodeKind", value).removeprefix(SH)
        if name not in _KINDS:
            raise self._error(node, f"sh:nodeKind has an unknown value {value!s}")
        return [core.node_kind(_KINDS[name])]

    def _min_count(self, node: str, value: Term) -> list[Constraint]:
        return [core.minimum(self._whole(node, "minCount", value))]

    def _max_count(self, node: str, value: Term) -> list[Constraint]:
        return [core.maximum(self._whole(node, "maxCount", value))]

    def _min_length(self, node: str, value: Term) -> list[Constraint]:
        least = self._whole(node, "minLength", value)
        return [core.length("MinLengthConstraintComponent", lambda length: length >= least)]

    def _max_length(self, node: str, value: Term) -> list[Constraint]:
        most = self._whole(node, "maxLength", value)
        return [core.length("MaxLengthConstraintComponent", lambda length: length <= most)]

    def _pattern(self, node: str, value: Term) -> list[Constraint]:
        flags = self._one(node, "flags")
        letters = flags.lexical if isinstance(flags, Literal) else ""
        if not isinstance(value, Literal) or not set(letters) <= {"i", "m"}:
            raise self._error(node, "sh:pattern must be a text, with no other sh:flags than i and m")
        try:
            expression = re.compile(value.lexical, (re.I if "i" in letters else 0) | (re.M if "m" in letters else 0))
        except re.error as error:
            raise self._error(node, f"sh:pattern is no regular expression ({error})") from error
        return [core.pattern(expression)]

    def _language_in(self, node: str, value: Term) -> list[Constraint]:
        return [core.language_in(frozenset(item[0].lower() if isinstance(item, Literal) else str(item)
                                           for item in self._items(node, value)))]

    def _unique_lang(self, node: str, value: Term) -> list[Constraint]:
        return [core.unique_language()] if self._flag(node, "uniqueLang") else []

    def _in(self, node: str, value: Term) -> list[Constraint]:
        return [core.one_of(frozenset(self._items(node, value)))]

    def _has_value(self, node: str, value: Term) -> list[Constraint]:
        return [core.has_value(value)]

    def _equals(self, node: str, value: Term) -> list[Constraint]:
        return [core.equals(self._iri(node, "equals", value))]

    def _disjoint(self, node: str, value: Term) -> list[Constraint]:
        return [core.disjoint(self._iri(node, "disjoint", value))]

    def _less_than(self, node: str, value: Term) -> list[Constraint]:
        return [core.less_than("LessThanConstraintComponent", self._iri(node, "lessThan", value), or_same=False)]

    def _less_or_equal(self, node: str, value: Term) -> list[Constraint]:
        return [core.less_than("LessThanOrEqualsConstraintComponent", self._iri(node, "lessThanOrEquals", value),
                               or_same=True)]

    def _not(self, node: str, value: Term) -> list[Constraint]:
        return [logic.negation(self._shape(value))]

    def _node(self, node: str, value: Term) -> list[Constraint]:
        return [logic.conjunction("NodeConstraintComponent", [self._shape(value)])]

    def _and(self, node: str, value: Term) -> list[Constraint]:
        return [logic.conjunction("AndConstraintComponent", self._members(node, value))]

    def _or(self, node: str, value: Term) -> list[Constraint]:
        return [logic.disjunction(self._members(node, value))]

    def _xone(self, node: str, value: Term) -> list[Constraint]:
        return [logic.exactly_one(self._members(node, value))]

    def _members(self, node: str, value: Term) -> list[Shape]:
        return [self._shape(item) for item in self._items(node, value)]

    def _qualified(self, node: str, value: Term) -> list[Constraint]:
        shape, found = self._shape(value), []
        least, most = self._one(node, "qualifiedMinCount"), self._one(node, "qualifiedMaxCount")
        if least is not None:
            low = self._whole(node, "qualifiedMinCount", least)
            found.append(logic.qualified(shape, lambda n: n >= low, "QualifiedMinCountConstraintComponent"))
        if most is not None:
            high = self._whole(node, "qualifiedMaxCount", most)
            found.append(logic.qualified(shape, lambda n: n <= high, "QualifiedMaxCountConstraintComponent"))
        if not found:
            raise self._error(node, "sh:qualifiedValueShape needs a count")
        return found

    def _closed(self, node: str, value: Term) -> list[Constraint]:
        ignored = [item for value in self._values(node, "ignoredProperties") for item in self._items(node, value)]
        own = [self._one(inner, "path") for inner in self._values(node, "property") if isinstance(inner, str)]
        allowed = frozenset(name for name in (*ignored, *own) if isinstance(name, str))
        return [core.closed(allowed, _RESOURCE)] if self._flag(node, "closed") else []

    def _sparql(self, node: str, value: Term) -> list[Constraint]:
        inner = value if isinstance(value, str) else ""
        query = self._one(inner, "select")
        if self._one(node, "path") is not None or not isinstance(query, Literal):
            raise self._error(node, "sh:sparql needs a sh:select on a node shape")
        self._check_prefixes(node, inner)
        if self._flag(inner, "deactivated"):
            return []
        try:
            return [twins.constraint(self._named(node), query.lexical)]
        except RuleError as error:
            raise self._error(node, str(error)) from error

    def _check_prefixes(self, node: str, inner: str) -> None:
        """The twins are written with our prefixes, so the queries must be, too."""
        starts = map(str, self._values(inner, "prefixes"))
        for place in (place for start in starts for place in self._values(start, "declare")):
            name, namespace = (self._one(str(place), part) for part in ("prefix", "namespace"))
            if not isinstance(name, Literal) or not isinstance(namespace, Literal) or (
                    PREFIXES.get(name.lexical) != namespace.lexical):
                raise self._error(node, f"the prefix {name!s} is not the one of kg.iris")


def _sites(shape: Shape) -> Iterator[Site]:
    yield from (site for site, _ in shape.checks)
    for inner in shape.properties:
        yield from _sites(inner)


def _bounds(name: str, sign: str) -> Callable[[_Compiler, str, Term], list[Constraint]]:
    component = f"{name[0].upper()}{name[1:]}ConstraintComponent"

    def build(compiler: _Compiler, node: str, value: Term) -> list[Constraint]:
        if not isinstance(value, Literal):
            raise compiler._error(node, f"the value of sh:{name} must be a literal")
        return [core.bounded(component, sign, value)]

    return build


_PATHS: dict[str, Callable[[Path], Path]] = {
    "inversePath": lambda step: step, "alternativePath": lambda step: step, "zeroOrMorePath": paths.zero_or_more,
    "oneOrMorePath": paths.one_or_more, "zeroOrOnePath": paths.zero_or_one,
}
_BUILDERS: dict[str, Callable[[_Compiler, str, Term], list[Constraint]]] = {
    "class": _Compiler._class, "datatype": _Compiler._datatype, "nodeKind": _Compiler._node_kind,
    "minCount": _Compiler._min_count, "maxCount": _Compiler._max_count,
    **{name: _bounds(name, sign) for name, sign in _BOUNDS.items()},
    "minLength": _Compiler._min_length, "maxLength": _Compiler._max_length, "pattern": _Compiler._pattern,
    "languageIn": _Compiler._language_in, "uniqueLang": _Compiler._unique_lang, "in": _Compiler._in,
    "hasValue": _Compiler._has_value, "equals": _Compiler._equals, "disjoint": _Compiler._disjoint,
    "lessThan": _Compiler._less_than, "lessThanOrEquals": _Compiler._less_or_equal, "not": _Compiler._not,
    "node": _Compiler._node, "and": _Compiler._and, "or": _Compiler._or, "xone": _Compiler._xone,
    "qualifiedValueShape": _Compiler._qualified, "closed": _Compiler._closed, "sparql": _Compiler._sparql,
}
