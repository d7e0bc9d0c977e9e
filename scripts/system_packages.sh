# Debian or Ubuntu packages: only those missing, from the machine's own sources, and no service is started.
# To be sourced by setup.sh.

AN_ASTERISK=asterisk-or-debootstrap
# Which of the two it is can be told only after apt-get update.

# python_is_new_enough COMMAND: it is Python 3.11 or newer.
python_is_new_enough() {
    command -v "$1" >/dev/null && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# find_python: the first Python that is new enough, on stdout.
find_python() {
    local candidate
    for candidate in python3 python3.13 python3.12 python3.11; do
        if python_is_new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# asterisk_major: the version of the machine's own Asterisk, 0 when there is none.
asterisk_major() {
    local version
    version=$(asterisk -V 2>/dev/null || /usr/sbin/asterisk -V 2>/dev/null || true)
    version=${version#Asterisk }
    version=${version%%.*}
    case $version in
    '' | *[!0-9]*) echo 0 ;;
    *) echo "$version" ;;
    esac
}

pbx_root() {
    echo "${JIETONG_PBX_ROOT:-${JIETONG_DATA_DIRECTORY:-var}/pbx/root}"
}

# asterisk_package: "asterisk" when apt offers version 20 or newer, else "debootstrap", for a root of our own.
asterisk_package() {
    local offered
    offered=$(apt-cache policy asterisk 2>/dev/null | sed -n 's/ *Candidate: \([0-9]*:\)\{0,1\}\([0-9]*\)\..*/\2/p')
    if [ "${offered:-0}" -ge 20 ]; then echo asterisk; else echo debootstrap; fi
}

has_chromium() {
    command -v chromium || command -v google-chrome || ls "$HOME"/.cache/ms-playwright/chromium*/*/*chrom* 2>/dev/null
}

# missing_packages python | run | test: the packages to install, one a line.
missing_packages() {
    local python
    python=$(find_python) || { echo python3 && python=; }
    if [ ! -x .venv/bin/python ] && ! "${python:-false}" -c 'import ensurepip, venv' 2>/dev/null; then
        echo python3-venv
    fi
    [ "$1" = python ] && return
    command -v espeak-ng >/dev/null || echo espeak-ng
    command -v sox >/dev/null || echo sox
    if [ "$(asterisk_major)" -lt 20 ] && [ ! -x "$(pbx_root)/usr/sbin/asterisk" ] &&
        ! command -v debootstrap >/dev/null; then
        echo "$AN_ASTERISK"
    fi
    [ "$1" = test ] || return 0
    command -v sipp >/dev/null || echo sip-tester
    [ -n "$(fc-list :lang=zh 2>/dev/null)" ] || echo fontconfig fonts-noto-cjk
    ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || echo postgresql
    command -v redis-server >/dev/null || echo redis-server
    command -v ip >/dev/null || echo iproute2
    # Debian has it in /usr/sbin, which is not in everybody's PATH.
    [ -x /usr/sbin/nginx ] || command -v nginx >/dev/null || echo nginx-light
    command -v openssl >/dev/null || echo openssl
    # Not the command, which is not needed: the library that steps one process's clock.
    ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 || echo faketime
    # Ubuntu's package is a snap, which does not run everywhere: there playwright brings its own (install_browser).
    if ! has_chromium >/dev/null && ! grep -qs '^ID=ubuntu' /etc/os-release; then echo chromium; fi
}

apt_install() {
    local policy=/usr/sbin/policy-rc.d ours=
    if [ ! -e "$policy" ]; then
        # Asterisk, PostgreSQL and Redis are wanted as programs: no service of theirs may start.
        printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
        ours=yes
    fi
    local failed=0
    { apt-get update && install_now "$@"; } || failed=1
    [ -z "$ours" ] || rm -f "$policy"
    return $failed
}

install_now() {
    local names="$*"
    # shellcheck disable=SC2086 # a list of names
    apt-get install -y --no-install-recommends ${names//$AN_ASTERISK/$(asterisk_package)}
}

# install_system_packages python | run | test
install_system_packages() {
    local missing
    missing=$(missing_packages "$1" | tr '\n' ' ')
    missing=${missing% }
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null ||
        refuse "Missing: ${missing//$AN_ASTERISK/debootstrap}. There is no apt-get here: install them by hand (this script knows Debian and Ubuntu)."
    [ "$(id -u)" = 0 ] ||
        refuse "Missing: ${missing//$AN_ASTERISK/debootstrap}. Run the same command as root (with sudo)."
    # shellcheck disable=SC2086 # a list of names
    step "Installing ${missing//$AN_ASTERISK/asterisk or debootstrap}" "Check that the machine's package sources answer: apt-get update." apt_install $missing
}

# install_browser run | test: a Chromium for the browser tests where apt has none.
install_browser() {
    [ "$1" = test ] || return 0
    has_chromium >/dev/null && return
    step "Installing a Chromium" "Install Chromium by hand, so that the command chromium is found." \
        .venv/bin/playwright install --with-deps chromium
}
