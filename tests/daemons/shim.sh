# shellcheck shell=bash
# Compile the shim that the daemons are started with.

# shellcheck source=../../lab/lib/host.sh
. "$lab/lib/host.sh"
# shellcheck source=../../lab/lib/apt.sh
. "$lab/lib/apt.sh"

# build_shim: sets $shim. The name has the sources' fingerprint, so a change of them makes another file.
build_shim() {
    shim=$daemons/.cache/shim-$(fingerprint "$daemons"/shim/*).so
    [ -e "$shim" ] || build_shim_once
}

# build_shim_once: daemons that are started at once compile it once, and none sees half of it.
build_shim_once() {
    local lock messages
    mkdir -p "$daemons/.cache"
    exec {lock}> "$daemons/.cache/lock"
    flock "$lock"
    if [ ! -e "$shim" ]; then
        host_tools='gcc:gcc'
        [ -e /usr/include/stdio.h ] || host_tools+=' /usr/include/stdio.h:libc6-dev'
        install_host_tools
        rm -f "$daemons"/.cache/shim-*
        messages=$(gcc -std=gnu11 -O2 -Wall -Wextra -fPIC -shared -U_FORTIFY_SOURCE -o "$daemons/.cache/new.so" \
            "$daemons"/shim/*.c 2>&1) || die "the shim does not compile:"$'\n'"$messages"
        mv "$daemons/.cache/new.so" "$shim"
    fi
    exec {lock}>&-
}
