# shellcheck shell=bash
# The disk of the main job, made and looked into without mounting anything on this machine.

image_mib=64

# make_image FILE: an ext4 file system with known.txt in it.
make_image() {
    local tree
    tree=$(mktemp -d)
    echo 'This line was written by the host, and read by the guest through C#.' > "$tree/known.txt"
    rm -f "$1"
    truncate -s "${image_mib}M" "$1"
    mke2fs -q -F -t ext4 -d "$tree" "$1"
    rm -rf "$tree"
    sha256sum < "$1" > "$1.sha256-before"
}

# make_store STORE IMAGE...: a file system with the images, by their names but ending in .raw, with room for another one of
# each, for dom0 to mount.
make_store() {
    local tree store=$1 image
    shift
    tree=$(mktemp -d)
    for image; do cp --sparse=always "$image" "$tree/$(basename "$image" .img).raw"; done
    pack_store "$store" "$tree" $((4 * image_mib * $#))
}

# make_full_store STORE IMAGE: as make_store, with so little room that the image cannot be filled before the file
# "filler" is removed.
make_full_store() {
    local tree
    tree=$(mktemp -d)
    truncate -s "${image_mib}M" "$tree/disk.raw"
    head -c 80M /dev/urandom > "$tree/filler"
    pack_store "$1" "$tree" 112
}

pack_store() { # pack_store STORE TREE MIB
    rm -f "$1"
    mke2fs -q -F -t ext4 -m 0 -d "$2" "$1" "$3M"
    rm -rf "$2"
}

# take_images STORE IMAGE...: the images as dom0 left them.
take_images() {
    local store=$1 image
    shift
    for image; do
        rm -f "$image"
        debugfs -R "dump /$(basename "$image" .img).raw $image" "$store" 2> /dev/null
    done
}

# image_unchanged FILE: not one byte is other than when it was made.
image_unchanged() { [ "$(sha256sum < "$1")" = "$(cat "$1.sha256-before")" ]; }

# image_is_clean FILE: e2fsck finds nothing to complain of, changing nothing.
image_is_clean() { e2fsck -fn "$1" > "$1.e2fsck" 2>&1; }

# image_recovers FILE: like a disk after a power cut, it is whole once its journal has been replayed. On a copy.
image_recovers() {
    local code=0
    cp "$1" "$1.recovered"
    e2fsck -fy "$1.recovered" > "$1.e2fsck" 2>&1 || code=$?
    # 1: corrected, as the replay of the journal is
    [ $code -le 1 ] && e2fsck -fn "$1.recovered" >> "$1.e2fsck" 2>&1
}

# image_data_holds FILE: what the guest wrote is what the guest says it wrote.
image_data_holds() {
    local written said
    written=$(debugfs -R 'cat data.bin' "$1" 2>/dev/null | sha256sum | cut -d' ' -f1)
    said=$(debugfs -R 'cat data.bin.sha256' "$1" 2>/dev/null | cut -d' ' -f1)
    [ -n "$said" ] && [ "$written" = "$said" ]
}
