# khabar-kg. `make graph` builds the example graph; `make test` runs every test. Both start from a bare checkout:
# Python 3.11 or later and make are all they need.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; break; fi; done)
BIN := .venv/bin
SHARED ?= ../shared
BENCHES := stages gate growth memory peers

.DEFAULT_GOAL := help
.PHONY: help graph test lint types check accuracy bench assets wheel clean

help:
	@echo "make graph     build out/graph.ttl from examples/ and draw it (out/graph.svg, out/graph.html)"
	@echo "make test      run every test"
	@echo "make lint      ruff check"
	@echo "make types     mypy --strict"
	@echo "make check     test, lint and types, as .ci/run does"
	@echo "make accuracy  score against the gold reports in $(SHARED)"
	@echo "make bench     measure time and memory, against peers too: a few minutes"
	@echo "make assets    fetch the SPARQL editor and the font of the pages (needs Node)"
	@echo "make wheel     build the wheel into dist/"
	@echo "make clean     remove .venv, caches and built files"

.venv/bin/python:
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or later is needed; install it, or name it: make PYTHON=..." >&2; exit 1; fi
	$(PYTHON) -m venv .venv

.venv/.installed: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

.venv/.installed-dev: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch .venv/.installed $@

graph: .venv/.installed
	$(BIN)/kg build examples --out out
	$(BIN)/kg draw out/graph.ttl -o out/graph.svg
	$(BIN)/kg draw out/graph.ttl -o out/graph.html

test: .venv/.installed-dev
	$(BIN)/python -m pytest

lint: .venv/.installed-dev
	$(BIN)/ruff check

types: .venv/.installed-dev
	$(BIN)/mypy --strict

check: test lint types

# Prints the table and compares it with bench/frozen/accuracy.csv; what fell fails.
accuracy: .venv/.installed
	$(BIN)/python bench/accuracy.py --shared "$(SHARED)"

# Peers that cannot be installed are left out, and the table of bench/peers.py says so.
.venv/.installed-bench: .venv/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]' || \
		echo "hazm or spaCy cannot be installed here; the bench goes on without them." >&2
	@touch $@

bench: .venv/.installed-bench
	@for name in $(BENCHES); do echo "== bench/$$name.py"; \
		$(BIN)/python bench/$$name.py --shared "$(SHARED)" || exit 1; done

# From the npm registry, as assets/package-lock.json pins them; they go into the wheel, not into the repository.
assets: | .venv/bin/python
	$(BIN)/python tools/fetch_assets.py

wheel: .venv/.installed
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

clean:
	rm -rf .venv assets/node_modules src/kg/web/static/vendor dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
