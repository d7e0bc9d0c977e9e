# The Python environment .venv from the hash-pinned locks, with our rooms on its path and the command `jietong`.
# To be sourced by setup.sh.

# install_python_environment run | test
install_python_environment() {
    local lock=requirements/$1.lock python version
    python=$(find_python) || refuse "Python 3.11 or newer is needed; install it as python3."
    if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
        step "Making .venv" "Install python3-venv, remove .venv and try again." "$python" -m venv --clear .venv
        rm -f "$STAMPS"/python-*
    fi
    version=$(.venv/bin/python -c 'import sys; print(sys.version, sys.prefix)')
    local hash
    hash=$(printf '%s' "$version" | cat - "$lock" scripts/python_environment.sh | sha256sum | cut -d' ' -f1)
    # The test lock holds everything the run lock does.
    if ! is_done "python-$1" "$hash"; then
        step "Installing Python packages from $lock" \
            "Check that pip reaches its package index: .venv/bin/pip download msgspec." \
            .venv/bin/python -m pip install --require-hashes --no-deps -r "$lock"
        put_rooms_on_path
        mark_done "python-$1" "$hash"
    fi
}

# put_rooms_on_path: this checkout comes before site-packages, where a stray package `core` or `config` could stand,
# and `jietong` runs from anywhere (docs/decisions/0010).
put_rooms_on_path() {
    local site
    site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    printf 'import sys; sys.path.insert(0, %s)\n' "$(.venv/bin/python -c 'import os; print(repr(os.getcwd()))')" \
        >"$site/jietong_checkout.pth"
    printf '#!%s\n"""The `jietong` command of this checkout."""\nfrom agent_desk.cli import main\n\nraise SystemExit(main())\n' \
        "$PWD/.venv/bin/python" >.venv/bin/jietong
    chmod 755 .venv/bin/jietong
}
