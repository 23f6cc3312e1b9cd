# shellcheck shell=bash
# What start and tool share. Source it first.

daemons=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# shellcheck source=../../lab/lib/common.sh
. "$daemons/../../lab/lib/common.sh"

say() { printf 'daemons: %s\n' "$*" >&2; }

# select_programs VERSION: the unpacked packages of that Xen, fetched if they are not there yet. Its programs run with
# its own C library and dynamic linker, because those of Debian 13 are newer than the host's.
select_programs() {
    select_xen "$1"
    [ -e "$cache/stamp" ] || LAB_QUIET=1 "$lab/fetch" --xen "$1" || exit 125
    loader=$root/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2
    libraries=$root/usr/lib/x86_64-linux-gnu:$root/$xen_lib/lib/x86_64-linux-gnu
}

# program NAME: its file. Debian's /usr/bin/xenstore-control is a wrapper that wants a whole Debian, so Xen's own
# directory comes first.
program() {
    local file
    for file in "$root/$xen_lib/bin/$1" "$root/usr/bin/$1"; do
        if [ -x "$file" ]; then
            echo "$file"
            return
        fi
    done
    die "Xen $xen_version has no program $1"
}
