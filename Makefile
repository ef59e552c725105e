# Everything a newcomer needs: `make demo` and `make test`. Both set up .venv by themselves.
.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
HOME_DEMO := demo-home

# The first interpreter that really is Python 3.12 or newer; a name on the PATH may be a shim that refuses.
PYTHON := $(shell for name in python3.13 python3.12 python3 python; do \
	command -v $$name >/dev/null 2>&1 && $$name -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null \
	&& { echo $$name; break; }; done)

.PHONY: help demo test check lint types imports docs lock clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 10

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Run tracker needs Python 3.12 or newer and found none of python3.13, python3.12, python3."; \
	echo "Get one from your system's packages, from https://www.python.org/downloads/ or with 'uv python install 3.12'; then run make again."; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the product needs"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-build.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@echo "Installing what the tests need"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

demo: $(VENV)/.runtime ## meet the coach: a made-up runner, their seven days, today's workout
	@$(BIN)/run-tracker demo --into $(HOME_DEMO)

test: check ## everything CI checks: lint, types, imports, docs, tests, coverage
	@$(BIN)/python -m pytest -n auto --dist loadfile --cov --cov-report= --durations=5
	@$(BIN)/python -m coverage report --fail-under=90
	@$(BIN)/python -m coverage report --fail-under=100 \
		--include='*/run_tracker/analysis/*,*/run_tracker/coaching/*,*/run_tracker/workout.py'

check: lint types imports docs ## the checks without the tests

lint: $(VENV)/.dev
	@$(BIN)/ruff format --check --quiet . || { $(BIN)/ruff format --diff . ; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/python tools/house.py

types: $(VENV)/.dev
	@$(BIN)/mypy --no-error-summary

imports: $(VENV)/.dev
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

docs: $(VENV)/.dev
	@$(BIN)/python tools/docs.py --check

lock: ## pin every dependency again, with hashes and without hosts (needs uv)
	@for set in "requirements.txt" "requirements-dev.txt --group dev"; do \
		uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header \
			pyproject.toml --output-file $$set; done
	@printf 'hatchling\neditables\n' | uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header \
		- --output-file requirements-build.txt

clean: ## remove what was made here
	@rm -rf $(VENV) $(HOME_DEMO) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
