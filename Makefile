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
# Only the locked packages are seen, whatever the user's own environment says.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP PIP_TARGET PIP_PREFIX PIP_ROOT
export PYTHONNOUSERSITE := 1
export PIP_USER := 0

# One command at a time prepares the environment, executes notebooks or builds the site.
LOCKED = mkdir -p .cache && \
	{ flock -n .cache/lock true || echo "Another command is at work in this folder: waiting for it..."; } && \
	flock -o .cache/lock $(MAKE) --no-print-directory

# The handbook's own bytecode, also where the environment asks Python to write none.
COMPILED = $(PY) -m compileall -q handbook

# $(call required,VARIABLE,example,value): the value, or an error that shows how to give it.
required = $(if $($1),$3,$(error name it: make $@ $1=$2))

.PHONY: help book test test-lab serve lab notebooks notebook page data bench benchmarks lock release clean
.PHONY: writable _site _notebooks _notebook _page _data _release

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

book: writable ## Build the whole site into _build/html
	@$(LOCKED) _site
	@echo "The handbook is ready. Open _build/html/index.html in a browser, or run: make serve"

test: writable ## Run every check this machine allows; say what it could not run
	@$(LOCKED) .venv/.test .venv/.types _site
	@$(COMPILED)
	@$(PY) -m pytest -n 2 --dist loadfile -rs tests notebooks templates --nbval

test-lab: writable ## Open every notebook in JupyterLab, run it, move its controls (five minutes)
	@$(LOCKED) .venv/.test
	@HANDBOOK_LAB=all $(PY) -m pytest -n 0 -rs tests/test_jupyterlab.py

serve: writable ## Serve the built site on http://localhost:8000 (PORT=...)
	@$(LOCKED) _site
	@echo "http://localhost:$(PORT)/ (Ctrl-C to stop)"
	@$(PY) -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

lab: writable ## Open JupyterLab on the notebooks, or on one (NAME=marche-e-sante)
	@$(LOCKED) .venv/.book
	@$(PY) -m jupyter trust notebooks/*.ipynb templates/*.ipynb >/dev/null
	@$(PY) -m jupyter lab --notebook-dir=. --LabApp.default_url=/lab/tree/notebooks$(if $(NAME),/$(NAME:.ipynb=).ipynb)

notebooks: writable ## Execute the notebooks whose code, data or modules have changed (ALL=1: every one)
	@$(LOCKED) _notebooks

notebook: writable ## Execute one notebook (NAME=marche-e-sante)
	@$(LOCKED) _notebook NAME=$(call required,NAME,marche-e-sante,$(NAME))

page: writable ## Build one page quickly, to look at it (NAME=notebooks/marche-e-sante)
	@$(LOCKED) _page NAME=$(call required,NAME,notebooks/marche-e-sante,$(NAME))

data: writable ## Check every table of data/ and keep its size and digest in datapackage.yaml
	@$(LOCKED) _data

bench: writable ## Measure this version, beside the former ones in benchmarks/results (ten minutes; ONLY=...)
	@$(LOCKED) .venv/.test _site
	@PYTHONPATH=. $(PY) benchmarks/measure.py $(if $(ONLY),--only $(ONLY))

benchmarks: writable ## Score the forecasts beside their peers, and time large panels (an hour)
	@$(LOCKED) .venv/.peers
	@for script in forecasting scale; do \
		PYTHONPATH=. .venv/peers/bin/python benchmarks/$$script.py || exit 1; \
	done

lock: .venv/.bootstrap ## Resolve the dependencies again into the hash-locked requirement files
	@compile="$(UV) pip compile --universal --generate-hashes --no-header --python-version 3.11"; \
	$$compile pyproject.toml --extra book --group build -o requirements.txt && \
	$$compile pyproject.toml --extra book --group build --group test -c requirements.txt -o requirements-test.txt && \
	$$compile pyproject.toml --extra lab --group build -c requirements.txt -o binder/requirements.txt

release: writable ## Make the zip, the PDF, the wheel and their checksums twice, into dist/ if equal
	@$(LOCKED) .venv/.test _release

clean: ## Remove the environment and everything built
	rm -rf .venv _build .cache dist

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
	@$(UV) pip install --compile-bytecode --python $(PY) --require-hashes -r requirements.txt
	@$(UV) pip install --python $(PY) --no-deps --no-build-isolation --editable .
	@$(COMPILED)
	@touch $@

.venv/.test: requirements-test.txt .venv/.book
	@echo "Installing the locked test packages..."
	@$(UV) pip install --compile-bytecode --python $(PY) --require-hashes -r $<
	@touch $@

.venv/.peers: benchmarks/requirements.txt .venv/.bootstrap
	@echo "Installing the locked packages of the benchmarks..."
	@$(PY) -m venv --clear .venv/peers
	@$(UV) pip install --compile-bytecode --python .venv/peers/bin/python --require-hashes -r $<
	@touch $@

# The TypeScript compiler, for the tests only; without npm they say what they could not check.
.venv/.types: tests/types/package.json tests/types/package-lock.json tests/types/.npmrc .venv/.bootstrap
	@if command -v npm >/dev/null; then \
		echo "Installing the locked TypeScript compiler..."; \
		mkdir -p .venv/types && cp $(filter tests/types/%,$^) .venv/types/ && cd .venv/types && \
		npm ci --silent --no-audit --no-fund --ignore-scripts && touch ../.types || \
		echo "TypeScript could not be installed: the types of the JavaScript will not be checked"; \
	else echo "npm is not here: the types of the JavaScript will not be checked"; fi

# --- what runs under the lock -----------------------------------------------------------------

writable:
	@for place in . .cache _build .venv; do \
		if [ -e "$$place" ] && [ ! -w "$$place" ]; then \
			echo "This folder cannot be written to: $$(cd "$$place" && pwd)."; \
			echo "The handbook prepares its environment and builds its site there: copy it elsewhere, or change its rights."; \
			exit 1; \
		fi; \
	done

_site: .venv/.book
	@$(PY) -m handbook.site.build

_notebooks: .venv/.book
	@$(COMPILED)
	@$(PY) -m handbook.execution $(if $(ALL),--all) notebooks templates

_notebook: .venv/.book
	@$(PY) -m handbook.execution --all notebooks/$(NAME:.ipynb=).ipynb

_page: .venv/.book
	@$(PY) -m handbook.site.build --page $(NAME)

_data: .venv/.book
	@$(PY) -m handbook.facts data

_release: .venv/.test
	@$(PY) -m handbook.release
