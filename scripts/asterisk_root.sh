# An Asterisk: the machine's own when it is 20 or newer, else a private root made by debootstrap.
# To be sourced by setup.sh. Where the root is: JIETONG_PBX_ROOT, or var/pbx/root.

install_asterisk() {
    [ "$(asterisk_major)" -ge 20 ] && return
    [ -x "$(pbx_root)/usr/sbin/asterisk" ] && return
    [ "$(id -u)" = 0 ] || refuse "Asterisk is made in a root of its own, which only root can do: run the same command as root."
    step "Making an Asterisk in $(pbx_root) (a minute or two)" \
        "Check that the machine's package sources answer: apt-get update." \
        .venv/bin/python scripts/build_root.py "$(pbx_root)"
}
