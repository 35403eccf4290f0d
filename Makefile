# What a newcomer types. Everything is installed into .venv.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo install runtime test check chaos bench messages requirements

demo: runtime ## start web, worker and sandbox with the example organisation
	@$(BIN)/flask demo

install: .venv/installed ## make .venv with everything, tests' needs included

runtime: .venv/runtime

test: install ## run the whole suite
	@$(BIN)/python -m tests.browser
	@$(BIN)/pytest -n 2 --dist loadfile || $(BIN)/pytest --last-failed --last-failed-no-failures none

check: install ## lint, format, types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

chaos: install ## send hundreds of forms while everything goes wrong, and count what was lost or doubled
	@$(BIN)/python -m tests.chaos

bench: install ## measure the gateway against bare Flask and a plain form page
	@$(BIN)/python -m bench

messages: install ## gather the sentences of the interface for the translators, and compile what they wrote
	@$(BIN)/python -m tests.catalogues

requirements: install ## pin requirements*.txt again
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes -q requirements.in -o requirements.txt
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes -q requirements-dev.in -o requirements-dev.txt

.venv/runtime: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing into .venv (the first time takes a minute) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/installed: requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing into .venv (the first time takes a minute) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch .venv/runtime $@
