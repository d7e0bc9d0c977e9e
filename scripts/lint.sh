#!/bin/bash
# The checks that run nothing, cheapest first; the first failure ends them.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/timed.sh
timed "ruff format" .venv/bin/ruff format --check --quiet .
timed "ruff" .venv/bin/ruff check --quiet .
timed "mypy" .venv/bin/mypy --no-error-summary
timed "import contracts" .venv/bin/lint-imports --no-cache
