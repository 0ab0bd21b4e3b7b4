# The handbook's commands. `make help` lists them.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash
PYTHON ?= python3
PY := .venv/bin/python
UV := $(PY) -m uv --quiet
PORT ?= 8000

# One thread per process and a fixed hash seed: the same figures on every machine.
export PYTHONHASHSEED := 0
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export UV_PYTHON_DOWNLOADS := never

SITE := _build/html/index.html
INPUTS := $(shell find book data handbook notebooks -type f \
	-not -path '*/__pycache__/*' -not -path '*/.ipynb_checkpoints/*') \
	_config.yml _toc.yml pyproject.toml CITATION.cff

# $(call required,VARIABLE,example,value): the value, or an error that shows how to give it.
required = $(if $($1),$3,$(error name it: make $@ $1=$2))

.PHONY: help book test serve lab notebooks notebook page benchmarks lock clean FORCE

help: ## List the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

book: $(SITE) ## Build the whole site into _build/html
	@echo "The handbook is ready. Open _build/html/index.html in a browser, or run: make serve"

test: .venv/.test .venv/.types $(SITE) ## Run every check this machine allows; say what it could not run
	@$(PY) -m pytest -n 2 --dist loadfile -rs tests notebooks templates --nbval

serve: $(SITE) ## Serve the built site on http://localhost:8000 (PORT=...)
	@echo "http://localhost:$(PORT)/ (Ctrl-C to stop)"
	@$(PY) -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

lab: .venv/.book ## Open JupyterLab on the notebooks
	@$(PY) -m jupyter lab --notebook-dir=notebooks

notebooks: .venv/.book ## Execute the notebooks whose code, data or modules have changed (ALL=1: every one)
	@$(PY) -m handbook.execution $(if $(ALL),--all) notebooks templates

notebook: .venv/.book ## Execute one notebook (NAME=marche-e-sante)
	@$(PY) -m handbook.execution --all $(call required,NAME,marche-e-sante,notebooks/$(NAME:.ipynb=).ipynb)

page: .venv/.book ## Build one page quickly, to look at it (NAME=notebooks/marche-e-sante)
	@$(PY) -m handbook.site.build --page $(call required,NAME,notebooks/marche-e-sante,$(NAME))

benchmarks: .venv/.book ## Measure the handbook's own code (results in benchmarks/results)
	@$(MAKE) --no-print-directory -C benchmarks PY=$(CURDIR)/$(PY)

lock: .venv/.bootstrap ## Resolve the dependencies again into the hash-locked requirement files
	@compile="$(UV) pip compile --universal --generate-hashes --no-header --python-version 3.11"; \
	$$compile pyproject.toml -o requirements.txt && \
	$$compile pyproject.toml --group test -c requirements.txt -o requirements-test.txt

clean: ## Remove the environment and everything built
	rm -rf .venv _build .cache

# --- environment: each stamp is newer than the lock it was made from --------------------------

.venv/.bootstrap: requirements-bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it with: make PYTHON=/path/to/python3"; exit 1; }
	@echo "Preparing the environment (once)..."
	@$(PYTHON) -m venv --clear .venv || \
		{ echo "The venv module is missing. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/.book: requirements.txt pyproject.toml .venv/.bootstrap
	@echo "Installing the locked packages..."
	@$(UV) pip install --python $(PY) --require-hashes -r requirements.txt
	@$(UV) pip install --python $(PY) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.test: requirements-test.txt .venv/.book
	@echo "Installing the locked test packages..."
	@$(UV) pip install --python $(PY) --require-hashes -r $<
	@touch $@

# The TypeScript compiler, for the tests only; without npm they say what they could not check.
.venv/.types: tests/types/package.json tests/types/package-lock.json tests/types/.npmrc .venv/.bootstrap
	@if command -v npm >/dev/null; then \
		echo "Installing the locked TypeScript compiler..."; \
		mkdir -p .venv/types && cp $(filter tests/types/%,$^) .venv/types/ && cd .venv/types && \
		npm ci --silent --no-audit --no-fund --ignore-scripts && touch ../.types || \
		echo "TypeScript could not be installed: the types of the JavaScript will not be checked"; \
	else echo "npm is not here: the types of the JavaScript will not be checked"; fi

# --- site: built clean beside the old one, then swapped in whole ------------------------------

# The footer names the commit: the file changes, and the site with it, only when the commit does.
.cache/commit: FORCE
	@mkdir -p .cache
	@{ git rev-parse --short HEAD 2>/dev/null || echo unversioned; } > $@.new
	@cmp -s $@ $@.new && rm $@.new || mv $@.new $@

$(SITE): .venv/.book $(INPUTS) .cache/commit
	@$(PY) -m handbook.execution --check notebooks
	@echo "Building the site (about half a minute)..."
	@rm -rf .cache/site && mkdir -p .cache/site _build
	@$(PY) .venv/bin/jupyter-book build . --path-output .cache/site -W -n --keep-going
	@rm -rf _build/html && mv .cache/site/_build/html _build/html
	@touch $@
