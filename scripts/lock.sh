#!/bin/bash
# Renews requirements/*.lock: exact versions and hashes for Python 3.11 and newer, and no address of any index.
# Where packages come from is the machine's own setting; a version moves only as far as pyproject.toml lets it.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh
[ -x .venv/bin/python ] || refuse "There is no .venv yet: make setup first."
[ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet uv

lock() { # lock NAME ARGUMENT...
    local name=$1
    shift
    printf 'Resolving requirements/%s.lock\n' "$name"
    .venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url "$@" --output-file "requirements/$name.lock" </dev/null
}
lock run pyproject.toml
lock test pyproject.toml --extra test --constraint requirements/run.lock
lock node requirements/node.in
