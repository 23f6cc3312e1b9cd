#!/bin/sh
# Runs in dom0: a guest whose virtio disk is served by the daemon virtio-disk in dom0.
#
#   disk.sh SCENARIO [OPTION VALUE]...
#
#   SCENARIO   one of these, or several, separated by commas: with one daemon, one after the other
#              read-write   the guest writes 16 MiB, reads it back, powers off
#              read-only    the same disk read-only: the guest checks that it cannot write
#              destroy      the guest is destroyed while it writes; the daemon lives, and nothing of the guest is left
#              stop         the daemon gets SIGTERM while the guest writes; then the guest is destroyed
#              fio          fio in the guest writes at random and verifies what it wrote
#              kill         the same, while the daemon is killed (-9) and started again, three times
#              discard      the guest trims its file system; the image gives space back
#              resize       the image grows; the guest sees it and uses it (after discard, it is the same guest)
#              full         the file system below the image is full: the guest sees an I/O error; then there is space again
#              nbd-restart  fio, while the NBD server is killed and started again
#              hostile      a kernel module in the guest plays a broken and a malicious driver
#
#   --guest NAME           as given to lab/exec --guest (disk)
#   --format F[,F]         raw (/store/disk.raw), qcow2 (/store/disk.qcow2) or nbd (qemu-nbd with /store/disk.raw) (raw);
#                          of two, the second one is that of another disk (/store/disk2.raw), which read-write uses, too
#   --transport T          mmio at 0xd0000000 with irq 5, or pci at 00:10.0 (mmio); the second disk behind the first
#   --queues N             of each disk (1)
#   --ring R               split: the guest is to use split queues, or both: packed ones, as it does if it can (both)
#   --serve 'OPTION...'    options of virtio-disk serve
#   --vcpus N              of the guest (1)
#   --seconds N            how long fio runs (60)
#   --limit SECONDS        for the guest, from its start (180)
#   --backend COMMAND      the program (dotnet /lab/app/virtio-disk.dll)
#
# /dev/lab/disk0 has the images and is mounted at /store; /dev/lab/disk1, if it is there, has the guest's fio.
# Prints what the daemon and the guest say as they say it, and at the end PASS or FAIL REASON. Exit code 0 or 1.
scenario=$1 guest=disk format=raw transport=mmio queues=1 ring=both vcpus=1 seconds=60 limit=180 serve=''
backend='dotnet /lab/app/virtio-disk.dll'
shift
while [ $# -gt 1 ]; do
    case $1 in
        --guest) guest=$2 ;;
        --format) format=$2 ;;
        --transport) transport=$2 ;;
        --queues) queues=$2 ;;
        --ring) ring=$2 ;;
        --vcpus) vcpus=$2 ;;
        --seconds) seconds=$2 ;;
        --limit) limit=$2 ;;
        --serve) serve=$2 ;;
        --backend) backend=$2 ;;
        *) echo "FAIL unknown option $1"; exit 1 ;;
    esac
    shift 2
done

# guest_mode SCENARIO: what the guest does
guest_mode() {
    case $1 in
        read-write) echo rw ;;
        read-only) echo ro ;;
        destroy | stop) echo loop ;;
        kill | nbd-restart) echo fio ;;
        fio | discard | resize | full | hostile) echo "$1" ;;
        discard,resize) echo discard,resize ;;
        *) return 1 ;;
    esac
}
# Those of one guest are one word.
scenarios=$(echo "$scenario" | sed 's/discard,resize/discard+resize/' | tr ,+ ' ,')
for scenario in $scenarios; do
    guest_mode "$scenario" > /dev/null || { echo "FAIL unknown scenario $scenario"; exit 1; }
done
format2=''
case $format in *,*) format2=${format#*,} format=${format%,*} ;; esac
for word in $format $format2; do
    case $word in raw | qcow2 | nbd) ;; *) echo "FAIL unknown format $word"; exit 1 ;; esac
done
case $transport in
    mmio) place1='--transport mmio --mmio 0xd0000000 --irq 5' place2='--transport mmio --mmio 0xd0000200 --irq 6' ;;
    pci) place1='--transport pci --pci 00:10.0' place2='--transport pci --pci 00:11.0' ;;
    *) echo "FAIL unknown transport $transport"; exit 1 ;;
esac

# shellcheck source=lab/dom0/daemon.sh
. daemon.sh

id='' nbd_pid=''
guest_log=/var/log/xen/guest-$guest.log

finish() {
    [ -z "$id" ] || ! exists || xl destroy "$guest"
    [ -z "$daemon_pid" ] || kill "$daemon_pid" 2>/dev/null
    [ -z "$nbd_pid" ] || kill "$nbd_pid" 2>/dev/null
    # the readers get what is still to come
    sleep 0.5
    # shellcheck disable=SC2086  # a list of words
    kill $readers 2>/dev/null
    cp $daemon_log /out/ 2>/dev/null
    umount /store 2>/dev/null || { sleep 1; umount /store; }
}
fail() { finish; echo "FAIL $*"; exit 1; }

exists() { xenstore-exists "/local/domain/$id"; }

gone() { ! exists; }
# guest_log: what this guest has said, and not one before it of the same name
guest_log() { tail -c "+$((earlier + 1))" "$guest_log"; }
guest_says() { guest_log | grep -aq "GUEST: .* $1" || gone; }
# await_guest TEXT: until the guest says it
await_guest() {
    wait_until "$limit" guest_says "$1" || fail "the guest did not say '$1' within $limit s"
    ! gone || fail "the guest ended before it said '$1'"
}

start_nbd() {
    qemu-nbd -f raw -t -e 8 -x disk -k /run/nbd.sock /store/disk.raw &
    nbd_pid=$!
    wait_until 10 [ -S /run/nbd.sock ] || fail 'qemu-nbd did not start'
}

