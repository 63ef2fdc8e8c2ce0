# `make` alone lists the targets.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
DEV_STAMP := $(VENV)/.installed-dev
PROD_STAMP := $(VENV)/.installed-prod
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run demo test coverage check lint types architecture format bench chaos fuzz docs lock messages screenshots clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(VENV)/bin/python:
	@echo "==> Creating $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)

$(PROD_STAMP): requirements/prod.txt | $(VENV)/bin/python
	@echo "==> Installing what the portal needs (versions and hashes from requirements/prod.txt)"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/prod.txt
	@touch $@

$(DEV_STAMP): requirements/dev.txt | $(VENV)/bin/python
	@echo "==> Installing what development and tests need (requirements/dev.txt)"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@ $(PROD_STAMP)

run: $(PROD_STAMP)  ## set up everything, load the demo company, post its documents, serve (PORT=8000)
	@DEBUG=on PORTAL_BASE_URL=http://127.0.0.1:$(PORT) $(BIN)/python manage.py run_portal --port $(PORT)

demo: $(PROD_STAMP)  ## the same without serving; fails unless every document ends as it must
	@DEBUG=on $(BIN)/python manage.py run_portal --demo

test: $(DEV_STAMP)  ## the whole test suite
	@echo "==> Running the tests"
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

coverage: $(DEV_STAMP)  ## the same, measured (htmlcov/index.html); it takes a third longer
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder --cov --cov-report=html $(ARGS)

check: lint types architecture test  ## everything that CI checks, fast first

lint: $(DEV_STAMP)  ## ruff, djlint, unused and undeclared dependencies, missing migrations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/djlint --lint --quiet templates
	@$(BIN)/deptry .
	@DEBUG=on $(BIN)/python manage.py makemigrations --check --dry-run

types: $(DEV_STAMP)  ## mypy
	@DEBUG=on $(BIN)/mypy apps integration_portal docs/examples

architecture: $(DEV_STAMP)  ## import-linter: the layers
	@DEBUG=on $(BIN)/lint-imports

format: $(DEV_STAMP)  ## format the code
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

bench: $(DEV_STAMP)  ## ratios measured in one run (docs/performance.md)
	@DEBUG=on $(BIN)/python -m benchmarks.submitting
	@DEBUG=on $(BIN)/python -m benchmarks.posting
	@DEBUG=on $(BIN)/python -m benchmarks.master_data
	@DEBUG=on $(BIN)/python -m benchmarks.integration_page --actions
	@DEBUG=on $(BIN)/python -m benchmarks.pages

chaos: $(DEV_STAMP)  ## the long form of the crash and fault tests (SEED=… repeats a run)
	@PORTAL_CHAOS_ROUNDS=10 $(BIN)/python -m pytest tests/chaos -p no:randomly $(ARGS)

fuzz: $(DEV_STAMP)  ## many requests made from the OpenAPI document, others each time (PORTAL_FUZZ_EXAMPLES=50 PORTAL_FUZZ_SEED=…)
	@export PORTAL_FUZZ_EXAMPLES=$${PORTAL_FUZZ_EXAMPLES:-50} PORTAL_FUZZ_SEED=$${PORTAL_FUZZ_SEED:-$$RANDOM}; \
		echo "PORTAL_FUZZ_SEED=$$PORTAL_FUZZ_SEED repeats this run"; $(BIN)/python -m pytest tests/portal/test_schema_conformance.py $(ARGS)

messages: $(DEV_STAMP)  ## collect what is to be translated, and compile the translations (needs gettext)
	@DEBUG=on DJANGO_SETTINGS_MODULE=integration_portal.settings $(BIN)/python -m tests.languages.messages

screenshots: $(DEV_STAMP)  ## take the screenshots of the docs, with Debian's Chromium
	@DEBUG=on $(BIN)/python -m tests.browser.screenshots

docs:  ## check that every link of the docs leads somewhere
	@$(PYTHON) docs/check_links.py

lock: $(DEV_STAMP)  ## write the lock files anew: versions and hashes, no addresses
	@for set in prod dev; do $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --no-strip-extras \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-header requirements/$$set.in -o requirements/$$set.txt; done

clean:  ## remove the environment and what runs left behind
	@rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .coverage htmlcov
