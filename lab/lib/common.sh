# shellcheck shell=bash
# Paths, messages and small helpers that every lab script uses. Source it first.

lab=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# shellcheck source=lib/versions.sh
. "$lab/lib/versions.sh"

runs=$lab/.cache/runs   # one directory for each script of the lab that is running; "rm -rf lab/.cache" is always safe

xen_version=${LAB_XEN:-$default_xen}   # --xen says another

# Debian keeps depmod, modinfo and mke2fs in sbin, which is not on every user's PATH.
PATH=$PATH:/usr/sbin:/sbin

say() { printf 'lab: %s\n' "$*" >&2; }

# The lab's own failures are 125, so that a command's exit code is not mistaken for one.
die() {
    say "$*"
    exit 125
}

# "set -e" alone would end a script without a word, and with an exit code that looks like the command's.
set -E
trap 'die "internal error: ${BASH_SOURCE[0]##*/}:$LINENO: $BASH_COMMAND"' ERR

# usage SCRIPT: its leading comment block is its --help.
usage() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$1"; }

# now_ms: monotonic enough to measure a boot, without a fork.
now_ms() {
    local t=${EPOCHREALTIME/[.,]/}
    echo $((t / 1000))
}

seconds_since() { # seconds_since MS: "8.1"
    local d=$(($(now_ms) - $1))
    printf '%d.%d' $((d / 1000)) $((d % 1000 / 100))
}

is_elf() {
    local magic=''
    [ -f "$1" ] && LC_ALL=C IFS= read -r -N 4 magic < "$1" 2>/dev/null
    [ "$magic" = $'\x7fELF' ]
}

# fingerprint FILE...: one word that changes when any of the files does.
fingerprint() { cat "$@" | sha256sum | cut -c1-16; }

# with_lock NAME COMMAND...: two lab scripts may run at once, but only one of them builds into the cache.
with_lock() {
    local name=$1 fd
    shift
    mkdir -p "$cache"
    exec {fd}> "$cache/$name.lock"
    if ! flock -n "$fd"; then
        say "waiting for another lab script that is busy with $name"
        flock "$fd"
    fi
    "$@"   # not in a condition: that would switch "set -e" off in it
    exec {fd}>&-
}

# new_run_dir: sets $run_dir, which is removed when the script ends. The lock it holds tells others that it is in use.
new_run_dir() {
    local fd
    mkdir -p "$runs"
    # Another script must not look at the directory between its making and its locking.
    exec {fd}> "$runs/lock"
    flock "$fd"
    sweep_run_dirs
    run_dir=$(mktemp -d "$runs/run.XXXXXX")
    exec {run_lock}> "$run_dir/lock"
    flock "$run_lock"
    exec {fd}>&-
}

# sweep_run_dirs: a script that was killed with SIGKILL could not remove its directory.
sweep_run_dirs() {
    local d
    for d in "$runs"/run.*; do
        [ ! -e "$d/lock" ] || flock -n "$d/lock" rm -rf "$d" || true
    done
}
