"""Third-party files: pinned, listed with their licences, left out of the repository and put into the wheel."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from kg import resources

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "assets" / "package-lock.json"


def _tool() -> Any:
    spec = importlib.util.spec_from_file_location("fetch_assets", ROOT / "tools" / "fetch_assets.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


assets = _tool()


def test_every_package_is_pinned_by_hash() -> None:
    wanted = json.loads((ROOT / "assets" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    pinned = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    assert {name: pinned[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    packages = {path: item for path, item in pinned.items() if path}
    assert len(packages) >= len(wanted)
    assert all(item["integrity"].startswith("sha512-") for item in packages.values())


def test_every_package_is_listed_with_its_licence() -> None:
    text = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    listed = {(m[1], m[2], m[3]) for m in re.finditer(r"^\| `(.+?)` \| (\S+) \| (.+?) \|", text, re.MULTILINE)}
    assert listed == set(assets.packages(LOCK))
    assert all(f"`{name}`" in text for name in assets.FILES)
    assert all(re.search(r"MIT|Apache-2\.0|OFL|BSD|ISC", licence) for _, _, licence in listed)


def test_the_package_knows_what_is_fetched() -> None:
    assert tuple(sorted(assets.FILES)) == resources.VENDOR
    assert resources.vendor("no-such-file.js") is None and resources.vendor("../../__init__.py") is None


def test_nothing_third_party_is_committed() -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is not a git checkout")
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    third = re.compile(r"node_modules|/vendor/|\.woff2?$|\.min\.")
    assert not list(filter(third.search, done.stdout.splitlines()))


def modules(folder: Path) -> Path:
    """What npm would leave, made up: each pinned package with some of its files."""
    for name, _, licence in assets.packages(LOCK):
        home = folder / "node_modules" / name
        home.mkdir(parents=True)
        if licence != "MIT":
            (home / "LICENSE").write_text(f"text of the licence of {name}\n", encoding="utf-8")
        (home / "package.json").write_text(json.dumps({"author": {"name": f"maker of {name}"}}), encoding="utf-8")
    for source in assets.FILES.values():
        path = folder / "node_modules" / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"bytes of {source}".encode())
    return folder / "node_modules"


def test_files_are_copied_with_the_licences_of_all(tmp_path: Path) -> None:
    target = tmp_path / "vendor"
    target.mkdir()
    (target / "old.js").write_text("left from an earlier version", encoding="utf-8")
    assets.copy(modules(tmp_path), LOCK, target)
    assert {path.name for path in target.iterdir()} == {*assets.FILES, assets.LICENSES}
    assert all((target / name).read_bytes() == f"bytes of {source}".encode() for name, source in assets.FILES.items())
    licences = (target / assets.LICENSES).read_text(encoding="utf-8")
    for name, version, licence in assets.packages(LOCK):
        assert f"{name} {version} ({licence})" in licences
    assert "text of the licence of vazirmatn" in licences
    assert "Copyright (c) maker of codemirror\n\nPermission is hereby granted" in licences


def test_a_missing_file_or_licence_is_told(tmp_path: Path) -> None:
    made = modules(tmp_path)
    (made / "vazirmatn" / "LICENSE").unlink()
    with pytest.raises(SystemExit, match="vazirmatn ships no licence text"):
        assets.copy(made, LOCK, tmp_path / "vendor")
    (made / assets.FILES["yasqe.min.js"]).unlink()
    with pytest.raises(SystemExit, match=r"lacks @zazuko/yasqe/build/yasqe.min.js"):
        assets.copy(made, LOCK, tmp_path / "vendor")


def test_without_node_a_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match=r"npm is not installed.*all else works without it"):
        assets.install(tmp_path)


@pytest.mark.parametrize("fetched", [True, False])
def test_the_wheel_holds_what_was_fetched(tmp_path: Path, fetched: bool) -> None:
    pytest.importorskip("hatchling", reason="hatchling, which builds the wheel, is not installed (extra: dev)")
    tree = tmp_path / "tree"
    skip = shutil.ignore_patterns("__pycache__", "vendor")
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    for name in ("src", *build["targets"]["wheel"]["force-include"]):
        shutil.copytree(ROOT / name, tree / name, ignore=skip)
    for name in ("pyproject.toml", "README.md", "LICENSE", "THIRD_PARTY.md", ".gitignore"):
        shutil.copyfile(ROOT / name, tree / name)
    if fetched:
        assets.copy(modules(tmp_path), LOCK, tree / assets.TARGET.relative_to(ROOT))
    built = subprocess.run([sys.executable, "-c", "from hatchling.build import build_wheel; print(build_wheel('.'))"],
                           cwd=tree, capture_output=True, text=True, check=True, env=os.environ)
    names = zipfile.ZipFile(tree / built.stdout.split()[-1]).namelist()
    vendored = {name.rpartition("/")[2] for name in names if name.startswith("kg/web/static/vendor/")}
    assert vendored == ({*assets.FILES, assets.LICENSES} if fetched else set())
    assert {"kg/_data/ontology/kg.ttl", "kg/export/assets/page.js", "kg/lang/fa/roles.yaml"} <= set(names)
    assert any(name.endswith("licenses/THIRD_PARTY.md") for name in names)


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed: the scripts are not parsed")
def test_the_scripts_parse(tmp_path: Path) -> None:
    scripts = [ROOT / "src" / "kg" / "export" / "assets" / "page.js", resources.vendor("yasqe.min.js")]
    for script in filter(None, scripts):
        subprocess.run(["node", "--check", str(script)], check=True, capture_output=True, timeout=60)
