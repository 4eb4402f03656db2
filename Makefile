# The two commands are `make demo` and `make test`. Each does all the set-up that it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test test-kafka fuzz check shapes rules walk bench lock format clean help

help:  ## What can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(READY)  ## Run the whole stack on a seeded history (ONCE=1: print the same and end)
	@$(BIN)/crm demo $(if $(ONCE),--once)

test: $(READY)  ## Run the whole test suite
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

test-kafka: $(READY)  ## Run every test that touches Kafka against an Apache Kafka broker (needs Java 17 and Maven)
	TOUCHLEDGER_TEST_BROKER=apache $(BIN)/python -m pytest -m kafka $(ARGS)

fuzz: $(READY)  ## Ask the running API thousands of things that nobody thought of (N=500: more)
	TOUCHLEDGER_FUZZ=$(or $(N),100) $(BIN)/python -m pytest tests/api/test_schemathesis.py $(ARGS)

check: $(READY)  ## Format, lint, types, import contracts, size norms, event shapes, the page of the rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/architecture/norms.py
	$(BIN)/python -m tests.architecture.event_shapes
	$(BIN)/python -m tests.architecture.rules_page

shapes: $(READY)  ## Add new events and new optional fields to the released shapes
	@$(BIN)/python -m tests.architecture.event_shapes --add

rules: $(READY)  ## Make docs/rules.md anew
	@$(BIN)/python -m tests.architecture.rules_page --write

walk: $(READY)  ## Run the commands of the pages in docs/ and paste what they print
	@TOUCHLEDGER_WALK=1 $(BIN)/python -m pytest -q tests/system/test_walk.py tests/system/test_notebook.py tests/system/test_parked_page.py

bench: $(READY)  ## Run a benchmark: make bench B=append (FULL=1: longer and larger)
	@test -n "$(B)" || { echo "which one? $(patsubst benchmarks/bench_%.py,B=%,$(wildcard benchmarks/bench_*.py))"; exit 2; }
	@$(BIN)/python -m benchmarks.bench_$(B) $(if $(FULL),--full)

format: $(READY)  ## Format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(READY): pyproject.toml requirements/dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Touchledger needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Set PYTHON=/path/to/python3."; exit 1; }
	@echo "Setting up $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

lock:  ## Resolve the dependencies anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra embedded --extra analysis --group dev pyproject.toml -o requirements/dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		-c requirements/dev.lock pyproject.toml -o requirements/runtime.lock
	echo 'hatchling>=1.27' | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-annotate -c requirements/dev.lock - -o requirements/build.lock

clean:  ## Remove the environment and the embedded stack's data
	rm -rf $(VENV) .touchledger
