# Nattljus. `make up` starts the hub on this machine, `make test` tests it; both make what they need first.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

UV := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.made
DATA ?= .nattljus
PORT ?=
MINUTES ?= 3
SEEDS ?= 1
ARGS ?=

.PHONY: help up demo doctor bench chaos test properties lint format contracts lock vendor clean

help: ## Say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 12

up: $(READY) ## Start the hub (DATA=directory, PORT=the portal's port); Ctrl-C stops it
	@$(BIN)/nattljus up --data "$(DATA)" $(if $(PORT),--port $(PORT)) $(ARGS)

demo: $(READY) ## Play one night at Socialjouren in the running hub
	@$(BIN)/nattljus demo --data "$(DATA)" $(ARGS)

doctor: $(READY) ## Look whether everything is well in the running hub
	@$(BIN)/nattljus doctor --data "$(DATA)" $(ARGS)

test: $(READY) ## Test everything on real parts, with a data directory and ports of its own (ARGS=for pytest)
	@$(BIN)/python -m tests.browser
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal $(ARGS)

properties: $(READY) ## Look for orders of events that break a rule, for many minutes, and say what was tried (ARGS=for pytest)
	@$(BIN)/python -m pytest tests/properties -n0 --timeout 0 --hypothesis-profile long --hypothesis-show-statistics $(ARGS)

chaos: $(READY) ## Break everything at random and count what was lost (MINUTES=each, SEEDS=20 or 3,7 or 5-8, ARGS=--help says more)
	@$(BIN)/python -m tests.chaos --minutes "$(MINUTES)" --seeds "$(SEEDS)" $(ARGS)

bench: $(READY) ## Measure beside the physical bounds and the peers (ARGS=groups and options; ARGS=--help says which)
	@$(BIN)/python -m tests.benchmarks $(ARGS)

lint: $(READY) ## Check style, types, imports between rooms, and templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --check --lint services/portal/templates deploy/local/identity/templates

format: $(READY) ## Put code and templates in their form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint --quiet --reformat services/portal/templates deploy/local/identity/templates

contracts: $(READY) ## Write the published schemas and the AsyncAPI document anew (contracts/schemas)
	@$(BIN)/python -m contracts

lock: $(READY) ## Write requirements.lock anew from pyproject.toml, with hashes and without addresses
	$(BIN)/uv pip compile --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links \
		pyproject.toml --all-extras -o requirements.lock $(ARGS)

vendor: $(READY) ## Fetch the style sheets, fonts and scripts of the pages anew (needs npm)
	$(BIN)/python deploy/vendor/update.py

clean: ## Remove the environment and what the tests left; the data directory stays
	rm -rf $(VENV) .nattljus-test .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(READY): requirements.lock pyproject.toml
	@found=; for python in python3 python3.14 python3.13 python3.12 python3.11; do \
		if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "Nattljus needs Python 3.11 or newer with its venv module, and found none: install python3 (on Debian also python3-venv)" >&2; exit 69; \
	fi; \
	if ! $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "making $(VENV) with $$($$found --version)"; rm -rf $(VENV); $$found -m venv $(VENV); \
	fi; \
	began=$$SECONDS; echo "installing from requirements.lock"; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV); \
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock; \
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .; \
	touch $(READY); echo "installed in $$((SECONDS - began)) s"
