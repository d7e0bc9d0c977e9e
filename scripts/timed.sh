# timed NAME COMMAND...: run a check, its output shown only when it fails, and say how long it took. To be sourced.
timed() {
    local name=$1 began=$SECONDS output
    shift
    output=$(mktemp)
    if "$@" >"$output" 2>&1 </dev/null; then
        printf '%-24s ok      %4s s\n' "$name" "$((SECONDS - began))"
        rm -f "$output"
    else
        cat "$output"
        rm -f "$output"
        printf '%-24s FAILED  %4s s: %s\n' "$name" "$((SECONDS - began))" "$*"
        return 1
    fi
}
