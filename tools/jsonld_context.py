"""Write ontology/context.jsonld from the ontology: python tools/jsonld_context.py. A test holds the file to it."""

from __future__ import annotations

import json
from pathlib import Path

from kg.export import jsonld

TARGET = Path(__file__).resolve().parents[1] / "ontology" / "context.jsonld"


def text() -> str:
    return json.dumps({"@context": jsonld.context()}, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
