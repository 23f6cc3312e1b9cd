#!/bin/sh
# Runs in dom0: a guest from its creation to its end.
#
#   boot-guest.sh NAME [--limit SECONDS] [SETTING...]
#
#   NAME       as given to lab/exec --guest
#   --limit    until it must be gone (300)
#   SETTING    for xl create, such as vcpus=2
#
# Prints the guest's console as it grows. The exit code is that of the guest's script (lab/mkguest --run); 1 if the guest
# could not be made, did not say a result, or was not gone in time, with the reason.
guest=$1 limit=300
shift
if [ "$1" = --limit ]; then limit=$2; shift 2; fi
log=/var/log/xen/guest-$guest.log

fail() {
    echo "boot-guest: $*" >&2
    [ ! -s "/var/log/xen/qemu-dm-$guest.log" ] || cat "/var/log/xen/qemu-dm-$guest.log" >&2
    exit 1
}

# Not by tail -f: busybox looks once a second, and what it has not seen by then is lost.
shown=0
show() {
    size=$(stat -c %s "$log")
    tail -c +$((shown + 1)) "$log" | head -c $((size - shown))
    shown=$size
}

: > "$log"
xl create -q "/lab/guest/$guest.cfg" "$@" || fail "xl create $guest"
read -r up _ < /proc/uptime
end=$((${up%.*} + limit))
while xl domid "$guest" > /dev/null 2>&1; do
    show
    read -r up _ < /proc/uptime
    if [ "${up%.*}" -ge "$end" ]; then
        show
        xl list
        xl destroy "$guest"
        fail "the guest $guest was not gone after $limit s"
    fi
    sleep 1   # the looks take the processor from the guest
done
show
code=$(tr -d '\r' < "$log" | sed -n 's/^GUEST-EXIT //p' | tail -n 1)
[ -n "$code" ] || fail "the guest $guest ended without a result"
exit "$code"
