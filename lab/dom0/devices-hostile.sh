#!/bin/sh
# Runs in dom0: a guest plays a broken and a malicious driver of a virtio i2c, gpio, console and rng device, all served by
# one process, which lives on and ends well.
#
#   devices-hostile.sh [--backend COMMAND]
#
#   --backend COMMAND   the program (dotnet /lab/app/virtio-host.dll)
#
# lab/scenario/devices-hostile brings what is needed: the guest hostile, i2c-lab and gpio-sim. Prints what the daemon and the
# guest say as they say it, and at the end PASS or FAIL REASON. Exit code 0 or 1.
backend='dotnet /lab/app/virtio-host.dll' serve=''
while [ $# -gt 1 ]; do
    case $1 in
        --backend) backend=$2 ;;
        *) echo "FAIL unknown option $1"; exit 1 ;;
    esac
    shift 2
done
# shellcheck source=lab/dom0/daemon.sh
. daemon.sh
# shellcheck source=lab/dom0/host-side.sh
. host-side.sh

limit=700
id='' drain=''
guest_log=/var/log/xen/guest-hostile.log

finish() {
    [ -z "$id" ] || gone || xl destroy hostile
    [ -z "$daemon_pid" ] || kill "$daemon_pid" 2> /dev/null
    sleep 0.5   # the readers get what is still to come
    # shellcheck disable=SC2086  # a list of words
    kill $readers $drain 2> /dev/null
    cp "$daemon_log" /out/ 2> /dev/null
}
fail() { finish; echo "FAIL $*"; exit 1; }
gone() { ! xenstore-exists "/local/domain/$id"; }

# attach KIND PLACE OPTION...: PLACE is 0, 1, ...
attach() {
    kind=$1 place=$2
    shift 2
    $backend attach "$kind" --domain "$id" --transport mmio --mmio "$(printf '0x%x' $((0xd0000000 + 0x200 * place)))" \
        --irq $((5 + place)) --timeout 60 "$@" || fail "attach $kind $*"
}

lab=$(bus i2c-lab) || fail 'the bus is missing'
gpio_sim 4 lab-lines 0:LINE0
show backend "$daemon_log"
show guest "$guest_log"
start_daemon
sed "s/^extra = \"/&lab.kinds=i2c,gpio,console,rng /" /lab/guest/hostile.cfg > /run/hostile.cfg
xl create -q -p /run/hostile.cfg || fail 'xl create'
id=$(xl domid hostile)
say "domain $id is there, paused"
attach i2c 0 -l "$lab:0x52:0x31"
attach gpio 1 -l lab-lines
attach console 2 --port pty:/run/console --port data=unix:/run/data.sock
attach rng 3
# The console's end takes what it gets.
stty raw -echo < /run/console
cat < /run/console > /dev/null & drain=$!
xl unpause hostile
say 'the guest runs'
wait_until $limit gone || fail "the guest was not done after $limit s"
grep -aq GUEST-PASS "$guest_log" || fail "the guest: $(grep -a GUEST-FAIL "$guest_log" || echo 'said nothing of a result')"
wait_until 60 no_zombie "$id" || { xl list; fail 'the domain is still in the list'; }
id=''
daemon_ended && fail 'the daemon has ended'
# Those of the kind virtio, which libxl of 4.17 does not know, it leaves behind.
xenstore-rm /local/domain/0/backend/virtio 2> /dev/null
wait_until 120 nothing_attached || { $backend list; fail 'the daemon still has devices in its list'; }
stop_daemon
[ "$daemon_rc" = 0 ] || fail "the daemon exited with $daemon_rc"
finish
echo PASS
