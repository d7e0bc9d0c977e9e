# The two commands are `make run` and `make test`; the steps themselves are in scripts/.
.DEFAULT_GOAL := help
.PHONY: help setup run test lint lock bench bench-long bench-load faults clean

help: ## say what can be made (this)
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

setup: ## install what the product needs, and nothing that is there already
	@scripts/setup.sh run

run: ## set up, then run Jietong in the foreground until Ctrl-C
	@scripts/setup.sh run
	@exec .venv/bin/jietong run

test: ## set up what the tests need on top, then run all of them
	@scripts/setup.sh test
	@scripts/test.sh

lint: ## the checks that run nothing: format, ruff, mypy, import contracts
	@scripts/setup.sh python-test
	@scripts/lint.sh

lock: ## renew requirements/*.lock from pyproject.toml
	@scripts/lock.sh

bench: ## measure speed, recovery and memory (not part of `make test`)
	@scripts/setup.sh python-test
	@PYTHONPATH=. .venv/bin/python benchmarks/fold.py
	@PYTHONPATH=. .venv/bin/python benchmarks/pipeline.py
	@PYTHONPATH=. .venv/bin/python benchmarks/recovery.py
	@PYTHONPATH=. .venv/bin/python benchmarks/memory.py --calls 200000 --sink

bench-long: ## memory over a million calls, with the database: about a quarter of an hour
	@scripts/setup.sh python-test
	@PYTHONPATH=. .venv/bin/python benchmarks/memory.py

bench-load: ## 20 calls a second for a minute through a real Asterisk with 200 agents; needs root
	@scripts/setup.sh test
	@PYTHONPATH=. .venv/bin/python benchmarks/load.py

faults: ## play the table of faults at its full length, ten calls a second: about 20 minutes
	@scripts/setup.sh test
	@JIETONG_TEST_FAULTS=full .venv/bin/python -m pytest --no-header -q -s tests/live/test_fault_*.py

clean: ## remove what was built; data, recordings and secrets under var/ stay
	@rm -rf .venv build agent_desk/web/node_modules agent_desk/web/dist var/setup
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
