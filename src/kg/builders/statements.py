"""Statements: who said what, as what, where; and what the reporter and the headline say."""

from __future__ import annotations

from dataclasses import dataclass

from kg import iris
from kg.builders import events
from kg.builders.base import Context, confidence, optional, provenance, types, verbatim
from kg.builders.events import EventFact
from kg.builders.figures import FigureFact
from kg.iris import expand
from kg.mentions.coreference import Actor, Speech
from kg.mentions.extents import Stretch, lay_out
from kg.mentions.records import PostMention
from kg.model import Evidence, Span, Triple


@dataclass(frozen=True)
class StatementFact:
    """One reported speech act, or the reporter's or headline's own words, with the figures told in it."""

    iri: str
    report: str
    attribution: str
    speaker: str | None
    speaker_post: str | None
    outlet: str | None
    made_at: str | None
    quote: str
    content: Span | None
    cue: Span | None
    source: Span | None
    form: str
    about: tuple[str, ...]
    figures: tuple[str, ...]
    evidence: Evidence


def find(
    context: Context, figures: list[FigureFact], scenes: list[EventFact], outlet: str | None
) -> list[StatementFact]:
    """The headline, each speech act, and each of the reporter's sentences that tells a figure or an agreement."""
    extents = lay_out(context.understanding)
    owned: dict[int, list[FigureFact]] = {}
    for figure in figures:
        owned.setdefault(extents.owner[figure.token], []).append(figure)
    doc = context.understanding.reading.doc
    spoken = {doc.sentence_at(stretch.speech.mention.first) for stretch in extents.stretches if stretch.speech}
    # An agreement in the scene of a speech («در آیین امضای قرارداد … گفت») is told by no sentence of the reporter's.
    agreements = (a for a in context.understanding.reading.agreements if doc.sentence_at(a.first) not in spoken)
    agreed = {extents.owner[a.first] for a in agreements}
    facts = []
    for index, stretch in enumerate(extents.stretches):
        told = tuple(f.iri for f in owned.get(index, ()))
        if stretch.speech and stretch.continued:
            if told:
                facts.append(_continued(context, stretch, stretch.speech, told, outlet))
        elif stretch.speech:
            facts.append(_spoken(context, stretch, stretch.speech, told, scenes, outlet))
        elif stretch.headline or told or index in agreed:
            facts.append(_unspoken(context, stretch, told, outlet))
    return facts


def _spoken(
    context: Context,
    stretch: Stretch,
    speech: Speech,
    figures: tuple[str, ...],
    scenes: list[EventFact],
    outlet: str | None,
) -> StatementFact:
    mention = speech.mention
    cue = context.span(mention.first, mention.last)
    subject = mention.subject
    source = context.span(subject.first, subject.last) if subject.last > subject.first else None
    content = stretch.content
    speaker, post = _speaker(context, speech)
    rule = mention.rule
    return StatementFact(
        iris.part(context.report, "statement", cue.start),
        context.report,
        "document" if _document(speech) else "speaker",
        speaker,
        post,
        outlet,
        None if mention.nested else events.at_token(context, scenes, mention.first),
        context.surface(*content) if content else "",
        context.span(*content) if content else None,
        cue,
        source,
        mention.form,
        _about(context, stretch),
        figures,
        Evidence(
            _evidence(context, stretch, cue),
            rule,
            speech.basis,
            round(confidence(rule) * (1.0 if speech.basis == "explicit" else 0.97), 2),
            speech.chain,
        ),
    )


def _continued(
    context: Context, stretch: Stretch, speech: Speech, figures: tuple[str, ...], outlet: str | None
) -> StatementFact:
    """Words that go on with a speech act in a sentence of their own: the speaker is carried over."""
    span = context.span(stretch.first, stretch.last)
    speaker, post = _speaker(context, speech)
    rule = "speech-continued"
    evidence = Evidence((span,), rule, "coreference", confidence(rule), speech.chain)
    return StatementFact(
        iris.part(context.report, "statement", span.start),
        context.report,
        "speaker",
        speaker,
        post,
        outlet,
        None,
        context.surface(stretch.first, stretch.last),
        span,
        None,
        None,
        "reported",
        _about(context, stretch),
        figures,
        evidence,
    )


