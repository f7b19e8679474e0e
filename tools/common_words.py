"""Write ``src/kg/lang/fa/words-common.yaml``: ordinary words, so that an unknown word at a speaker's place can be told
from one.

    python tools/common_words.py FOLDER

FOLDER holds annotated Persian text: ``peyma-*.txt``, a token and its tag in each line. A word is kept that is met
outside all names and never as a personal name. Of what the name lists have, only what is met often is kept.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from textwrap import wrap

from kg.mentions import grammar, names
from kg.text.match import phrase

OUT = Path(__file__).resolve().parent.parent / "src" / "kg" / "lang" / "fa" / "words-common.yaml"
OFTEN = 5
"""How often a word that is also a listed name must be met to be kept."""
HEADER = """\
# Ordinary words met in annotated text and never there as a personal name: a single unknown word at a speaker's place is
# a family name only if it is not one of them. Fields: id; words (apart by spaces, in normal form).
# Source: PEYMA, as published in overfit-ir/parstwiner (MIT): words without their text. Written by
# tools/common_words.py; not kept by hand.
"""


def met(folder: Path) -> tuple[Counter[str], Counter[str]]:
    """How often each word is met as an ordinary word, and as a personal name."""
    ordinary: Counter[str] = Counter()
    person: Counter[str] = Counter()
    for path in sorted(folder.glob("peyma-*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            form, _, tag = line.rpartition("|")
            for word in phrase(form):
                (person if tag.endswith("PER") else ordinary)[word] += tag.endswith("PER") or tag == "O"
    return ordinary, person


def main(folder: Path) -> None:
    ordinary, person = met(folder)
    kept = sorted(
        word
        for word, count in ordinary.items()
        if count >= (OFTEN if names.looks_like_name(word) else 1)
        and not person[word]
        and len(word) > 2
        and word.isalpha()
        and grammar.classify((word,)) == [grammar.WORD]
    )
    lines = "\n".join(f"    {line}" for line in wrap(" ".join(kept), 112))
    OUT.write_text(f"{HEADER}- id: common\n  words: >-\n{lines}\n", encoding="utf-8")
    sys.stdout.write(f"{len(kept)} words\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
