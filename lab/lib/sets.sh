# shellcheck shell=bash
# What is fetched together. A set is a list of packages, unpacked into one tree:
#
#   base      Xen, a kernel, Xen's tools: every run
#   hvm       the device model of HVM guests, and its firmware
#   modules   the kernel's headers and source, to build a module
#   tools     programs that work on disks, I2C buses and GPIO lines: fio, qemu-img, qemu-nbd, i2cdetect, gpioget, ...
#
# For each there are choose_SET, which prints "package version" a line, and prepare_SET, for what follows unpacking.

set_dir() { if [ "$1" = base ]; then echo "$cache"; else echo "$cache/$1"; fi; }
set_root() { echo "$(set_dir "$1")/root"; }
set_list() { echo "$(set_dir "$1")/packages"; }
set_stamp() { echo "$(set_dir "$1")/stamp"; }   # written last: the set is complete

# set_recipe SET: a change of the scripts that make a set makes it anew; so does, for the others, one of base.
set_recipe() {
    local parts=("$lab"/lib/{versions,apt,packages,sets,kernel}.sh)
    [ "$1" = base ] || parts+=("$(set_stamp base)")
    fingerprint "${parts[@]}"
}

set_is_complete() {
    local stamp
    stamp=$(set_stamp "$1")
    [ -e "$stamp" ] && [ "$(head -n 1 "$stamp")" = "$(set_recipe "$1")" ] && [ -z "$(missing_tools)" ]
}

# fetch_set SET
fetch_set() {
    local set=$1 list
    list=$(set_list "$set")
    mkdir -p "$(set_dir "$set")"
    choose_and_download "choose_$set" "$list.new"
    if [ -z "$refresh" ] || ! set_is_complete "$set" || ! cmp -s "$list.new" "$list"; then
        rm -f "$(set_stamp "$set")"
        unpack "$list.new" "$(set_root "$set")"
        "prepare_$set"
        mv "$list.new" "$list"
        { set_recipe "$set"; cat "$list"; } > "$(set_stamp "$set").new"
        mv "$(set_stamp "$set").new" "$(set_stamp "$set")"
        [ "$set" != base ] || rm -rf "$cache/layers"   # they were built from the packages of before
        remove_old_debs "$cache"/packages "$cache"/*/packages
    fi
    rm -f "$list.new"
}

# --- base ---

choose_base() {
    local kernel
    # shellcheck disable=SC2086  # a list of words
    apt_know lab $kernel_meta $hypervisor_package $xen_packages busybox-static
    kernel=$(lab_apt apt-cache depends "$kernel_meta" |
        awk '$1 == "Depends:" && $2 ~ /^linux-image-[0-9]/ { print $2; exit }' || true)
    [ -n "$kernel" ] || die "apt knows no kernel behind $kernel_meta of $suite: is the archive reachable?"
    # libstdc++ is what the .NET runtime needs.
    # shellcheck disable=SC2086  # a list of words
    {
        printf '%s\n' "$kernel" "$hypervisor_package" $xen_packages busybox-static libstdc++6
        library_closure $xen_packages libstdc++6
    } | candidates
}

prepare_base() {
    unpack_xen
    unpack_kernel
}

# --- hvm ---

choose_hvm() {
    # shellcheck disable=SC2086  # a list of words
    apt_know lab $hvm_packages
    # shellcheck disable=SC2086  # a list of words
    { printf '%s\n' $hvm_packages; library_closure $hvm_packages; } | candidates | not_in_base
}

not_in_base() { grep -vxFf "$(set_list base)" || [ $? = 1 ]; }

prepare_hvm() { :; }

# --- modules ---

choose_modules() {
    local kernel version headers kbuild source
    kernel=$(cat "$cache/kernel-version")
    version=$(awk '$1 ~ /^linux-image-/ { print $2 }' "$(set_list base)")
    headers=linux-headers-$kernel
    source=linux-source-$(grep -oE '^[0-9]+\.[0-9]+' <<< "$kernel")
    apt_know lab "$headers" "$source"
    mapfile -t kbuild < <(lab_apt apt-cache depends "$headers" |
        awk '$1 == "Depends:" && $2 ~ /^linux-(headers|kbuild)-/ { print $2 }' || true)
    [ ${#kbuild[@]} = 2 ] ||
        die "the archive has no headers of Linux $kernel any more: lab/fetch --xen $xen_version --refresh takes its new kernel"
    # Of the very version of the kernel that runs, not of the newest.
    printf "%s $version\n" "$headers" "$source" "${kbuild[@]}"
    library_closure "${kbuild[@]}" | candidates | not_in_base
}

prepare_modules() { prepare_kbuild "$(set_root modules)"; }

# --- tools ---

readonly tool_packages=(fio qemu-utils i2c-tools gpiod)

choose_tools() {
    apt_know lab "${tool_packages[@]}"
    { printf '%s\n' "${tool_packages[@]}"; library_closure "${tool_packages[@]}"; } | candidates | not_in_base
}

prepare_tools() { :; }
