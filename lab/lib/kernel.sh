# shellcheck shell=bash
# Xen and the kernel in the form that QEMU and xl load fastest, and the kernel's headers so that they work in the cache.

# unpack_xen: what QEMU's -kernel takes. For x86_64 the package's xen.gz is a gzipped ELF32 multiboot image; for arm64 it
# is an Image, as it is.
unpack_xen() {
    case $architecture in
        x86_64) zcat "$root/$hypervisor_image.gz" > "$cache/xen" ;;
        arm64) cp "$root/$hypervisor_image" "$cache/xen" ;;
    esac
}

unpack_kernel() {
    local image kver
    kver=$(cd "$root/boot" && echo vmlinuz-*)
    kver=${kver#vmlinuz-}
    image=$root/boot/vmlinuz-$kver
    case $architecture in
        x86_64) unpack_bzimage "$image" ;;
        arm64) cp "$image" "$cache/$kernel_file" ;;   # an uncompressed Image
    esac
    echo "$kver" > "$cache/kernel-version"
    # The package has no modules.dep: that is made on installation.
    depmod -b "$root" "$kver"
}

# unpack_bzimage FILE: the ELF inside. Xen and libxl would unpack it too, but under emulation, for seconds.
unpack_bzimage() {
    local image=$1 payload length
    # x86 boot protocol: setup_sects at 0x1f1, payload_offset at 0x248, payload_length at 0x24c
    payload=$(((1 + $(le_number "$image" 0x1f1 1)) * 512 + $(le_number "$image" 0x248 4)))
    length=$(($(le_number "$image" 0x24c 4) - 4))   # the last four bytes are the unpacked size, not data
    dd if="$image" bs=1M iflag=skip_bytes,count_bytes skip="$payload" count="$length" status=none > "$cache/vmlinux.packed"
    case $(od -An -tx1 -N4 "$cache/vmlinux.packed" | tr -d ' ') in
        fd377a58) xz -dc < "$cache/vmlinux.packed" > "$cache/vmlinux" ;;
        28b52ffd) zstd -dcq < "$cache/vmlinux.packed" > "$cache/vmlinux" ;;
        *) die "the kernel ${image##*/} is compressed in a new way; lab/lib/kernel.sh must learn it" ;;
    esac
    rm -f "$cache/vmlinux.packed"
    is_elf "$cache/vmlinux" || die "no ELF inside $image"
}

le_number() { # le_number FILE OFFSET BYTES: x86 hosts are little-endian, as the header is
    local n
    n=$(od -An "-tu$3" "-j$(($2))" "-N$3" "$1")
    echo $((n))
}

# prepare_kbuild ROOT: the packages of the kernel's headers expect to be installed in /usr/src.
prepare_kbuild() {
    local file
    # shellcheck disable=SC2016  # make's own
    sed -i 's,^include /usr/src/,include $(dir $(lastword $(MAKEFILE_LIST)))../,' "$1"/usr/src/linux-headers-*/Makefile
    # Tools of a newer Debian want its C library: such a tool gets a script in its place, which runs it with that.
    # lab/build-module sets the two variables.
    while IFS= read -r file; do
        is_elf "$file" && [[ $(ldd "$file" 2>&1) == *'not found'* ]] || continue
        mv "$file" "$file.elf"
        # shellcheck disable=SC2016  # the script's own
        printf '#!/bin/sh\nexec "$LAB_LOADER" --library-path "$LAB_LIBRARIES" "$0.elf" "$@"\n' > "$file"
        chmod 755 "$file"
    done < <(find "$1"/usr/lib/linux-kbuild-* -type f -perm -u+x)
}
