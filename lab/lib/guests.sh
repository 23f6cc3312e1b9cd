# shellcheck shell=bash
# Guests: what an initrd of lab/mkguest says of itself, and the configuration for xl.
#
# The first cpio of such an initrd has a file lab.guest: "TYPE XEN-VERSION MEMORY". An initrd without it (of another
# maker) is taken for that of a PVH guest with 256 MiB.

readonly least_memory=256   # MiB

# needed_memory MIB: sets $guest_memory to what a guest with an initrd of that size wants. Until the kernel has unpacked
# it, it is in memory twice; what it becomes (tmpfs) may take half of the memory. Most of a plain guest's 256 MiB is free.
needed_memory() {
    guest_memory=$((least_memory + 2 * $1))
    if [ "$1" -lt 24 ]; then guest_memory=$least_memory; fi
}

# initrd_label TYPE MEMORY FILE: append the cpio with lab.guest and what is in $run_dir/overlay to FILE.
initrd_label() {
    mkdir -p "$run_dir/overlay"
    echo "$1 $xen_version $2" > "$run_dir/overlay/lab.guest"
    (cd "$run_dir/overlay" && find . -mindepth 1 -printf '%P\n' | LC_ALL=C sort | cpio -o -H newc -R 0:0 --quiet) >> "$3"
}

# initrd_type FILE: sets $guest_type and $guest_memory; refuses what was made for another kernel.
initrd_type() {
    local version=''
    [ -r "$1" ] || die "--guest: cannot read $1"
    read -r guest_type version guest_memory < <(cpio -i --quiet --to-stdout lab.guest < "$1" 2>/dev/null || true) || true
    [ -n "$guest_type" ] || guest_type=pvh
    [ -n "$guest_memory" ] || guest_memory=$least_memory
    [ "${version:-$xen_version}" = "$xen_version" ] ||
        die "--guest: $1 has the modules of the Linux of Xen $version; make it again with lab/mkguest --xen $xen_version"
}

# add_guest INITRD: into the run's tree, with its configuration; sets $guest_type and $guest_memory.
add_guest() {
    local name
    initrd_type "$1"
    name=$(basename "$1" .cpio)
    tree_file "$1" "lab/guest/$name.cpio"
    sed "s/@NAME@/$name/; s/@MEMORY@/$guest_memory/" "$lab/guest/$guest_type.cfg.in" > "$tree/lab/guest/$name.cfg"
}

# plain_guest TYPE: makes $run_dir/plain/TYPE.cpio, a guest that reaches user space, says so, and powers off.
plain_guest() {
    "$lab/mkguest" "$run_dir/plain/$1.cpio" --xen "$xen_version" --type "$1" --virtio none \
        --run "$lab/guest/hello.sh" {run_lock}>&- || exit 125
}
