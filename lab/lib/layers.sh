# shellcheck shell=bash
# The parts of a dom0 that are the same in every run. They are built once and kept in $cache/layers under a name that
# changes with what they are made of.

# layer NAME KEY BUILDER: sets $layer_file, after running "BUILDER FILE" if no such layer is there yet.
layer() {
    layer_file=$cache/layers/$1-$2
    [ -e "$layer_file" ] || with_lock "layer-$1" build_layer "$1" "$layer_file" "$3"
}

build_layer() {
    local name=$1 file=$2 builder=$3 work
    [ ! -e "$file" ] || return 0   # built while this script waited
    say "building the $name layer (once)"
    mkdir -p "$cache/layers"
    rm -rf "$cache/layers/$name-"*
    work=$(mktemp -d "$run_dir/layer.XXXXXX")
    "$builder" "$work" "$work.out"
    mv "$work.out" "$file"
    rm -rf "$work"
}

# --- the dom0 system: an initramfs ---

dom0_layer() {
    layer dom0 "$(fingerprint "$cache/stamp" "$lab/lib/tree.sh" "$lab/lib/layers.sh" "$lab/dom0/init")" build_dom0
    dom0_cpio=$layer_file
}

build_dom0() { # build_dom0 DIR OUT
    local tool library
    tree_begin "$1"
    tree_skeleton
    mkdir -p "$tree"/{out,etc/xen} "$tree"/var/{lib/xenstored,lib/xen/dump,log/xen}
    tree_busybox
    # The programs in the package's /usr/sbin are wrappers that want a Debian around them; these are the real ones.
    for tool in xl xenstored xenconsoled xenconsole xen-init-dom0 libxl-save-helper lsevtchn xen-hvmctx xen-diag; do
        [ -e "$root/$xen_lib/bin/$tool" ] || continue   # arm64 has no xen-hvmctx and no lsevtchn
        tree_program "$xen_lib/bin/$tool"
        ln -s "/$xen_lib/bin/$tool" "$tree/usr/sbin/$tool"
    done
    for tool in "$root"/usr/bin/xenstore*; do
        tree_program "usr/bin/$(basename "$tool")"
    done
    # glibc opens libgcc_s at pthread_cancel; without it xl aborts, and only after it made the domain.
    # .NET needs libstdc++.
    for library in libgcc_s.so.1 libstdc++.so.6 libm.so.6 libpthread.so.0 libdl.so.2 librt.so.1; do
        tree_program "usr/$libraries/$library"
    done
    cp -r "$root/etc/xen/scripts" "$tree/etc/xen/"
    echo 'autoballoon="off"' > "$tree/etc/xen/xl.conf"
    tree_modules base "$(virtio_driver)" virtio_console "${xen_devices[@]}"
    tree_modules disk virtio_blk crc32c_generic ext4
    tree_file "$lab/dom0/init" init
    tree_pack "$2"
    (cd "$tree/usr" && basename -a "$libraries"/* "$loader_directory"/ld-linux-*) > "$cache/layers/dom0.libraries"
}

# --- layers that dom0 mounts as read-only disks ---
# Big things come as disks and not in the initramfs: dom0 then reads only what it uses, at the host's speed, and they
# take none of its memory.

readonly hvm_dir=/lab/hvm   # where the layer of that name is mounted

build_disk() { # build_disk DIR OUT: DIR as an ext4 image without a journal, only as big as it must be
    local kib
    kib=$(du -sk "$1" | cut -f1)
    mke2fs -q -t ext4 -O ^has_journal,^resize_inode -m 0 -d "$1" "$2" "$((kib + kib / 20 + 4096))k" > /dev/null
}

guest_layer() {
    layer guest "$(fingerprint "$cache/stamp" "$lab/lib/layers.sh")" build_guest
    guest_disk=$layer_file
}

build_guest() {
    ln "$cache/vmlinux" "$1/vmlinux"
    build_disk "$1" "$2"
}

# What HVM guests need in dom0: the device model with its libraries and data, firmware, and the kernel as Debian ships
# it, because the firmware starts it like a boot loader would.
hvm_layer() {
    layer hvm "$(fingerprint "$cache/stamp" "$cache/hvm/stamp" "$lab/lib/layers.sh")" build_hvm
    hvm_disk=$layer_file
}

build_hvm() { # build_hvm DIR OUT
    local from=$cache/hvm/root saved_tree=$tree saved_libraries=$tree_libraries
    tree=$1 tree_libraries=''
    mkdir -p "$1/data"
    cp "$root/$xen_lib/boot/hvmloader" "$1/"
    cp "$root/boot/vmlinuz-$(cat "$cache/kernel-version")" "$1/vmlinuz"
    # VNC, which libxl configures in any case, wants a keymap.
    cp -r "$from/usr/share/qemu/keymaps" "$1/data/"
    # Option ROMs come out of the first two; the last is the BIOS itself. QEMU has data of other machines, too: not these.
    cp "$from"/usr/share/qemu/{linuxboot,multiboot,kvmvapic,pvh}*.bin "$from"/usr/share/seabios/{bios,vgabios}*.bin "$1/data/"
    cp "$from/usr/libexec/xen-qemu-system-i386" "$1/qemu"
    tree_add_libraries "$1/qemu"
    mv "$1/usr/$libraries" "$1/lib"
    rm -r "${1:?}/usr"
    printf '#!/bin/sh\nLD_LIBRARY_PATH=%s/lib exec %s/qemu -L %s/data "$@"\n' "$hvm_dir" "$hvm_dir" "$hvm_dir" > "$1/device-model"
    chmod 755 "$1/device-model"
    tree=$saved_tree tree_libraries=$saved_libraries
    build_disk "$1" "$2"
}

dotnet_layer() {
    find_dotnet
    layer "dotnet" "$dotnet_version-$(fingerprint "$lab/lib/layers.sh" "$lab/lib/dotnet.sh" "$dotnet_muxer")" build_dotnet
    dotnet_disk=$layer_file
}

build_dotnet() {
    copy_dotnet "$1"
    build_disk "$1" "$2"
}
