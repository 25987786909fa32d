# Headwater's commands. Everything is set up inside this checkout (.venv/), from locked sets of packages, without root.
#
#   make demo    the flights example on real data, end to end
#   make test    the test suite
#
# `make help` lists the rest.

PYTHON  ?= python3
VENV    ?= .venv
UV      := uv==0.13.9
UPGRADE ?=

BIN := $(VENV)/bin
PY  := $(BIN)/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input --quiet install --no-build-isolation --use-pep517

EXAMPLES := $(patsubst %/,%,$(wildcard examples/*/))

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test test-slow test-spark test-oracle bench check page page-types format types contract stub lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# --- set-up: one stamp per set of packages, so that a second call installs nothing --------------------------------

$(VENV)/created.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Headwater needs Python 3.11 or newer; say which one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Creating $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || \
	    { echo "python3 has no venv module here (on Debian: apt install python3-venv)." >&2; exit 1; }
	@touch $@

$(VENV)/demo.stamp: $(VENV)/created.stamp requirements/build.txt requirements/demo.txt pyproject.toml
	@echo "Installing Headwater and what the demo needs ..."
	@$(PIP) --require-hashes -r requirements/build.txt
	@$(PIP) --require-hashes -r requirements/demo.txt
	@HEADWATER_PAGE=skip $(PIP) --no-deps --editable .
	@touch $@

# The page is built apart from the editable install: whenever its sources change, and with a word where that fails.
$(VENV)/page.stamp: $(VENV)/demo.stamp tools/page_build.py $(shell find ui -type f -not -path '*/node_modules/*')
	@echo "Building the page ..."
	@$(PY) -m tools.page_build
	@touch $@

$(VENV)/dev.stamp: $(VENV)/demo.stamp requirements/dev.txt
	@echo "Installing the tools of the checks ..."
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

# --- run ----------------------------------------------------------------------------------------------------------

demo: $(VENV)/page.stamp ## set up, then run the flights example on real data
	@$(PY) examples/flights/demo.py

test: $(VENV)/dev.stamp $(VENV)/page.stamp ## set up, then run the test suite
	@$(PY) -m pytest -m "not slow and not oracle"

test-slow: $(VENV)/dev.stamp $(VENV)/page.stamp ## the tests that take minutes: faults at random moments, large data
	@$(PY) -m pytest -m "slow and not oracle"

test-spark: $(VENV)/dev.stamp ## frames of Spark in DuckDB; needs Java 17, and installs pyspark
	@$(PIP) pyspark
	@HEADWATER_SPARK=1 $(PY) -m pytest tests/integration/io/test_duckdb_pyspark.py

test-oracle: $(VENV)/dev.stamp ## the comparisons with a real Dagster, which they install for themselves
	@$(PY) -m pytest -m oracle

bench: $(VENV)/dev.stamp $(VENV)/page.stamp ## side by side with Dagster, and with the floor
	@$(PY) -m benchmarks.start
	@$(PY) -m benchmarks.steps
	@$(PY) -m benchmarks.processes
	@$(PY) -m benchmarks.loading
	@$(PY) -m benchmarks.tables
	@$(PY) -m benchmarks.files

# --- check --------------------------------------------------------------------------------------------------------

check: $(VENV)/dev.stamp ## format, lint, types, layer contract, tests of the architecture
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(MAKE) --no-print-directory types contract
	@$(PY) -m pytest -q -m "not slow" tests/architecture
	@$(PY) -m tools.page_build check

page: $(VENV)/page.stamp ## build the web page from ui/ into the package

page-types: $(VENV)/dev.stamp ## after a change of the HTTP API: write ui/src/api/types.ts
	@$(PY) -m tools.page_types

# Each example is a project of its own, as a user has it, and is checked from its own folder.
types: $(VENV)/dev.stamp ## strict types over the package, its tests and the examples
	@$(BIN)/mypy src tests tools benchmarks
	@for example in $(EXAMPLES); do \
	    (cd $$example && $(CURDIR)/$(BIN)/mypy --config-file $(CURDIR)/pyproject.toml \
	        --cache-dir $(CURDIR)/.mypy_cache/examples .) || exit 1; done

contract: $(VENV)/dev.stamp ## the import contract between the layers
	@$(BIN)/lint-imports --no-logo

format: $(VENV)/dev.stamp ## rewrite the files as the checks want them
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

stub: $(VENV)/dev.stamp ## write src/headwater/__init__.pyi and the list of public names anew
	@$(PY) -m tools.facade_stub

# --- upkeep -------------------------------------------------------------------------------------------------------
# The newest set is resolved first and bounds the smaller ones, so that one version of a package serves all of them.
# Versions already locked are kept; `make lock UPGRADE=--upgrade` takes the newest.

COMPILE = .cache/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
          --custom-compile-command "make lock" $(UPGRADE) pyproject.toml

lock: ## resolve requirements/*.txt from pyproject.toml
	@test -x .cache/lock/bin/uv || { $(PYTHON) -m venv .cache/lock && \
	    .cache/lock/bin/python -m pip --disable-pip-version-check --no-input --quiet install $(UV); }
	@$(COMPILE) --all-extras --group build --group demo --group dev -o requirements/dev.txt
	@$(COMPILE) --extra duckdb --extra pandas --group demo -c requirements/dev.txt -o requirements/demo.txt
	@$(COMPILE) -c requirements/dev.txt -o requirements/runtime.txt
	@.cache/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	    --custom-compile-command "make lock" $(UPGRADE) --group build -c requirements/dev.txt -o requirements/build.txt

clean: ## remove the environment and all that the tools left
	@rm -rf $(VENV) ui/node_modules src/headwater/server/page_built .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
