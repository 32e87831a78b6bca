# Everything is made inside this clone: .venv (the environment), .tools (what tools keep), site, dist.
# It needs Python 3.11 or newer, make and git.  Another Python: make PYTHON=python3.13 test

PYTHON ?= python3
VENV ?= .venv
ARGS ?=

BIN := $(VENV)/bin
KEPT := $(CURDIR)/.tools
# Any recent one does; it is pinned so that two people lock alike.
UV_VERSION := 0.13.9

export PIP_CACHE_DIR := $(KEPT)/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export UV_CACHE_DIR := $(KEPT)/uv
export HYPOTHESIS_STORAGE_DIRECTORY := $(KEPT)/hypothesis
export PYRIGHT_PYTHON_CACHE_DIR := $(KEPT)/pyright
# The lock says which pyright: it need not look for a newer one.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test soak lint types docs bench lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.can-run ## See it work: a pretend Smartcar and a few pretend cars
	@$(BIN)/smartcar demo $(ARGS)

test: $(VENV)/.can-develop ## Run the tests, two processes per core; ARGS="-k lock" runs some
	@$(BIN)/python -m pytest -n auto $(ARGS)

# Who moves on from seed to seed sees other moments: make soak ARGS=8
soak: $(VENV)/.can-develop ## Kill, restart and attack the receiver of webhooks at length; ARGS is the seed
	@$(BIN)/python tests/killing.py 10000 20 $(or $(ARGS),7)
	@$(BIN)/python tests/restarting.py 10000 5
	@$(BIN)/python tests/hostile.py 100000 $(or $(ARGS),7)

lint: $(VENV)/.can-develop ## Check style, format and spelling
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/codespell

types: $(VENV)/.can-develop ## Check types with mypy and pyright
	@$(BIN)/mypy
	@$(BIN)/pyright --pythonpath $(BIN)/python

docs: $(VENV)/.can-develop ## Build the documentation into site/
	@$(BIN)/zensical build --clean --strict

bench: $(VENV)/.can-develop ## Measure the client, the simulator and the inbox; ARGS is handed on
	@$(BIN)/python bench/run.py $(ARGS)
	@$(BIN)/python bench/simulator.py $(ARGS)
	@$(BIN)/python bench/inbox.py $(ARGS)

LOCK := $(KEPT)/lock/bin/uv pip compile pyproject.toml --all-extras --group build \
	--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	--annotation-style line --quiet

lock: $(VENV)/.made ## Choose versions anew where pyproject.toml asks for it; ARGS=--upgrade for all
	@$(PYTHON) -m venv $(KEPT)/lock
	@$(KEPT)/lock/bin/python -m pip install --quiet uv==$(UV_VERSION)
	$(LOCK) $(ARGS) --group test --group lint --group types --group docs --output-file requirements.lock
	$(LOCK) $(ARGS) --constraints requirements.lock --output-file requirements-run.lock
	@! grep -n '://' requirements.lock requirements-run.lock

clean: ## Remove all that make has made
	rm -rf .venv .venv-* $(VENV) .tools .cache dist site
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp says what an environment is good for, and is made anew when the files that decide it change.

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "smartcar-sdk needs Python 3.11 or newer, and '$(PYTHON)' is not:" \
	    "$$($(PYTHON) --version 2>&1). Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; \
	  exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make virtual environments. Install its venv module" \
	    "(on Debian and Ubuntu: apt install python3-venv) and try again." >&2; \
	  exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

INSTALL := $(BIN)/python -m pip install --quiet

$(VENV)/.can-run: $(VENV)/.made requirements-run.lock pyproject.toml
	@echo "Installing what the SDK runs on into $(VENV) ..."
	@$(INSTALL) --require-hashes -r requirements-run.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.can-develop: $(VENV)/.can-run requirements.lock
	@echo "Installing what its development needs into $(VENV) ..."
	@$(INSTALL) --require-hashes -r requirements.lock
	@touch $@
