#!/bin/sh
# Runs in the guest: use the virtio disk that a program in dom0 serves.
#
# On the kernel's command line:
#   lab.mode=   what to do, or several things, separated by commas, one after the other; the disk is an ext4 file system with
#               known.txt, but for those marked *, which use it as it is
#     rw        (default) print known.txt, write 16 MiB of random data and its checksum, read it back from the disk
#     ro        the disk is read-only: known.txt is there, and nothing can be written
#     loop      write for ever, so that the guest can be destroyed in the middle of it
#     fio     * fio writes blocks of random sizes, 32 at a time, and verifies each
#     discard   write, remove, trim; then discard a part of the disk
#     resize  * wait until the disk has another size, then use what is new of it
#     full    * write until that fails, and see that reading does not; wait for space, and write again
#     hostile * load hostile.ko, which plays a broken and a malicious driver
#   lab.seconds=N   how long fio runs (60)
#   lab.queues=N    how many queues the disk must have, or as many as there are processors (1)
#   lab.ring=R      which queues the driver must have taken: split, or packed if both are offered (both)
#   lab.disks=N     how many disks rw uses: vda, vdb (1)
#
# The last word is GUEST-PASS or GUEST-FAIL REASON.
# shellcheck source=wait.sh
. /lab/wait.sh
disk=/dev/vda
mode=rw seconds=60 queues=1 ring=both disks=1
# shellcheck disable=SC2013  # words are what is wanted
for word in $(cat /proc/cmdline); do
    case $word in
        lab.mode=*) mode=${word#lab.mode=} ;;
        lab.seconds=*) seconds=${word#lab.seconds=} ;;
        lab.queues=*) queues=${word#lab.queues=} ;;
        lab.ring=*) ring=${word#lab.ring=} ;;
        lab.disks=*) disks=${word#lab.disks=} ;;
    esac
done

say() { read -r up _ < /proc/uptime; echo "GUEST: [$up] $*"; }
fail() { say "$(dmesg | tail -n 5)"; echo "GUEST-FAIL $*"; exit 1; }

wait_for_disk() {
    wait_for 30 [ -b "$disk" ] || fail "no $disk after 30 s"
    block=/sys/block/${disk#/dev/}
    # shellcheck disable=SC2012  # the names are numbers
    has=$(ls "$block/mq" | wc -l)
    say "$disk: $(cat "$block/size") sectors, read-only $(cat "$block/ro")," \
        "queues $has, driver $(basename "$(readlink "$block/device/driver")")," \
        "on $(basename "$(dirname "$(readlink -f "$block/device")")")"
    # VIRTIO_F_RING_PACKED is feature 34; the first digit is feature 0.
    case $ring-$(cut -c35 "$block/device/features") in
        split-0) say "$disk: split queues" ;;
        both-1) say "$disk: packed queues" ;;
        *) fail "the driver of $disk did not take the queues that it should, with $ring offered" ;;
    esac
}

show_known_file() {
    [ -s /mnt/known.txt ] || fail 'known.txt is missing'
    say "known.txt: $(cat /mnt/known.txt)"
}

# forget: what is read next comes from the disk and not from the guest's memory
forget() { sync; echo 3 > /proc/sys/vm/drop_caches; }

hash() { sha256sum | cut -d' ' -f1; }

read_write() {
    for disk in $(echo /dev/vda /dev/vdb | cut -d' ' -f1-"$disks"); do
        wait_for_disk
        read_write_one
    done
}

read_write_one() {
    mount -t ext4 "$disk" /mnt || fail 'mount'
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
}

read_only() {
    [ "$(cat /sys/block/vda/ro)" = 1 ] || fail 'the disk does not say that it is read-only'
    before=$(head -c 65536 "$disk" | hash)
    mount -t ext4 -o ro "$disk" /mnt || fail 'mount -o ro'
    show_known_file
    mount -o remount,rw /mnt 2>/dev/null && fail 'remount,rw worked'
    echo x 2>/dev/null > /mnt/new && fail 'a file could be written'
    umount /mnt
    blockdev --setrw "$disk" 2>/dev/null
    dd if=/dev/zero of="$disk" bs=4096 count=1 conv=fsync 2>/dev/null && fail 'the raw disk could be written'
    forget
    [ "$(head -c 65536 "$disk" | hash)" = "$before" ] || fail 'the disk has changed'
    say 'nothing could be written'
}

