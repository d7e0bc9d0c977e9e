#!/bin/bash
# Installs what is missing, in order: system packages, Python environment, web build, Asterisk.
# scripts/setup.sh run | test | python-test
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

what=${1:-run}
case $what in
run | test | python-test) ;;
*) refuse "scripts/setup.sh $what: valid is run, test or python-test." ;;
esac

. scripts/system_packages.sh
. scripts/python_environment.sh
. scripts/web_build.sh
. scripts/asterisk_root.sh

exec 9>"$STAMPS/lock"
flock --nonblock 9 || { echo "Another set-up is at work in this checkout; waiting for it." && flock 9; }
began=$SECONDS
if [ "$what" = python-test ]; then
    install_system_packages python
    install_python_environment test
    exit 0
fi
install_system_packages "$what"
install_python_environment "$what"
install_browser "$what"
build_web
install_asterisk
printf 'Set up in %s s.\n' "$((SECONDS - began))"
