# make run TASK="a tip calculator for the command line"     from nothing to a program
# make test                                                  from nothing to the whole suite
# make quick                                                 the suite without its slowest tests

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
TASK ?=
ARGS ?=

# Where it is set, each of the thousand interpreters that the tests start compiles the program anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test announce quick check format bench wheel clean

run: $(VENV)/.installed
	@$(BIN)/softhouse model pull --if-needed
	@$(BIN)/softhouse run "$$TASK" $(ARGS)

# The embedded model is ten times slower beside anything else, and a Ray node that cannot answer in time
# is given up for dead, so their tests run alone.
test: announce $(VENV)/.dev-installed check
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not model and not cluster"
	$(BIN)/python -m pytest -m "model or cluster"

announce:
	@echo "The whole suite: about half an hour on two cores; make quick leaves its slowest tests out."

quick: $(VENV)/.dev-installed check
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow and not model and not cluster"

check: $(VENV)/.dev-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/vulture

format: $(VENV)/.dev-installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev-installed
	@for each in startup call_overhead concurrency tools repository sandboxes witness classic_chain commit journal resume window companies cluster; do \
	    $(BIN)/python -m benchmarks.$$each || exit 1; done

wheel: $(VENV)/.dev-installed
	$(BIN)/python -m build

export TASK

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[local]'
	@touch $@

$(VENV)/.dev-installed: pyproject.toml | $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable '.[local,lab,ray,mcp,data]' --group dev
	@touch $@

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
