"""Markup by functions. Text is escaped unless it is ``Html`` already, so nothing a report says can become markup.

Addresses are held to paths of this server and to http(s): whatever else a graph holds (``javascript:``, ``data:``)
leads nowhere. Direction marks and controls are left out of what is shown; they stay in JSON, CSV and Turtle.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.export.words import Name

VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
LONGEST = 700
"""Characters of one text that a page shows; the other formats give all."""

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
                     "\ud800-\udfff\ufffe\uffff]")
_ADDRESS = re.compile(r"(?:/(?![/\\])|https?://|[#?])[^\x00-\x20<>\"\\^`{|}]*")
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;"))
_TOUCHED = re.compile(f"[&<>\"']|{_UNSEEN.pattern}")


class Html(str):
    """Markup that is fit to be sent."""

    __slots__ = ()


Child = str | Iterable[str | None] | None


def visible(text: str) -> str:
    """Text without controls and direction marks; the half-space stays."""
    return _UNSEEN.sub("", text)


def escape(text: str) -> Html:
    """Text as markup; ``Html`` as it is."""
    if isinstance(text, Html):
        return text
    if _TOUCHED.search(text) is None:
        return Html(text)
    text = visible(text)
    for char, written in _ESCAPES:
        text = text.replace(char, written)
    return Html(text)


def safe_address(address: str) -> str:
    """The address if it is a path of ours, a fragment, a query or http(s), else ``#``."""
    return address if _ADDRESS.fullmatch(address) else "#"


def el(tag: str, *children: Child, **attributes: str | bool | int | None) -> Html:
    """An element. ``class_`` and ``for_`` lose their dash, others turn ``_`` to ``-``; None and False are left out."""
    written = []
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        name = key.rstrip("_").replace("_", "-")
        if value is True:
            written.append(f" {name}")
            continue
        text = safe_address(str(value)) if name in ("href", "src", "action") else str(value)
        written.append(f' {name}="{escape(text)}"')
    if tag in VOID:
        return Html(f"<{tag}{''.join(written)}>")
    return Html(f"<{tag}{''.join(written)}>{join(*children)}</{tag}>")


def join(*children: Child) -> Html:
    """Children one after another."""
    parts: list[str] = []
    for child in children:
        if child is None:
            continue
        if isinstance(child, str):
            parts.append(escape(child))
        else:
            parts.extend(escape(part) for part in child if part is not None)
    return Html("".join(parts))


def clip(text: str, most: int = LONGEST) -> str:
    """Text of at most ``most`` characters; cut at a blank where there is one, never inside a joined cluster."""
    if len(text) <= most:
        return text
    cut = text[:most]
    blank = cut.rfind(" ")
    return (cut[:blank] if blank > most // 2 else cut.rstrip("\u200c\u200d")) + "…"


def bdi(text: str, lang: str, **attributes: str | bool | int | None) -> Html:
    """A text isolated from the line around it, in the direction of its language."""
    return el("bdi", clip(text), lang=lang, dir="rtl" if lang == "fa" else "ltr", **attributes)


def ltr(text: str, tag: str = "bdi", **attributes: str | bool | int | None) -> Html:
    """A date, figure or IRI: always left to right."""
    return el(tag, clip(text), dir="ltr", **attributes)


def name(value: Name, lang: str) -> Html:
    """A name in the wanted language if it has one, else in the other."""
    return bdi(value.text(lang), value.lang(lang))
