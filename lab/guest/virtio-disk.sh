#!/bin/sh
# Runs in the guest: use the virtio disk that a program in dom0 serves. The disk is an ext4 file system with known.txt.
#
# lab.mode= on the kernel command line:
#   rw    (default) print known.txt, write 16 MiB of random data and its checksum, read it back from the disk
#   ro    the disk is read-only: known.txt is there, and nothing can be written
#   loop  write for ever, so that the guest can be destroyed in the middle of it
#
# The last word is GUEST-PASS or GUEST-FAIL REASON.
disk=/dev/vda
say() { read -r up _ < /proc/uptime; echo "GUEST: [$up] $*"; }
fail() { say "$(dmesg | tail -n 5)"; echo "GUEST-FAIL $*"; exit 1; }
pass() { echo GUEST-PASS; exit 0; }

mode=rw
# shellcheck disable=SC2013  # words are what is wanted
for word in $(cat /proc/cmdline); do
    case $word in lab.mode=*) mode=${word#lab.mode=} ;; esac
done

wait_for_disk() {
    n=0
    until [ -b $disk ]; do
        n=$((n + 1))
        [ $n -lt 100 ] || fail "no $disk after 10 s"
        sleep 0.1
    done
    say "$disk: $(cat /sys/block/vda/size) sectors, read-only $(cat /sys/block/vda/ro), driver $(basename "$(readlink /sys/block/vda/device/driver)")"
}

show_known_file() {
    [ -s /mnt/known.txt ] || fail 'known.txt is missing'
    say "known.txt: $(cat /mnt/known.txt)"
}

# forget: what is read next comes from the disk and not from the guest's memory
forget() { sync; echo 3 > /proc/sys/vm/drop_caches; }

hash() { sha256sum | cut -d' ' -f1; }

read_write() {
    mount -t ext4 $disk /mnt || fail 'mount'
    show_known_file
    written=$(dd if=/dev/urandom bs=1M count=16 2>/dev/null | tee /mnt/data.bin | hash) || fail 'write'
    say 'wrote 16 MiB'
    forget
    say 'on the disk'
    read=$(hash < /mnt/data.bin)
    [ "$read" = "$written" ] || fail "read back $read, wrote $written"
    echo "$written  data.bin" > /mnt/data.bin.sha256
    sync
    umount /mnt || fail 'umount'
    say "data.bin: $written"
    pass
}

read_only() {
    [ "$(cat /sys/block/vda/ro)" = 1 ] || fail 'the disk does not say that it is read-only'
    before=$(head -c 65536 $disk | hash)
    mount -t ext4 -o ro $disk /mnt || fail 'mount -o ro'
    show_known_file
    mount -o remount,rw /mnt 2>/dev/null && fail 'remount,rw worked'
    echo x 2>/dev/null > /mnt/new && fail 'a file could be written'
    umount /mnt
    blockdev --setrw $disk 2>/dev/null
    dd if=/dev/zero of=$disk bs=4096 count=1 conv=fsync 2>/dev/null && fail 'the raw disk could be written'
    forget
    [ "$(head -c 65536 $disk | hash)" = "$before" ] || fail 'the disk has changed'
    say 'nothing could be written'
    pass
}

write_for_ever() {
    mount -t ext4 $disk /mnt || fail 'mount'
    n=0
    while dd if=/dev/zero of=/mnt/loop.bin bs=64k count=16 conv=fsync 2>/dev/null; do
        n=$((n + 1))
        say "writing $n"
    done
    fail 'write'
}

wait_for_disk
case $mode in
    rw) read_write ;;
    ro) read_only ;;
    loop) write_for_ever ;;
    *) fail "unknown lab.mode=$mode" ;;
esac
