# shellcheck shell=bash
# Xen and the kernel in the form that QEMU and xl load fastest.

# unpack_xen: the package's xen.gz is a gzipped ELF32 multiboot image, which QEMU's -kernel takes as it is once unpacked.
unpack_xen() { zcat "$root/$hypervisor_image" > "$cache/xen"; }

# unpack_kernel: the ELF inside the bzImage. Xen and libxl would unpack it too, but under emulation, for seconds.
unpack_kernel() {
    local image payload length
    kver=$(cd "$root/boot" && echo vmlinuz-*)
    kver=${kver#vmlinuz-}
    image=$root/boot/vmlinuz-$kver

    # x86 boot protocol: setup_sects at 0x1f1, payload_offset at 0x248, payload_length at 0x24c
    payload=$(((1 + $(le_number "$image" 0x1f1 1)) * 512 + $(le_number "$image" 0x248 4)))
    length=$(($(le_number "$image" 0x24c 4) - 4))   # the last four bytes are the unpacked size, not xz
    dd if="$image" bs=1M iflag=skip_bytes,count_bytes skip="$payload" count="$length" status=none |
        xz -dc > "$cache/vmlinux" ||
        die "the kernel $kver is not compressed with xz any more; lab/lib/kernel.sh must learn the new format"
    is_elf "$cache/vmlinux" || die "no ELF inside $image"

    echo "$kver" > "$cache/kernel-version"
    # The package has no modules.dep: that is made on installation.
    depmod -b "$root" "$kver"
}

le_number() { # le_number FILE OFFSET BYTES: x86 hosts are little-endian, as the header is
    local n
    n=$(od -An "-tu$3" "-j$(($2))" "-N$3" "$1")
    echo $((n))
}
