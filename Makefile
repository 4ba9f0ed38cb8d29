# `make run` and `make test` are the two commands. Each does all its own set-up in .venv,
# from nothing but make and Python 3.11 or newer, and only what changed since the last time.

PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.installed-run
DEV := $(VENV)/.installed-dev
# Tests wait more than they work, for sockets, clocks and files: so twice as many at once as there are processors.
CORES := $(shell getconf _NPROCESSORS_ONLN)
PYTEST := $(BIN)/python -m pytest -q --dist worksteal
TWICE := -n $(shell expr 2 \* $(CORES)) --maxprocesses 8

# Python keeps what it compiled, whatever the environment says: tests are compiled anew by each worker otherwise.
export PYTHONDONTWRITEBYTECODE :=

# What tests need besides is found or installed first, and named to them.
NEEDED := CHROMIUM="$$(sh scripts/chromium)" && POSTGRES_BIN="$$(sh scripts/postgres)" && export CHROMIUM POSTGRES_BIN

# When the Python that .venv was made from has gone, what was installed there counts for nothing.
$(shell [ -x $(BIN)/python ] || rm -f $(RUN) $(DEV))

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test lint bench soak lock clean

help: ## list these targets
	@awk -F ' ## ' '/^[a-z]+:.* ## / { split($$1, t, ":"); printf "  make %-6s %s\n", t[1], $$2 }' Makefile

run: $(RUN) ## start the bot and its desk
	@exec $(BIN)/briefing-bot run $(ARGS)

test: lint ## check everything, the desk in a real browser too
	@$(NEEDED) && $(if $(ARGS),$(PYTEST) $(TWICE) $(ARGS),sh scripts/tests $(PYTEST))

lint: $(DEV) ## the quick checks: format, lint, types, imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

bench: $(DEV) ## measure, and print the numbers
	@$(BIN)/python -m benchmarks $(ARGS)

soak: $(DEV) ## the tests again with far larger numbers
	@$(NEEDED) && SOAK=1 $(PYTEST) $(TWICE) $(ARGS)

lock: $(BIN)/python ## make the lock files again (newest versions: ARGS=--upgrade)
	@sh scripts/lock $(ARGS)

clean: ## remove what these targets made; your data stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	@find bot tests benchmarks -type d -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@sh scripts/venv "$(PYTHON)" $(VENV)

$(RUN): requirements.lock pyproject.toml $(BIN)/python
	@sh scripts/install $(BIN)/python requirements.lock
	@touch $@

# The development lock holds the run-time lock line for line, so it serves `make run` as well.
$(DEV): requirements-dev.lock requirements.lock pyproject.toml $(BIN)/python
	@sh scripts/install $(BIN)/python requirements-dev.lock
	@touch $@ $(RUN)
