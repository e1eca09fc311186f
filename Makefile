# `make help` says what each target does. What is longer than a few lines is a script in .ci/.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:

PORT ?= 8000
export PORT PYTHON

SERVE := --interface wsgi --factory --host 127.0.0.1 --port $(PORT)
# One worker a core of a small server; a worker that dies is replaced.
SERVE += --workers 2 --respawn-failed-workers
# A client who trickles the body of a form holds a thread until the last byte. Threads are started as needed, so many
# cost nothing until then; with four, eight such clients would stop the site.
SERVE += --blocking-threads 256 --blocking-threads-idle-timeout 60
# Counts connections, idle ones too: a low number would let a few idle browsers keep everyone else out.
SERVE += --backlog 2048 --backpressure 1024
# Seconds (in thousandths) for the head of a request, and between two requests of one browser.
SERVE += --http 1 --http1-header-read-timeout 15000
# Ctrl-C waits two seconds for who is being served. Only what goes wrong is worth a line.
SERVE += --workers-kill-timeout 2 --no-ws --log-level error

# Tests and measurements never see the real installation.
APART := env -u DATABASE_URL -u GLOWLITE_DATA

.PHONY: help
help:  ## Say what each target does.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo 'Settings, as in "make run PORT=8001" or from the environment:'
	@echo '  PORT           where make run serves (8000)'
	@echo '  GLOWLITE_DATA  the folder of the database, files and drops (instance/)'
	@echo '  DATABASE_URL   another database, such as postgresql://user@host/name (SQLite in that folder)'
	@echo '  PYTHON         the Python to use, 3.11 or newer (python3)'
	@echo '  ARGS           more words for pytest, as in make test ARGS="-k attendance"'

.PHONY: setup
setup:  ## Install what GlowLite runs on into .venv.
	@.ci/python runtime

.PHONY: run
run: setup  ## Serve the site, with a demo authority when the database is empty.
	@.ci/port-free '$(PORT)'
	@.venv/bin/python .ci/prepare.py  # flask db upgrade, flask demo load --if-empty, flask demo sign-ins
	@echo 'GlowLite is at http://127.0.0.1:$(PORT) (Ctrl-C stops it)'
	@exec .venv/bin/granian $(SERVE) app:create_app

.PHONY: test
test: lint  ## Run every check: lint, types, and the tests on SQLite and on PostgreSQL.
	@.ci/browser
	@echo 'Tests on SQLite'
	@$(APART) .venv/bin/python -m pytest -n 2 $(ARGS)
	@echo 'Tests on PostgreSQL'
	@$(APART) .ci/with-postgresql .venv/bin/python -m pytest -n 2 -m 'not looks' $(ARGS)

.PHONY: lint
lint:  ## Check the code for mistakes and the types.
	@.ci/python dev
	@.venv/bin/ruff check
	@.venv/bin/mypy

.PHONY: screenshots
screenshots:  ## Take the pictures of the documentation anew.
	@.ci/python dev
	@.ci/browser
	@$(APART) .venv/bin/python -m tests.browser.screenshots

.PHONY: bench
bench:  ## Measure the site against its aims, on SQLite and on PostgreSQL.
	@.ci/python dev
	@$(APART) .venv/bin/python -m tests.bench
	@$(APART) .ci/with-postgresql .venv/bin/python -m tests.bench

.PHONY: clean
clean:  ## Remove what can be made again; the database and the files of instance/ stay.
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis tests/.work
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
