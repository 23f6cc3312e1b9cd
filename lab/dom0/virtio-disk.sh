#!/bin/sh
# Runs in dom0: a guest whose virtio disk is served by a program in dom0.
#
#   virtio-disk.sh MODE [--guest NAME] [--image PATH] [--backend COMMAND] [--limit SECONDS]
#
#   MODE       rw       the guest writes 16 MiB, reads it back, powers off
#              ro       the same disk read-only: the guest checks that it cannot write
#              destroy  the guest is destroyed while it writes; the backend must end by itself
#              stop     the backend gets SIGTERM while the guest writes; then the guest is destroyed
#   --guest    as given to lab/exec --guest (disk)
#   --image    what the backend serves, a file or a block device (/lab/disk.img)
#   --backend  gets "serve --domain ID --image PATH --mmio BASE --irq N [--read-only]" as arguments
#              (dotnet /lab/app/virtio-disk.dll)
#   --limit    for the guest, from its start (120)
#
# Prints what the backend and the guest say as they say it, and at the end PASS or FAIL REASON. Exit code 0 or 1.
# If the lab's user wants /out back, an image that is a file is put there as disk.img.
mode=$1
guest=disk image=/lab/disk.img backend='dotnet /lab/app/virtio-disk.dll' limit=120
shift
while [ $# -gt 1 ]; do
    case $1 in
        --guest) guest=$2 ;;
        --image) image=$2 ;;
        --backend) backend=$2 ;;
        --limit) limit=$2 ;;
        *) echo "FAIL unknown option $1"; exit 1 ;;
    esac
    shift 2
done
case $mode in
    rw) guest_mode=rw options='' ;;
    ro) guest_mode=ro options=--read-only ;;
    destroy | stop) guest_mode=loop options='' ;;
    *) echo "FAIL unknown mode $mode"; exit 1 ;;
esac

id='' backend_pid='' readers='' by_itself=yes
guest_log=/var/log/xen/guest-$guest.log
backend_log=/lab/backend.log

say() { read -r up _ < /proc/uptime; echo "dom0: [$up] $*"; }

finish() {
    [ -z "$id" ] || ! exists || xl destroy "$guest"
    [ -z "$backend_pid" ] || kill "$backend_pid" 2>/dev/null
    # the readers get what is still to come
    sleep 0.5
    # shellcheck disable=SC2086  # a list of words
    kill $readers 2>/dev/null
    if [ -e /lab/want-out ]; then
        cp $backend_log /out/ 2>/dev/null
        [ ! -f "$image" ] || ln "$image" /out/disk.img 2>/dev/null || cp "$image" /out/disk.img
    fi
}
fail() { finish; echo "FAIL $*"; exit 1; }

exists() { xenstore-exists "/local/domain/$id"; }

# show NAME FILE: a file as it grows, with a name before each line. Left out is what every PVH guest here complains of:
# it has no PCI, and nobody answers for the ports of ACPI's events.
show() {
    : >> "$2"
    tail -n +1 -f "$2" > "/run/show.$1" & readers="$readers $!"
    while IFS= read -r line; do
        case $line in
            *'No config space access function'* | *'No handler or method for GPE'*) ;;
            *) echo "$1: $line" ;;
        esac
    done < "/run/show.$1" & readers="$readers $!"
}

# wait_until SECONDS COMMAND...: false if it did not come true
wait_until() {
    read -r up _ < /proc/uptime
    end=$((${up%.*} + $1))
    shift
    until "$@"; do
        read -r up _ < /proc/uptime
        [ "${up%.*}" -lt "$end" ] || return 1
        sleep 0.2
    done
}

gone() { ! exists; }
backend_ended() { ! kill -0 "$backend_pid" 2>/dev/null; }
backend_ready() { grep -q ready $backend_log || backend_ended; }
guest_writes() { grep -q 'GUEST: .* writing' "$guest_log" || gone; }
# What a domain leaves behind while someone still holds its memory: "(null)" in the list.
no_zombie() { ! xl list | awk -v id="$id" '$2 == id { found = 1 } END { exit !found }'; }

start_guest() {
    sed "s/^extra = \"/&lab.mode=$guest_mode /" "/lab/guest/$guest.cfg" > /run/guest.cfg
    xl create -q -p /run/guest.cfg || fail 'xl create'
    id=$(xl domid "$guest")
    say "domain $id is there, paused"
}

start_backend() {
    # shellcheck disable=SC2086  # lists of words
    $backend serve --domain "$id" --image "$image" --mmio 0xd0000000 --irq 5 $options > $backend_log 2>&1 &
    backend_pid=$!
    wait_until 60 backend_ready || fail 'the backend is not ready after 60 s'
    if backend_ended; then wait "$backend_pid"; fail "the backend ended with $? before it was ready"; fi
    say 'the backend is ready'
}

stop_backend() {
    by_itself=no
    kill "$backend_pid"
    wait_until 10 backend_ended || { kill -9 "$backend_pid"; fail 'the backend did not end within 10 s of SIGTERM'; }
}

# backend_exit SECONDS: sets $backend_rc, after SIGTERM if it does not end by itself
backend_exit() {
    if ! wait_until "$1" backend_ended; then
        say "the backend still runs after $1 s: SIGTERM"
        stop_backend
    fi
    wait "$backend_pid"
    backend_rc=$?
    backend_pid=''
    say "the backend exited with $backend_rc, by itself: $by_itself"
}

mkfifo /run/show.backend /run/show.guest
show backend $backend_log
show guest "$guest_log"
start_guest
start_backend
xl unpause "$guest"
say 'the guest runs'

if [ "$guest_mode" = loop ]; then
    wait_until "$limit" guest_writes || fail "the guest did not write within $limit s"
    gone && fail "the guest ended before the $mode"
    sleep 2
    if [ "$mode" = stop ]; then
        say 'SIGTERM to the backend'
        stop_backend
    fi
    say 'destroying the guest'
    xl destroy "$guest" || fail 'xl destroy'
else
    wait_until "$limit" gone || fail "the guest was not done after $limit s"
    say 'the guest is gone'
fi
backend_exit 15
wait_until 10 no_zombie || { xl list; fail 'the domain is still in the list'; }
say 'no trace of the domain is left'

[ "$backend_rc" = 0 ] || fail "the backend exited with $backend_rc"
if [ "$guest_mode" = loop ]; then
    [ "$mode" = stop ] || [ $by_itself = yes ] || fail 'the backend did not end by itself'
else
    grep -q GUEST-PASS "$guest_log" || fail "the guest: $(grep -a GUEST-FAIL "$guest_log" || echo 'said nothing of a result')"
fi
finish
echo PASS