kill_nbd() {
    kill -9 "$nbd_pid"
    wait "$nbd_pid" 2>/dev/null
    rm -f /run/nbd.sock
    say 'the NBD server is killed'
    sleep "$1"
    start_nbd
    say 'the NBD server is back'
}

# image FORMAT NAME: what attach is to be told
image() {
    case $1 in
        raw) echo "--format raw --image /store/$2.raw" ;;
        qcow2) echo "--format qcow2 --image /store/$2.qcow2" ;;
        nbd) echo '--format nbd --image nbd+unix:///disk?socket=/run/nbd.sock' ;;
    esac
}

# attach WORD...
attach() { $backend attach --timeout 120 --domain "$id" "$@" || fail "attach $*"; }

start_guest() {
    mode=$(guest_mode "$scenario") options='' disks=1
    [ "$mode" != ro ] || options=--read-only
    [ -z "$format2" ] || disks=2
    earlier=$(stat -c %s "$guest_log" 2> /dev/null || echo 0)
    sed "s/^extra = \"/&lab.mode=$mode lab.disks=$disks lab.seconds=$seconds lab.queues=$queues lab.ring=$ring /" "/lab/guest/$guest.cfg" \
        > /run/guest.cfg
    xl create -q -p /run/guest.cfg "vcpus=$vcpus" || fail 'xl create'
    id=$(xl domid "$guest")
    say "domain $id is there, paused"
    # shellcheck disable=SC2046,SC2086  # lists of words
    attach $(image "$format" disk) $place1 --queues "$queues" --ring "$ring" $options
    # shellcheck disable=SC2046,SC2086  # lists of words
    [ -z "$format2" ] || attach $(image "$format2" disk2) $place2 --queues "$queues" --ring "$ring" $options
    # shellcheck disable=SC2086  # a list of words
    [ ! -b /dev/lab/disk1 ] || attach --format raw --image /dev/lab/disk1 $place2 --read-only
    xl unpause "$guest"
    say 'the guest runs'
}

await_end() {
    wait_until "$limit" gone || fail "the guest was not done after $limit s"
    say 'the guest is gone'
}

destroy_guest() {
    say 'destroying the guest'
    xl destroy "$guest" || fail 'xl destroy'
}

blocks() { stat -c %b "$file"; }
file=/store/disk.raw
[ "$format" != qcow2 ] || file=/store/disk.qcow2

mkdir -p /store
mount -t ext4 /dev/lab/disk0 /store || fail 'mount of the images'
[ "$format" != nbd ] || start_nbd
each_qcow2() { # each_qcow2 FUNCTION: for the name of each disk that is one
    [ "$format" != qcow2 ] || "$1" disk
    [ "$format2" != qcow2 ] || "$1" disk2
}
make_qcow2() { qemu-img convert -O qcow2 "/store/$1.raw" "/store/$1.qcow2" || fail 'qemu-img convert to qcow2'; }
check_qcow2() {
    qemu-img check -q "/store/$1.qcow2" || fail "qemu-img check finds faults in $1.qcow2"
    say "qemu-img finds $1.qcow2 clean"
    qemu-img convert -O raw "/store/$1.qcow2" "/store/$1.raw" || fail 'qemu-img convert'
}
each_qcow2 make_qcow2
show backend $daemon_log
show guest "$guest_log"
start_daemon

run_step() { # run_step SCENARIO: up to where its guest is on its way to its end
    case $1 in
        read-write | read-only | fio | hostile) ;;
        destroy)
            await_guest writing
            sleep 2
            destroy_guest
            ;;
        stop)
            await_guest writing
            sleep 2
            say 'SIGTERM to the daemon'
            stop_daemon
            destroy_guest
            ;;
        kill)
            await_guest 'fio begins'
            for pause in 0 1 3; do
                sleep $((seconds / 5))
                kill_daemon $pause
            done
            ;;
        nbd-restart)
            await_guest 'fio begins'
            for pause in 0 4; do
                sleep $((seconds / 4))
                kill_nbd $pause
            done
            ;;
        discard)
            await_guest 'wrote a filler'
            sync
            before=$(blocks)
            await_guest trimmed
            wait_until 15 trimmed_to $((before - 16 * 2048)) || fail 'the image did not give space back'
            say "blocks of the image: $before with the filler, $(blocks) after the trim"
            ;;
        resize)
            await_guest 'waiting for another'
            truncate -s 96M /store/disk.raw
            $backend resize --domain "$id" || fail 'resize'
            ;;
        full)
            await_guest 'waiting for space'
            rm /store/filler || fail 'no filler'
            ;;
    esac
}
trimmed_to() { sync; [ "$(blocks)" -le "$1" ]; }

for scenario in $scenarios; do
    start_guest
    for step in $(echo "$scenario" | tr , ' '); do
        say "scenario $step"
        run_step "$step"
    done
    await_end
    wait_until 15 no_zombie "$id" || { xl list; fail 'the domain is still in the list'; }
    say 'no trace of the domain is left'
    id=''
    if [ -n "$daemon_pid" ]; then
        wait_until 15 nothing_attached || { $backend list; fail 'the daemon still has the disk in its list'; }
        say 'the daemon serves nothing any more'
    fi
    [ "$mode" = loop ] || guest_log | grep -aq GUEST-PASS ||
        fail "the guest: $(guest_log | grep -a GUEST-FAIL || echo 'said nothing of a result')"
done
[ -z "$daemon_pid" ] || stop_daemon
[ "$daemon_rc" = 0 ] || fail "the daemon exited with $daemon_rc"
each_qcow2 check_qcow2
finish
echo PASS
