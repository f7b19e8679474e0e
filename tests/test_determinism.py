"""The same reports give the same bytes: over hash seeds, folders, locales and the order in which they come."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from readings import EXAMPLES

FILES = ("graph.ttl", "summary.json")
TWO = EXAMPLES[:2]
KG = "from kg.cli import main; main()"


def build(out: Path, *sources: Path, folder: Path | None = None, **environment: str) -> dict[str, bytes]:
    """What ``kg build`` writes, in a process of its own."""
    command = [sys.executable, "-c", KG, "build", *map(str, sources), "--out", str(out), "--gate", "compiled"]
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "PYTHON"))}
    done = subprocess.run(command, cwd=folder, env={**plain, **environment}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return {name: (out / name).read_bytes() for name in FILES}


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    found = build(tmp_path_factory.mktemp("reference"), *TWO, PYTHONHASHSEED="0", LC_ALL="C.UTF-8")
    assert len(found["graph.ttl"]) > 50_000
    return found


@pytest.mark.parametrize("seed", ["1", "2", "17", "4242"])
def test_hash_seeds(seed: str, tmp_path: Path, reference: dict[str, bytes]) -> None:
    assert build(tmp_path, *TWO, PYTHONHASHSEED=seed, LC_ALL="C.UTF-8") == reference


def test_plain_locale_other_folder_and_time(tmp_path: Path, reference: dict[str, bytes]) -> None:
    """An ASCII locale, another working folder, another time zone, a random seed."""
    away = tmp_path / "away"
    away.mkdir()
    assert build(tmp_path / "out", *TWO, folder=away, LC_ALL="C", PYTHONUTF8="0", TZ="Asia/Tehran") == reference


def test_order_of_reports(tmp_path: Path, reference: dict[str, bytes]) -> None:
    assert build(tmp_path, *reversed(TWO), PYTHONHASHSEED="3") == reference


def test_copies_in_another_folder(tmp_path: Path, reference: dict[str, bytes]) -> None:
    """Where a report lies and whether it comes twice says nothing about it."""
    copies = tmp_path / "copies"
    copies.mkdir()
    for path in TWO:
        shutil.copyfile(path, copies / path.name)
    again = build(tmp_path / "out", copies, *TWO, PYTHONHASHSEED="5")
    assert again["graph.ttl"] == reference["graph.ttl"]
