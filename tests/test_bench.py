"""The bench of accuracy: the sets of reports, what counts as a change, how numbers get into documents."""

from __future__ import annotations

import importlib
import importlib.util
import math
import sys
from pathlib import Path
from typing import Any

import pytest

from kg.model import Report

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="module")
def accuracy() -> Any:
    spec = importlib.util.spec_from_file_location("accuracy", ROOT / "bench" / "accuracy.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def row(accuracy: Any, kind: str, f1: float, set: str = "all") -> Any:
    return accuracy.Score(set, kind, f1, f1, f1, 10, 10)


def test_sets_part_the_reports(accuracy: Any) -> None:
    ids = [*sorted(accuracy.held_out()), "other-1", "other-2"]
    assert accuracy.members("held-out", ids) == sorted(accuracy.held_out())
    assert accuracy.members("development", ids) == ["other-1", "other-2"]
    assert accuracy.members("all", ids) == ids
    assert len(accuracy.held_out()) == 7


@pytest.mark.skipif(not SHARED.exists(), reason="the marked reports are not here")
def test_held_out_reports_are_a_third_of_the_marked(accuracy: Any) -> None:
    ids = accuracy.marked_ids(SHARED)
    assert accuracy.held_out() <= set(ids)
    assert 3 * len(accuracy.held_out()) == len(ids)


def test_changes_beyond_the_tolerance_are_told(accuracy: Any) -> None:
    old = [row(accuracy, "people", .9), row(accuracy, "posts", .8), row(accuracy, "gone", .5)]
    new = [row(accuracy, "people", .9049), row(accuracy, "posts", .79), row(accuracy, "new", .7)]
    told = {kind: (then, now) for _, kind, then, now in accuracy.changes(old, new)}
    assert set(told) == {"posts", "gone", "new"}
    assert told["posts"] == (.8, .79)
    assert math.isnan(told["gone"][1]) and math.isnan(told["new"][0])


def test_a_kind_that_falls_or_goes_fails_and_one_that_rises_does_not(
        accuracy: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(accuracy, "frozen", lambda: [row(accuracy, "people", .9)])
    assert not accuracy._report([row(accuracy, "people", .95)])
    assert "all people: F1 0.900 -> 0.950, rose by 0.050" in capsys.readouterr().out
    assert accuracy._report([row(accuracy, "people", .8)])
    assert "FELL by 0.100" in capsys.readouterr().out
    assert accuracy._report([])


def test_freezing_and_reading_back_gives_the_same(accuracy: Any, monkeypatch: pytest.MonkeyPatch,
                                                  tmp_path: Path) -> None:
    monkeypatch.setattr(accuracy, "FROZEN", tmp_path / "deep" / "accuracy.csv")
    rows = [row(accuracy, "people", .912345), row(accuracy, "TOTAL", .5)]
    accuracy.freeze(rows)
    assert accuracy.frozen() == rows


def test_numbers_go_between_the_marks_only(accuracy: Any) -> None:
    text = "before\n<!-- accuracy:table -->\nold\n<!-- /accuracy -->\nafter\n"
    assert accuracy._filled(text, "table", "new") == text.replace("old", "new")
    assert accuracy._filled(text, "line", "new") == text
    assert accuracy._filled("<!-- accuracy:table -->\nno end", "table", "new") == "<!-- accuracy:table -->\nno end"


def test_absent_reports_are_said_and_no_error(accuracy: Any, tmp_path: Path,
                                              capsys: pytest.CaptureFixture[str]) -> None:
    assert accuracy.main(["--shared", str(tmp_path)]) == 0
    assert "Nothing was measured." in capsys.readouterr().out


# -- the benches of time and memory

def bench(name: str) -> Any:
    """A script of bench/ as a module, with its siblings in reach."""
    sys.path.insert(0, str(ROOT / "bench"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(ROOT / "bench"))


def test_a_corpus_has_no_text_twice_and_keeps_its_words() -> None:
    found = [Report.of("a", "سد ۱۲ متری", "در سال ۱۳۹۹ هزینه 450 میلیارد شد."), Report.of("b", "خبر", "بی‌رقم")]
    made = list(bench("corpus").corpus(found, 40))
    assert len({report.text for report in made}) == len({report.id for report in made}) == 40
    assert made[2].body == "در سال ۲۴۰۰ هزینه 561 میلیارد شد." and made[3].body == "بی‌رقم"


def test_exponents_of_growth() -> None:
    exponent = bench("growth").exponent
    assert exponent([10, 100, 1000], [2, 20, 200]) == 1.0
    assert exponent([10, 100, 1000], [1, 100, 10_000]) == 2.0


def test_a_long_report_has_the_bytes_asked_for() -> None:
    found = [Report.of("a", "عنوان", "متن گزارش " * 20)]
    report = bench("growth").long(found, 20_000)
    assert 20_000 <= len(report.text.encode()) < 21_000


def test_stages_add_up_to_the_whole_way() -> None:
    path = bench("path")
    times = path.stages(Report.of("a", "سد نمونه", "مریم نمونه‌پور، استاندار یزد گفت: ۱۲ میلیارد تومان هزینه شد."))
    assert len(times) == len(path.STAGES) and all(ms >= 0 for ms in times)
