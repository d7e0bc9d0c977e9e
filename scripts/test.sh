#!/bin/bash
# All tests in order of cost: lint, the web's own, then pytest on several workers; its summary is the last line.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh
. scripts/timed.sh
. scripts/web_build.sh

scripts/lint.sh
install_node
timed "web types" npm --prefix "$WEB" run --silent typecheck
timed "web lint" npm --prefix "$WEB" run --silent lint
timed "web tests" npm --prefix "$WEB" test --silent

# Four workers on two cores: the live tests mostly wait. tests/distribution.py says which files come first, and which run
# alone at the end. A worker that crashes ends the run: it is not replaced, nor are its tests forgotten.
exec .venv/bin/python -m pytest -n 4 --dist loadfile --max-worker-restart 0 \
    --no-header -ra --durations=10 --durations-min=5 tests