def _evidence(context: Context, stretch: Stretch, cue: Span) -> tuple[Span, ...]:
    """The sentence of the verb, from its first word to the end of what is reported."""
    reading = context.understanding.reading
    sentence = reading.doc.sentences[reading.doc.sentence_at(stretch.first)]
    end = max(sentence.last, stretch.content[1] if stretch.content else 0)
    return (context.span(sentence.first, end),)


def _document(speech: Speech) -> bool:
    return speech.mention.rule in ("speech-appear-in", "speech-write") and speech.actor is None


def _speaker(context: Context, speech: Speech) -> tuple[str | None, str | None]:
    """The speaker's IRI and, where the words before the verb are a title or the holder has one, the post's."""
    if speech.organization:
        return context.organization(speech.organization), None
    actor = speech.actor
    if actor is None:
        return None, None
    clusters = context.understanding.clusters
    named = speech.mention.subject.mention
    post = (
        context.post(clusters.of_post[named]) if isinstance(named, PostMention) and named in clusters.of_post else None
    )
    post = post or _first_post(context, actor)
    return (context.person(actor), post) if actor.named else (post, None)


def _first_post(context: Context, actor: Actor) -> str | None:
    key = next(iter(actor.posts), None)
    return context.post(context.understanding.clusters.posts[key]) if key else None


def _about(context: Context, stretch: Stretch) -> tuple[str, ...]:
    """Institutions named in what is said."""
    if not stretch.content:
        return ()
    first, last = stretch.content
    reading, clusters = context.understanding.reading, context.understanding.clusters
    found = {
        context.organization(clusters.of_organization[o])
        for o in reading.index(reading.organizations).between(first, last)
        if o in clusters.of_organization
    }
    return tuple(sorted(found))


def _unspoken(context: Context, stretch: Stretch, figures: tuple[str, ...], outlet: str | None) -> StatementFact:
    span = context.span(stretch.first, stretch.last)
    kind = "headline" if stretch.headline else "reporter"
    return StatementFact(
        iris.part(context.report, "statement", span.start),
        context.report,
        kind,
        None,
        None,
        outlet,
        None,
        context.surface(stretch.first, stretch.last),
        span,
        None,
        None,
        "reported",
        _about(context, stretch),
        figures,
        Evidence((span,), f"statement-{kind}", "explicit", confidence(f"statement-{kind}")),
    )


def triples(fact: StatementFact) -> list[Triple]:
    iri = fact.iri
    out = types(iri, "kg:Statement", "prov:Entity")
    out.append((iri, expand("kg:attribution"), iris.code("attribution", fact.attribution)))
    out += optional(iri, "kg:speaker", fact.speaker) + optional(iri, "kg:speakerPost", fact.speaker_post)
    out += optional(iri, "kg:outlet", fact.outlet) + optional(iri, "kg:madeAt", fact.made_at)
    if fact.quote:
        out.append((iri, expand("kg:quoteText"), verbatim(fact.quote)))
    for predicate, span in (("kg:contentSpan", fact.content), ("kg:cueSpan", fact.cue), ("kg:sourceSpan", fact.source)):
        if span:
            out.append((iri, expand(predicate), iris.span(fact.report, span.start, span.end)))
    out.append((iri, expand("kg:speechForm"), iris.code("speech", fact.form)))
    out += [(iri, expand("kg:about"), thing) for thing in fact.about]
    out += [(iri, expand("kg:hasFigure"), figure) for figure in fact.figures]
    return out + provenance(iri, fact.report, fact.evidence)
