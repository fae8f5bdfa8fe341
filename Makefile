# Everything a fresh machine needs: `make demo` runs the main job, `make test` passes the tests.
# On Debian and Ubuntu missing system packages are installed with apt (packaging/set_up.sh says which and why).

BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport PYTHONDONTWRITEBYTECODE  # every worker and command of the tests would compile all modules anew

.PHONY: help demo run test test-all test-again test-unit mutants check bench package notices openapi lock clean

help:
	@echo "make demo     the whole way on a made-up disc, step by step"
	@echo "make run      open the window"
	@echo "make test     every check, and the tests but for the long ones"
	@echo "make test-all every check and test"
	@echo "make test-unit  the unit tests under another Python: PYTHON=/path/to/python3.13"
	@echo "make mutants  what small changes of the program the tests notice: ROOMS=\"study people\" (docs/mutation.md)"
	@echo "make check    style, types and import rules only"
	@echo "make bench    the speed and memory figures of docs/benchmarks.md"
	@echo "make package  the program as a folder that needs no Python, and its own test"
	@echo "make lock     write requirements.lock anew from pyproject.toml (needs uv)"

.venv/.ready-to-run: requirements.lock pyproject.toml packaging/set_up.sh
	sh packaging/set_up.sh run

.venv/.ready-to-test: requirements.lock pyproject.toml packaging/set_up.sh packaging/viewers.sh $(wildcard tests/viewers/*)
	sh packaging/set_up.sh test

demo: .venv/.ready-to-run
	$(BIN)/scanshelf demo

run: .venv/.ready-to-run
	$(BIN)/scanshelf

check: .venv/.ready-to-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --cache-dir .import_linter_cache/every-import
	$(BIN)/lint-imports --config .importlinter.at-run-time.toml --cache-dir .import_linter_cache/at-run-time

# Two tests at a time, whole files at once, the long ones of end2end first; then those that need the machine for
# themselves. REPORTS=FOLDER keeps pytest's reports there. `test` leaves out what is marked `long`.
test: left_out = and not long
test test-all: check
	status=0; \
	$(BIN)/python -m pytest $(two_at_a_time) -m "not alone $(left_out)" $(call report,together) || status=1; \
	$(BIN)/python -m pytest -m "alone $(left_out)" $(call report,alone) || status=1; \
	exit $$status

# What failed in the last run of `make test-all`, once more and one by one, where it is not more than MOST.
test-again:
	$(BIN)/python -c "import json, sys; sys.exit(len(json.load(open('.pytest_cache/v/cache/lastfailed'))) > $(MOST))"
	$(BIN)/python -m pytest --last-failed --last-failed-no-failures none $(call report,again)

# The unit tests under another Python, which PYTHON names.
test-unit: .venv-other/.ready-to-run
	.venv-other/bin/python -m pytest $(two_at_a_time) -m "not alone and not long" tests/unit $(call report,unit-other)

two_at_a_time = -n 2 --dist loadfile --no-loadscope-reorder

.venv-other/.ready-to-run: requirements.lock pyproject.toml packaging/set_up.sh
	VENV=.venv-other sh packaging/set_up.sh run

report = $(if $(REPORTS),--junitxml="$(REPORTS)/$(1).xml") $(PYTEST_OPTIONS)

# Not part of the tests: an hour for all rooms. What it says stands in docs/mutation.md.
mutants: .venv/.ready-to-test
	nice -n 15 $(BIN)/python -m tests.mutation $(ROOMS)

bench: .venv/.ready-to-test
	$(BIN)/python -m benchmarks

package: .venv/.ready-to-test
	$(BIN)/python packaging/build.py

notices: .venv/.ready-to-test
	$(BIN)/python packaging/notices.py

openapi: .venv/.ready-to-test
	$(BIN)/python packaging/openapi.py

lock:
	uv pip compile --universal --python-version 3.11 --extra server --extra dev --generate-hashes --no-header --no-annotate -o requirements.lock pyproject.toml

clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
