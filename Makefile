# Everything starts from Python 3.11+, pip and make; each target sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: install demo check test bench dist format snapshots clean

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

# Four workers for two cores: tests of screens wait for a third of their time. Workers read the bytecode of each other.
# pytest ends with code 5 when it collected nothing, which fails here as it should.
test: $(BIN)/.dev
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 4 --dist worksteal tests

bench: $(BIN)/.dev
	$(BIN)/python -m tests.bench

# A release sets PROMOSCOPE_SOURCE_URL. The wheel is built from the source distribution, which shows that this is whole.
dist: $(BIN)/.dev
	rm -rf dist
	$(BIN)/python -m hatchling build -t sdist
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation -w dist dist/*.tar.gz
	$(BIN)/python -m tarfile -l dist/*.tar.gz
	$(BIN)/python -m zipfile -l dist/*.whl

format: $(BIN)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

snapshots: $(BIN)/.dev
	PROMOSCOPE_UPDATE_SNAPSHOTS=1 $(BIN)/python -m pytest tests/tui/shell/test_snapshots.py

clean:
	rm -rf $(VENV) dist build
