"""Notebooks: the example runs, a graph shows itself, and no text of a report becomes markup."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import rdflib
from samples import GOOD, good

import kg
from kg import iris
from kg.export.notebook import Graph
from kg.graph import store
from kg.model import Literal

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))
BAD = "</bdi></td><script>alert(1)</script>\"'&<img src=x onerror=alert(1)>\u202eنام"


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def harmless(text: str) -> Tags:
    """The tags of HTML that asks nothing of a network and runs nothing."""
    tags = Tags(text)
    for tag, attributes in tags.found:
        assert tag in ("div", "p", "bdi", "table", "tr", "td", "img"), tag
        assert not any(name.startswith("on") for name in attributes)
        assert (attributes.get("src") or "data:").startswith("data:") and "href" not in attributes
        assert "url(" not in (attributes.get("style") or "")
    return tags


def picture(text: str) -> str:
    found = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', text)
    assert found
    return base64.b64decode(found[1]).decode()


def test_a_built_graph_shows_itself() -> None:
    graph = kg.build("سد نمونه افتتاح شد\n\nمریم نمونه‌پور، استاندار یزد، امروز گفت: ۱۲ میلیارد تومان هزینه شد.",
                     published="1402-07-17")
    assert isinstance(graph, Graph) and isinstance(graph, rdflib.Graph)
    text = graph._repr_html_()
    words = " ".join(harmless(text).words)
    assert "مریم نمونه‌پور" in words and "۱۲ میلیارد تومان" in words and "اشخاص" in words
    assert "نمونه‌پور" in picture(text)
    assert isinstance(graph + graph, Graph) and len(graph.query("SELECT ?s { ?s a kg:Person }")) == 1


def test_any_graph_can_be_shown_in_either_language() -> None:
    graph = store.load(GOOD)
    shown = kg.show(graph, "en")
    tags = harmless(shown._repr_html_())
    assert tags.found[0][1]["dir"] == "ltr" and [tag for tag, _ in tags.found].count("tr") == 10
    assert "people" in " ".join(tags.words) and repr(shown) == f"<a graph of {len(graph):,} triples>"
    loaded = kg.load(GOOD)
    assert isinstance(loaded, Graph) and kg.show(graph)._repr_html_() == loaded._repr_html_() != shown._repr_html_()


def test_order_does_not_matter() -> None:
    triples = good()[1]
    assert (kg.show(store.to_rdflib(triples))._repr_html_()
            == kg.show(store.to_rdflib(reversed(triples)))._repr_html_())


def test_no_text_becomes_markup() -> None:
    graph = store.to_rdflib([
        ("urn:p", iris.expand("rdf:type"), iris.NS + "Person"),
        ("urn:p", iris.expand("rdfs:label"), Literal(BAD, lang="fa")),
        ("urn:p", iris.expand("kg:evidence"), "urn:s"), ("urn:s", iris.expand("nif:anchorOf"), Literal(BAD))])
    text = kg.show(graph)._repr_html_()
    assert "alert(1)" in " ".join(harmless(text).words)
    assert "\u202e" not in text and "<script" not in picture(text)


def test_a_data_frame_keeps_the_direction_of_each_cell() -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed (extra: pandas)")
    frame = pandas.DataFrame({"name": ["۶ هزار تومان", BAD], "value": [6450000000000.0, None]})
    tags = harmless(kg.show(frame)._repr_html_().replace("<th", "<td").replace("</th", "</td"))
    assert [tag for tag, _ in tags.found].count("tr") == 3
    assert {a.get("dir") for tag, a in tags.found if tag == "bdi"} == {"auto"}
    assert "6,450,000,000,000" in tags.words and "nan" not in "".join(tags.words)


def test_an_empty_graph_says_so() -> None:
    assert "در این گراف چیزی برای کشیدن نیست." in kg.show(rdflib.Graph())._repr_html_()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_the_notebook_runs(path: Path, tmp_path: Path) -> None:
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed (extra: dev)")
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed (extra: dev)")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed (extra: dev)")
    pytest.importorskip("pandas", reason="pandas is not installed (extra: pandas)")
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert all(not c.get("outputs") and c.get("execution_count") is None for c in notebook.cells), "clear the outputs"
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT)}}).execute()
    texts = [_text(output) for cell in notebook.cells for output in cell.get("outputs", ())]
    assert len(texts) >= sum(cell.cell_type == "code" for cell in notebook.cells)
    everything = "\n".join(texts)
    assert "احمد کلاته‌منش · ۵۰ · پروژه نیمه‌تمام" in everything
    assert re.search(r"'figures': \d+", everything) and "کمیته امداد" in everything
    assert everything.count("data:image/svg+xml;base64,") == 2
    assert not re.search(r"https?://(?!w3id\.org/khabarkg/|www\.w3\.org/2000/svg)", everything)


def _text(output: Any) -> str:
    assert output.output_type != "error"
    if output.output_type == "stream":
        assert output.name == "stdout", output.text
        return str(output.text)
    return "\n".join(str(output.data[kind]) for kind in sorted(output.data))


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS
