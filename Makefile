# Every target sets up .venv when it is missing. PYTHON chooses the interpreter it is made from.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: compare test test-fast lint types bench clean

compare: .venv/installed
	$(BIN)/gaintree compare $(ARGS)

test: .venv/installed
	$(BIN)/python -m pytest -q $(ARGS)

test-fast: .venv/installed
	$(BIN)/python -m pytest -q -m "not slow" $(ARGS)

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/installed
	$(BIN)/mypy

# The table of targets; bench-NAME is the file benchmarks/bench_NAME.py: bench-peers, bench-fit, ...
bench: .venv/installed-bench
	$(BIN)/python -m pytest benchmarks/bench_targets.py -q --grid full $(ARGS)

# Studies are scripts of their own: bench-criteria_study, bench-pruning_study, bench-tables_study.
bench-%_study: .venv/installed-bench
	$(BIN)/python benchmarks/$*_study.py $(ARGS)

bench-%: .venv/installed-bench
	$(BIN)/python -m pytest benchmarks/bench_$*.py -q $(ARGS)

.venv/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed; set PYTHON=...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

.venv/installed-bench: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	touch $@

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
