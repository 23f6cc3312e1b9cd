#!/bin/sh
# Runs in dom0: two guests read bytes of the same chip, one through virtio-i2c, one through ioreqd-i2c. They take turns:
# the other one is paused meanwhile.
#
#   dom0.sh TURNS SECONDS
fail() { echo "FAIL $*"; cat /lab/backend.log /lab/peer.log /var/log/xen/guest-*.log; exit 1; }
backend='dotnet /lab/app/virtio-i2c.dll'
# wait_until COMMAND...
wait_until() {
    n=0
    until "$@"; do
        n=$((n + 1))
        [ $n -lt 300 ] || fail "$*"
        sleep 0.2
    done
}
$backend serve > /lab/backend.log 2>&1 & daemon=$!
wait_until grep -q '^ready' /lab/backend.log
for name in ours peer; do xl create -q -p /lab/guest/$name.cfg || fail 'xl create'; done
$backend attach --timeout 120 --domain ours --transport mmio --mmio 0xd0000000 --irq 5 -l 0:0x52 || fail attach
: > /lab/peer.log
/lab/ioreqd-i2c "$(xl domid peer)" 0xd0000000 5 /dev/i2c-0 0x52 > /lab/peer.log 2>&1 & peer=$!
wait_until grep -q '^ready' /lab/peer.log
# A start, so that what is compiled while it runs is compiled.
for name in ours peer; do
    xl unpause "$name"
    wait_until grep -aq BENCH /var/log/xen/guest-$name.log
    sleep 3
    xl pause "$name"
    grep -ac BENCH /var/log/xen/guest-$name.log > /run/warm-$name
done
turn=0
while [ $turn -lt "$1" ]; do
    if [ $((turn % 2)) = 0 ]; then order='ours peer'; else order='peer ours'; fi
    for name in $order; do
        xl unpause "$name"
        sleep "$2"
        xl pause "$name"
    done
    turn=$((turn + 1))
done
for name in ours peer; do
    tr -d '\r' < /var/log/xen/guest-$name.log | grep -a '^BENCH' | tail -n +$(($(cat /run/warm-$name) + 1)) | sed "s/BENCH/BENCH $name/"
    xl destroy $name
done
kill $daemon $peer 2> /dev/null
wait $daemon || fail "the daemon exited with $?"
