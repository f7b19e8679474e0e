"""Which statement each token of the body belongs to: a speech act, the reporter, or the headline."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from kg.mentions import Understanding
from kg.mentions.coreference import Speech
from kg.mentions.grammar import phrases_of
from kg.mentions.quotes import reporter_voice
from kg.mentions.reading import Reading
from kg.model import Sentence


@dataclass
class Stretch:
    """A statement's tokens: of a speech act, or (``speech`` None) of the reporter or the headline.

    ``continued`` marks words that go on with a speech act without a verb of their own.
    """

    first: int
    last: int
    speech: Speech | None
    headline: bool = False
    content: tuple[int, int] | None = None
    continued: bool = False


@dataclass
class Extents:
    """All stretches of a report, and for each token the index of its stretch (-1: none)."""

    stretches: list[Stretch] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)

    def of(self, token: int) -> Stretch | None:
        index = self.owner[token]
        return self.stretches[index] if index >= 0 else None


def lay_out(understanding: Understanding) -> Extents:
    """Give every token of the report its statement."""
    reading = understanding.reading
    extents = Extents([], [-1] * len(reading.words))
    speeches = sorted(understanding.cast.speeches, key=lambda s: (s.mention.nested, s.mention.first))
    for speech in speeches:
        _add(extents, reading, speech)
    _continue(extents, reading)
    _reporter(extents, reading)
    return extents


def _mark(extents: Extents, index: int, first: int, last: int, *, over: bool = False) -> None:
    owner = extents.owner
    owner[first:last] = [index if over or before < 0 else before for before in owner[first:last]]


def _add(extents: Extents, reading: Reading, speech: Speech) -> None:
    mention = speech.mention
    index = len(extents.stretches)
    extents.stretches.append(Stretch(mention.first, mention.last, speech, content=mention.content))
    _mark(extents, index, mention.first, mention.last, over=True)
    if mention.content:
        content_first = (
            max(mention.content[0], mention.subject.last) if mention.content[1] <= mention.first else mention.content[0]
        )
        _mark(
            extents, index, content_first, mention.content[1], over=mention.nested or mention.content[0] >= mention.last
        )
    if not mention.nested:
        lead = _lead(reading, speech)
        if lead:
            _mark(extents, index, lead, mention.first)


def _lead(reading: Reading, speech: Speech) -> int | None:
    """Where, between speaker and verb, what is said begins: at «با بیان اینکه …», or, where a first verb is joined to
    the reporting verb («… را ۵ درصد برآورد کرد و افزود»), right after the speaker."""
    mention = speech.mention
    start = reading.doc.sentences[mention.sentence].first
    phrases = phrases_of("attribution.yaml", "lead-in-content")
    joined = reading.words[mention.first - 1] == "و" if mention.first > start else False
    if joined and mention.subject.kind != "elided" and mention.subject.last <= mention.first:
        return mention.subject.last
    since = mention.subject.last if mention.subject.last <= mention.first else start
    since = since if mention.subject.kind != "elided" else start
    return next((i for i, _, _ in phrases.within(reading.words, since, mention.first)), None)


def _continue(extents: Extents, reading: Reading) -> None:
    """Sentences after a speech act in its paragraph go on with it, as do paragraphs inside one speaker's words."""
    spoken = {s.speech.mention.sentence for s in extents.stretches if s.speech and not s.speech.mention.nested}
    last: dict[int, int] = {}
    order = sorted(
        (i for i, s in enumerate(extents.stretches) if s.speech and not s.speech.mention.nested),
        key=lambda i: extents.stretches[i].first,
    )
    for i in order:
        speech = extents.stretches[i].speech
        if speech:
            last[speech.mention.sentence] = i
    firsts = [extents.stretches[i].first for i in order]
    current: int | None = None
    paragraph = -1
    for number, sentence in enumerate(reading.doc.sentences):
        if sentence.paragraph < 0:
            continue
        if number in spoken:
            current, paragraph = last[number], sentence.paragraph
            continue
        if current is None:
            continue
        if reporter_voice(reading, sentence.first, sentence.last):
            current = None
            continue
        within = sentence.paragraph == paragraph
        if within or _same_speaker_follows(extents, order[bisect_right(firsts, sentence.first) :][:1], current):
            _go_on(extents, current, sentence, within=within)


def _go_on(extents: Extents, current: int, sentence: Sentence, *, within: bool) -> None:
    """Give a sentence to the speech before it: as more of its words, or as a stretch without a verb of its own."""
    stretch = extents.stretches[current]
    content = stretch.content
    if within and content and content[0] >= stretch.last and content[1] == sentence.first:
        stretch.content = (content[0], sentence.last)
        _mark(extents, current, sentence.first, sentence.last)
        return
    words = (sentence.first, sentence.last)
    extents.stretches.append(Stretch(*words, stretch.speech, content=words, continued=True))
    _mark(extents, len(extents.stretches) - 1, *words)


def _same_speaker_follows(extents: Extents, following: list[int], current: int) -> bool:
    now = extents.stretches[current].speech
    after = extents.stretches[following[0]].speech if following else None
    return now is not None and after is not None and now.actor is not None and now.actor is after.actor


def _reporter(extents: Extents, reading: Reading) -> None:
    """What is left belongs to the headline or, sentence by sentence, to the reporter."""
    for sentence in reading.doc.sentences:
        if min(extents.owner[sentence.first : sentence.last]) >= 0:
            continue
        headline = sentence.paragraph < 0
        previous = extents.stretches[-1] if extents.stretches else None
        if headline and previous and previous.headline:
            previous.last = sentence.last
        else:
            extents.stretches.append(
                Stretch(sentence.first, sentence.last, None, headline, (sentence.first, sentence.last))
            )
        _mark(extents, len(extents.stretches) - 1, sentence.first, sentence.last)
