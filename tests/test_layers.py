"""Imports run one way: each part uses the parts below it and never one above."""

from __future__ import annotations

import ast
from pathlib import Path

import kg

ROOT = Path(kg.__file__).parent
ORDER = (
    "errors", "model", "runs", "rules", "resources", "iris", "text", "page", "sources", "mentions", "builders",
    "graph", "export", "pipeline", "query", "explain", "assemble", "scale", "store", "web", "commands", "cli",
)
"""Lowest first. ``kg/__init__.py`` stands above all of them: it only offers what they make."""


def layer(module: str) -> str:
    """The layer of kg.text.match is text; that of kg itself is empty."""
    return module.split(".")[1] if "." in module else ""


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(("kg", *(p for p in parts if p != "__init__")))


def imported(path: Path) -> set[str]:
    """The kg modules a file imports anywhere in it, also inside functions; not what only a type checker sees."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {id(node) for block in ast.walk(tree) if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.dump(
        block.test) for statement in block.body for node in ast.walk(statement)}
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the layer"
            found |= {f"kg.{alias.name}" for alias in node.names} if node.module == "kg" else {node.module or ""}
    return {name for name in found if name.startswith("kg.")}


def test_imports_run_downward() -> None:
    wrong = []
    for path in sorted(ROOT.rglob("*.py")):
        own = layer(module_of(path))
        if not own:
            continue
        assert own in ORDER, f"{path.name} stands in no layer; give it a place in ORDER"
        wrong += [f"{module_of(path)} imports {name}" for name in sorted(imported(path))
                  if ORDER.index(layer(name)) > ORDER.index(own)]
    assert wrong == []


def test_all_layers_are_looked_at() -> None:
    seen = {layer(module_of(path)) for path in ROOT.rglob("*.py")}
    assert len(seen & set(ORDER)) >= 12
    assert imported(ROOT / "assemble.py") >= {"kg.pipeline", "kg.graph.validate", "kg.export"}
