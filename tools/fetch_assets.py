"""Put the editor and the font of the pages into the package: ``python tools/fetch_assets.py``, or ``make assets``.

They come from the npm registry as ``assets/package-lock.json`` pins them (by SHA-512), into
``src/kg/web/static/vendor/`` with the texts of their licences. None of it is committed; without Node the rest of kg
works all the same.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "assets"
TARGET = ROOT / "src" / "kg" / "web" / "static" / "vendor"
FILES = {
    "yasqe.min.js": "@zazuko/yasqe/build/yasqe.min.js",
    "yasqe.min.css": "@zazuko/yasqe/build/yasqe.min.css",
    "Vazirmatn-Regular.woff2": "vazirmatn/fonts/webfonts/Vazirmatn-Regular.woff2",
    "Vazirmatn-Bold.woff2": "vazirmatn/fonts/webfonts/Vazirmatn-Bold.woff2",
}
"""What is copied, and where it lies in the installed packages."""
LICENSES = "LICENSES.txt"

_LICENCE_FILES = ("license", "licence", "license.md", "license.txt", "ofl.txt", "copying")
_MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def packages(lock: Path) -> list[tuple[str, str, str]]:
    """Name, version and licence of each package that a lock file pins, by name."""
    pinned = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    found = [(path.rpartition("node_modules/")[2], item["version"], item["license"])
             for path, item in pinned.items() if path]
    return sorted(found)


def install(folder: Path) -> None:
    """Fetch the pinned packages. Raises SystemExit with a sentence if npm is missing or fails."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is not installed, so the SPARQL editor and the Vazirmatn font cannot be fetched. Install "
                         "Node.js 18 or later (Debian: apt install npm); all else works without it.")
    done = subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=False,
                          capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"npm ci failed in {folder}:\n{done.stderr.strip()}")


def copy(modules: Path, lock: Path, target: Path) -> None:
    """Copy the files and the licences; nothing else stays in the folder. Raises SystemExit if one is missing."""
    missing = [name for name in FILES.values() if not (modules / name).is_file()]
    if missing:
        raise SystemExit(f"{modules} lacks {', '.join(missing)}: the packages of another version lie there.")
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name, source in FILES.items():
        shutil.copyfile(modules / source, target / name)
    (target / LICENSES).write_text("\n".join(_licence(modules, *one) for one in packages(lock)), encoding="utf-8")


def _licence(modules: Path, name: str, version: str, licence: str) -> str:
    """The licence of one package as it ships it; a package under MIT that ships none gets the text with its authors."""
    head = f"{'=' * 100}\n{name} {version} ({licence})\n{'=' * 100}\n\n"
    files = sorted(path for path in (modules / name).iterdir() if path.name.lower() in _LICENCE_FILES)
    if files:
        return head + "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in files)
    if licence != "MIT":
        raise SystemExit(f"{name} ships no licence text, and is not under MIT. See what its licence asks for.")
    return f"{head}Copyright (c) {', '.join(_authors(modules / name / 'package.json'))}\n\n{_MIT}"


def _authors(package: Path) -> list[str]:
    known: dict[str, Any] = json.loads(package.read_text(encoding="utf-8"))
    people = [known.get("author"), *known.get("contributors", [])]
    return [one if isinstance(one, str) else one["name"] for one in people if one]


def main() -> None:
    install(FOLDER)
    copy(FOLDER / "node_modules", FOLDER / "package-lock.json", TARGET)
    sizes = ", ".join(f"{name} {(TARGET / name).stat().st_size // 1024} KB" for name in FILES)
    sys.stderr.write(f"{sizes} -> {TARGET}\n")


if __name__ == "__main__":
    main()
