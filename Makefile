# Everything starts from Python 3.11+, pip and make; each target sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: install demo check test bench format snapshots clean

$(BIN)/.runtime: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(BIN)/.dev: $(BIN)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

install: $(BIN)/.runtime

demo: install
	$(BIN)/promoscope demo

check: $(BIN)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# pytest ends with code 5 when it collected nothing, which fails here as it should.
test: $(BIN)/.dev
	$(BIN)/python -m pytest -n 2 --dist worksteal tests

bench: $(BIN)/.dev
	$(BIN)/python -m tests.bench

format: $(BIN)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

snapshots: $(BIN)/.dev
	PROMOSCOPE_UPDATE_SNAPSHOTS=1 $(BIN)/python -m pytest tests/tui/shell/test_snapshots.py

clean:
	rm -rf $(VENV) dist build
