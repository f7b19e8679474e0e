"""Mentions: what is named in a text, as half-open token ranges with a typed value and the rule that read it."""

from __future__ import annotations

from dataclasses import dataclass

from kg.text.quantities import Quantity


@dataclass(frozen=True)
class Mention:
    """A range of tokens and the id of the rule that found it."""

    first: int
    last: int
    rule: str


@dataclass(frozen=True)
class PlaceMention(Mention):
    """A place. ``name_first`` is where the bare name begins after a head word; ``entry`` the slug if it is known."""

    name_first: int
    kind: str
    entry: str | None
    anaphoric: bool = False
    inside: bool = False


@dataclass(frozen=True)
class OrganizationMention(Mention):
    """An institution. ``base_last`` ends its name proper, before a place or a parent that follows it.

    ``known`` is the slug of a listed institution that the name proper equals; ``parent`` the institution named
    inside it; ``place`` its place; ``anaphoric`` that the place is only pointed at («کمیته امداد استان»); ``base`` the
    slug of the listed name without head word and place («شیلات» in «اداره کل شیلات گلستان»).
    """

    base_last: int
    type: str
    known: str | None = None
    place: PlaceMention | None = None
    parent: OrganizationMention | None = None
    anaphoric: bool = False
    national: bool = False
    base: str | None = None


@dataclass(frozen=True)
class PostMention(Mention):
    """A title: head words, portfolio, and what it is a post of."""

    head_last: int
    role: str
    portfolio: tuple[int, int] | None
    organization: OrganizationMention | None
    place: PlaceMention | None
    bare: bool = False
    weak: bool = False


@dataclass(frozen=True)
class PersonMention(Mention):
    """A human name: ``name_first`` begins it after ranks and honorifics, ``family_first`` the family name in it."""

    name_first: int
    family_first: int
    surname_only: bool
    ranks: tuple[str, ...]
    honorifics: tuple[str, ...]
    deceased: bool = False


@dataclass(frozen=True)
class ProgramMention(Mention):
    """A program, plan, project, law or system."""

    kind: str
    known: str | None = None
    ordinal: int | None = None


@dataclass(frozen=True)
class EventMention(Mention):
    """A gathering, ceremony, visit. ``head`` is the token of the head noun."""

    kind: str
    head: int
    ordinal: int | None
    place: PlaceMention | None


@dataclass(frozen=True)
class AgreementMention(Mention):
    """An agreement noun and its parts."""

    kind: str
    head: int
    status: str | None
    parties: tuple[OrganizationMention | PlaceMention, ...]
    purpose: tuple[int, int] | None
    anaphoric: bool = False


@dataclass(frozen=True)
class FigureMention(Mention):
    """A quantity that counts, measures or prices something, at the tokens of its number and unit.

    ``noun`` is the token range of what is counted, ``noun_text`` its wording; ``part`` says that it is a share of
    the figure before it; ``modality`` a code of the modality scheme, ``modality_rule`` what decided it.
    """

    quantity: Quantity
    noun: tuple[int, int] | None
    noun_text: str
    modality: str
    modality_rule: str
    part: bool
    beneficiary: tuple[int, int] | None


@dataclass(frozen=True)
class Subject:
    """What the words before a reporting verb name as its speaker.

    ``kind`` is person, post, organization, pronoun, demonstrative, role or elided; ``mention`` the mention of a
    person, post or institution; ``posts`` titles in apposition to a person; ``role`` the role code of a bare head
    that ends before ``head_last``;
    ``otherwise`` what to take where a name that no list has turns out to be none.
    """

    kind: str
    first: int
    last: int
    mention: PersonMention | PostMention | OrganizationMention | None = None
    posts: tuple[PostMention, ...] = ()
    role: str = ""
    also: bool = False
    otherwise: Subject | None = None
    head_last: int = 0


@dataclass(frozen=True)
class SpeechMention(Mention):
    """A reported speech act: ``first``–``last`` is the cue, ``content`` what is reported, ``form`` in which way."""

    subject: Subject
    content: tuple[int, int] | None
    sentence: int
    form: str
    opening: bool
    nested: bool = False
