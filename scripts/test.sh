#!/bin/bash
# All tests in order of cost: lint, the web's own, then pytest with the pure tests first; its summary is the last line.
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

# pytest keeps the order of its arguments: everything that needs no Asterisk comes before what does.
pure=$(find tests -mindepth 1 -maxdepth 1 \( -name 'test_*.py' -o -type d \) \
    ! -name live ! -name browser ! -name bench ! -name __pycache__ | sort)
costly=$(find tests -mindepth 1 -maxdepth 1 \( -name live -o -name browser \) | sort -r)
# shellcheck disable=SC2086 # lists of names
exec .venv/bin/python -m pytest --no-header -ra --durations=10 --durations-min=5 $pure $costly
