# An Asterisk: the machine's own when it is 20 or newer, else a private root made by debootstrap.
# To be sourced by setup.sh. Where the root is: JIETONG_PBX_ROOT, or pbx/root in the data directory of the settings.

install_asterisk() {
    local root
    root=$(.venv/bin/python scripts/pbx_root.py) || exit 1
    [ "$(asterisk_major)" -ge 20 ] && return
    [ -x "$root/usr/sbin/asterisk" ] && return
    [ "$(id -u)" = 0 ] || refuse "Asterisk is made in a root of its own, which only root can do: run this as root."
    step "Making an Asterisk in $root (a minute or two)" \
        "Check that the machine's package sources answer: apt-get update." \
        .venv/bin/python scripts/build_root.py "$root"
}
