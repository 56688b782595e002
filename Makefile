# make demo    the main job, start to finish
# make test    every test
# make check   format, lint, types, tests
# make bench   speed beside other libraries
# make clean   everything that was made here
# Another Python: PYTHON=python3.12 make test

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq install -c constraints.txt

# A virtual environment belongs to one Python: the stamps carry its version.
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
MADE := $(VENV)/made-$(VERSION)
DEMO := $(VENV)/demo-$(VERSION)
DEV := $(VENV)/dev-$(VERSION)

# The other files of benchmarks/ are studies of minutes, or need data or peers of their own.
BENCH := mlp network perceptron radial scalars strategies

export PYTHONUTF8 := 1

.PHONY: demo test check format lint types bench clean

demo: $(DEMO)
	@$(BIN)/python -m byhand demo

test: $(DEV)
	$(BIN)/python -m pytest -n auto --dist worksteal

check: lint types test

format: $(DEV)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lint: $(DEV)
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: $(DEV)
	$(BIN)/mypy

bench: $(DEV)
	@set -e; for name in $(BENCH); do $(BIN)/python benchmarks/$$name.py; done

clean:
	rm -rf $(VENV) build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE):
	@echo "byhand: making $(VENV) with Python $(VERSION)"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

# The demo needs the light half only.
$(DEMO): $(MADE) pyproject.toml constraints.txt
	@echo "byhand: installing what the demo needs (about 15 seconds)"
	@$(PIP) -e '.[plots]'
	@touch $@

$(DEV): $(MADE) pyproject.toml constraints.txt
	@echo "byhand: installing what the tests need (about half a minute)"
	@$(PIP) -e '.[all,dev]'
	@touch $@ $(DEMO)
