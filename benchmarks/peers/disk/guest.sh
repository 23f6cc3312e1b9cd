#!/bin/sh
# Runs in the guest: fio at the disk that C# serves and at the one that QEMU serves, in turns. A line for each turn:
#
#   BENCH DISK WORK OPERATIONS-PER-SECOND
#
# lab.turns=N on the kernel's command line says how many turns (5), lab.seconds=N how long each is (5).
turns=5 seconds=5
# shellcheck disable=SC2013  # words are what is wanted
for word in $(cat /proc/cmdline); do
    case $word in
        lab.turns=*) turns=${word#lab.turns=} ;;
        lab.seconds=*) seconds=${word#lab.seconds=} ;;
    esac
done

n=0
until [ -b /dev/vdc ] || [ $n -ge 100 ]; do n=$((n + 1)); sleep 0.1; done
mkdir /tools
for disk in vda vdb vdc; do
    case $(cat /sys/block/$disk/serial) in
        ours) ours=/dev/$disk ;;
        qemu) qemu=/dev/$disk ;;
        *) mount -t ext4 -o ro /dev/$disk /tools || exit 1 ;;
    esac
done
[ -n "$ours" ] && [ -n "$qemu" ] || { echo 'GUEST-FAIL: not the disks that were expected'; exit 1; }

# run NAME DISK WORK FIO-OPTION...: fields 8 and 49 of fio's terse output are the reads and writes per second.
run() {
    name=$1 disk=$2 work=$3
    shift 3
    /tools/run fio --name=b --filename="$disk" --ioengine=libaio --direct=1 --time_based --runtime="$seconds" \
        --output-format=terse --terse-version=3 "$@" |
        awk -F';' -v name="$name" -v work="$work" '{ print "BENCH", name, work, $8 + $49 }'
}

turn=0
while [ $turn -lt "$turns" ]; do
    for name in ours qemu; do
        [ $name = ours ] && disk=$ours || disk=$qemu
        run $name "$disk" read-4k-depth-1 --rw=randread --bs=4k --iodepth=1
        run $name "$disk" read-4k-depth-16 --rw=randread --bs=4k --iodepth=16
        run $name "$disk" write-128k --rw=write --bs=128k --iodepth=4
    done
    turn=$((turn + 1))
done
echo GUEST-PASS