write_for_ever() {
    mount -t ext4 "$disk" /mnt || fail 'mount'
    n=0
    while dd if=/dev/zero of=/mnt/loop.bin bs=64k count=16 conv=fsync 2>/dev/null; do
        n=$((n + 1))
        say "writing $n"
    done
    fail 'write'
}

run_fio() {
    [ "$queues" -le "$(nproc)" ] || queues=$(nproc)
    [ "$has" = "$queues" ] || fail "the disk has $has queues and not $queues"
    mkdir /tools
    wait_for 30 [ -b /dev/vdb ] || fail 'no disk with fio'
    mount -t ext4 -o ro /dev/vdb /tools || fail 'mount of the disk with fio'
    say 'fio begins'
    /tools/run fio --name=verify --filename="$disk" --ioengine=libaio --iodepth=32 --direct=1 --rw=randwrite \
        --bsrange=512-128k --serialize_overlap=1 --verify=crc32c --verify_fatal=1 --verify_backlog=256 \
        --time_based --runtime="$seconds" --randseed=7 --output=/tmp/fio.txt --eta=never
    code=$?
    sed -n 's/^ *\(read\|write\): /\1: /p; /err=/p' /tmp/fio.txt | while read -r line; do say "fio: $line"; done
    [ $code = 0 ] || { tail -n 20 /tmp/fio.txt; fail "fio: exit code $code"; }
    say 'fio has verified what it wrote'
}

discard() {
    mount -t ext4 "$disk" /mnt || fail 'mount'
    show_known_file
    dd if=/dev/urandom of=/mnt/filler bs=1M count=24 conv=fsync 2>/dev/null || fail 'write'
    say 'wrote a filler'
    sleep 5   # dom0 looks how much the image takes
    rm /mnt/filler
    sync
    fstrim /mnt || fail 'fstrim'
    say "trimmed"
    umount /mnt || fail 'umount'
    mount -t ext4 "$disk" /mnt && show_known_file && umount /mnt || fail 'mount after the trim'
}

sectors() { cat /sys/block/vda/size; }
size_differs() { [ "$(sectors)" != "$1" ]; }

resize() {
    old=$(sectors)
    say "size $old: waiting for another"
    wait_for 60 size_differs "$old" || fail 'the disk kept its size'
    new=$(sectors)
    say "size $new"
    [ "$new" -gt "$old" ] || fail 'the disk did not grow'
    dd if=/dev/urandom of=/tmp/block bs=4096 count=64 2>/dev/null
    dd if=/tmp/block of="$disk" bs=4096 seek=$((old / 8)) oflag=direct conv=fsync 2>/dev/null || fail 'write at the new end'
    [ "$(dd if="$disk" bs=4096 skip=$((old / 8)) count=64 iflag=direct 2>/dev/null | hash)" = "$(hash < /tmp/block)" ] ||
        fail 'the new end reads as something else'
}

fill() { dd if=/tmp/block of="$disk" bs=1M oflag=direct seek="$1" count=1 2>/dev/null; }

full() {
    dd if=/dev/urandom of=/tmp/block bs=1M count=1 2>/dev/null
    n=0
    while fill $n; do
        n=$((n + 1))
        [ $n -lt $(($(sectors) / 2048)) ] || fail 'all of the disk could be written'
    done
    say "write $n failed, as it should: the disk is full"
    [ "$(dd if="$disk" bs=1M count=1 iflag=direct 2>/dev/null | hash)" = "$(hash < /tmp/block)" ] || fail 'reading fails, too'
    say 'waiting for space'
    wait_for 60 fill $n || fail 'there is no space again'
    say 'there is space again'
}

hostile() {
    insmod /lab/hostile.ko || fail 'insmod hostile.ko'
    dmesg | sed -n 's/.*hostile: //p' | while read -r line; do say "hostile: $line"; done
    dmesg | grep -q 'hostile: all held' || fail 'not all cases held'
}

case $mode in hostile | rw) ;; *) wait_for_disk ;; esac
for step in $(echo "$mode" | tr , ' '); do
    case $step in
        rw) read_write ;;
        ro) read_only ;;
        loop) write_for_ever ;;
        fio) run_fio ;;
        discard) discard ;;
        resize) resize ;;
        full) full ;;
        hostile) hostile ;;
        *) fail "unknown lab.mode=$mode" ;;
    esac
done
echo GUEST-PASS
