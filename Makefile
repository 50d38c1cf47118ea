# Two commands for everybody: `make run` and `make test`. Each sets up first
# what is missing: a virtual environment in .venv, the locked packages, DuckDB's
# extensions. Needed beforehand: CPython 3.11 to 3.14, git, make.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
PYTEST := $(BIN)/python -m pytest
# Two at a time, a file to a worker: a file's expensive fixtures are made once. In
# the order of tests/conftest.py: whole runs first, so that no worker waits in the end.
PARALLEL := -n 2 --dist loadfile --no-loadscope-reorder

# Of fuzzing each format.
SECONDS := 5
# Of the outbox, in `make faults`; `make test` has 40.
KILLS := 1000

.PHONY: help setup run test check lint serve bench fuzz faults screenshots docs lock clean

help: ## what can be made
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(READY) ## set up .venv; nothing happens when it stands already

run: $(READY) ## set up, load the sample company's history, play three days
	@code=0; $(BIN)/orderhouse demo || code=$$?; \
	case $$code in \
	  0) echo "make run: clean (exit code 0)." ;; \
	  1) echo "make run: finished with exceptions (exit code 1); the summary names them. This is a success." ;; \
	  *) echo "make run: could not run (exit code $$code). Ask: $(BIN)/orderhouse doctor" >&2; exit $$code ;; \
	esac

test: lint ## everything that must hold; ends with pytest's closing line
	$(PYTEST) $(PARALLEL) tests transforms

check: lint ## the fast part: style, types, import rules, quick tests
	$(PYTEST) $(PARALLEL) -q -m "not slow" --hypothesis-profile quick tests/architecture tests/unit tests/feeds tests/property transforms

lint: $(READY) ## style, types, import rules, SQL, spelling, dependencies
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/codespell $$(git ls-files)
	$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar dbt_project/models dbt_project/tests
	$(BIN)/deptry .
	$(BIN)/mypy

serve: $(READY) ## dashboards and Dagster on 127.0.0.1
	@$(BIN)/orderhouse serve

bench: $(READY) ## seconds, memory and ratios to the floor
	$(BIN)/python tests/bench/run.py

fuzz: $(READY) ## damage files of every format, SECONDS=5 each; needs `pip install atheris`
	$(BIN)/python tests/feeds/fuzz.py $(SECONDS)

faults: $(READY) ## kill -9 the sending of instructions KILLS=1000 times, at every point
	$(BIN)/python -m tests.faults.kills $(KILLS)

screenshots: $(READY) ## pictures of the real pages into docs/pictures
	$(BIN)/python -m tests.end_to_end.screenshots

docs: $(READY) ## write the generated pages of docs/
	$(BIN)/python docs/generate.py

lock: $(READY) ## write requirements.lock from pyproject.toml (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	  --extra dev pyproject.toml -o requirements.lock

clean: ## remove .venv and every cache; what runs made (data/lakehouse) stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .cache \
	  *.egg-info dbt_project/target dbt_project/logs
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Only wheels, so no compiler is needed; only hashes of the lock, so what is
# installed is what was tested.
$(READY): requirements.lock pyproject.toml
	@echo "[1/5] a virtual environment in $(VENV)"
	@test -x $(BIN)/python || "$$(sh .ci/python)" -m venv $(VENV)
	@echo "[2/5] the locked packages (about 190, 2 GB: some minutes)"
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on \
	  --only-binary :all: --require-hashes -r requirements.lock
	@echo "[3/5] this project"
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet \
	  --no-deps --no-build-isolation -e .
	@echo "[4/5] DuckDB's extensions, from their wheels"
	@$(BIN)/python -m orchestration.resources.extensions
	@echo "[5/5] a trial run of a small day; the kernels are compiled meanwhile (a minute)"
	@$(BIN)/python -m orchestration.cli.trial
	@touch $(READY)
