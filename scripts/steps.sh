# What every step of the installation shares: one line on the screen, details in the log, a stamp when done.
# To be sourced from bash with the checkout as the current directory.

LOG=var/log/setup.log
STAMPS=var/setup
mkdir -p "$(dirname "$LOG")" "$STAMPS"
export DEBIAN_FRONTEND=noninteractive PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

# step WHAT MEND COMMAND...: say WHAT, run COMMAND with its output in the log; when it fails show the log's end and MEND.
step() {
    local what=$1 mend=$2 began=$SECONDS
    shift 2
    printf '%s ... ' "$what"
    printf '\n== %s: %s\n' "$(date -u +%FT%TZ)" "$what" >>"$LOG"
    if "$@" >>"$LOG" 2>&1 </dev/null; then
        printf 'done in %s s\n' "$((SECONDS - began))"
    else
        printf 'failed after %s s\n' "$((SECONDS - began))"
        {
            last_words
            printf '%s The details are in %s.\n' "$mend" "$LOG"
        } >&2
        return 1
    fi
}

# last_words: the end of what the latest step wrote.
last_words() {
    awk '/^== / { text = "" } { text = text $0 "\n" } END { printf "%s", text }' "$LOG" | tail -n 15 | cut -c 1-160 | sed 's/^/    /'
}

# refuse SENTENCE: the installation cannot go on.
refuse() {
    printf '%s\n' "$1" >&2
    exit 1
}

# hash_of FILE...: one hash over the names and contents of the files.
hash_of() {
    sha256sum "$@" | sha256sum | cut -d' ' -f1
}

# is_done NAME HASH: the step NAME was finished for this very input.
is_done() {
    [ "$(cat "$STAMPS/$1" 2>/dev/null)" = "$2" ]
}

mark_done() {
    printf '%s\n' "$2" >"$STAMPS/$1"
}
