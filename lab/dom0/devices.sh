#!/bin/sh
# Runs in dom0: two guests, a and b, whose virtio i2c, gpio, rng, console and disk one daemon serves.
#
#   devices.sh [--backend COMMAND] [--parts all|together]
#
#   --backend COMMAND   the program (dotnet /lab/app/virtio-host.dll)
#   --parts together    just the first and the last of what follows
#
# In one boot, one after the other:
#   together   both guests use all their devices at the same time, and dom0 sees the same from its side
#   destroy    guest a is destroyed in the middle of it; b goes on
#   kill       the daemon is killed (-9) and started again, while b uses i2c and the console, drives a line and waits for
#              edges of another; b goes on
#   stop       b powers off; the daemon gets SIGTERM, and nothing is left
#
# lab/scenario/devices brings what is needed: i2c-stub with the chips below, i2c-lab, gpio-sim; /dev/lab/disk0 and disk1.
# Prints what the daemon and the guests say as they say it, "held" with what held, and at the end PASS or FAIL REASON.
# Exit code 0 or 1.
backend='dotnet /lab/app/virtio-host.dll' serve='' parts=all
while [ $# -gt 1 ]; do
    case $1 in
        --backend) backend=$2 ;;
        --parts) parts=$2 ;;
        *) echo "FAIL unknown option $1"; exit 1 ;;
    esac
    shift 2
done
case $parts in all | together) ;; *) echo "FAIL --parts: '$parts' is not all or together"; exit 1 ;; esac
# shellcheck source=lab/dom0/daemon.sh
. daemon.sh
# shellcheck source=lab/dom0/host-side.sh
. host-side.sh
# shellcheck source=/dev/null
. /lab/tools.sh

limit=800
id_a='' id_b='' wires=''
data_bytes=10485760

finish() {
    [ -z "$id_a" ] || ! exists "$id_a" || xl destroy a
    [ -z "$id_b" ] || ! exists "$id_b" || xl destroy b
    [ -z "$daemon_pid" ] || kill "$daemon_pid" 2> /dev/null
    sleep 0.5   # the readers get what is still to come
    # shellcheck disable=SC2086  # a list of words
    kill $readers $wires 2> /dev/null
    cp "$daemon_log" /out/ 2> /dev/null
}
fail() { finish; echo "FAIL $*"; exit 1; }
held() { say "held: $*"; }
# same WHAT GOT WANTED
same() { [ "$2" = "$3" ] || fail "$1: '$2' and not '$3'"; }

exists() { xenstore-exists "/local/domain/$1"; }
gone() { ! exists "$1"; }
log_of() { tr -d '\r' < "/var/log/xen/guest-$1.log"; }
says() { log_of "$1" | grep -aq "$2"; }
# await GUEST TEXT
await() {
    says_or_fails() { says "$1" "$2" || says "$1" GUEST-FAIL; }
    wait_until $limit says_or_fails "$1" "$2" || fail "guest $1 did not say '$2' within $limit s"
    says "$1" "$2" || fail "guest $1: $(log_of "$1" | grep -a GUEST-FAIL)"
}
hash() { sha256sum | cut -d' ' -f1; }

# --- what dom0 has ---

# Chips 0x1a, 0x48, 0x50, 0x51 and, for nobody, 0x2f.
prepare_i2c() {
    stub=$(bus 'SMBus stub driver') && lab=$(bus i2c-lab) || fail 'a bus is missing'
    i2cset -y "$stub" 0x50 0x20 0xa7 && i2cset -y "$stub" 0x51 0x20 0xa7 || fail i2cset
    i2cset -y "$stub" 0x48 0 0x8019 w || fail i2cset   # 25.5 degrees, the other way round
}

# Lines LINE0 to LINE7, the first four for guest a. Of four, 0 is held high and 3 low, 2 follows 1.
prepare_gpio() {
    gpio_sim 8 lab-lines 0:LINE0 1:LINE1 2:LINE2 3:LINE3 4:LINE4 5:LINE5 6:LINE6 7:LINE7
    echo pull-up > "$lines/sim_gpio0/pull"
    echo pull-up > "$lines/sim_gpio4/pull"
    echo none | tee /run/wire1.last > /run/wire5.last
    wires & wires=$!
}

# wires: line 2 becomes what 1 is, and 6 what 5 is, until it is killed. Seldom: a fork is dear in an emulated dom0.
wires() {
    while :; do
        for from in 1 5; do
            read -r value < "$lines/sim_gpio$from/value"
            read -r before < /run/wire$from.last
            [ "$value" != "$before" ] || continue
            if [ "$value" = 1 ]; then echo pull-up; else echo pull-down; fi > "$lines/sim_gpio$((from + 1))/pull"
            echo "$value" >> /run/wire$from
            echo "$value" > /run/wire$from.last
        done
        sleep 0.3
    done
}

# --- guests ---

# attach KIND BASE:IRQ OPTION...: to guest a, by the tool
attach() {
    kind=$1 base=${2%:*} irq=${2#*:}
    shift 2
    $backend attach "$kind" --domain a --transport mmio --mmio "$base" --irq "$irq" --timeout 120 "$@"
}

# by_keys ID KIND/NUMBER BASE:IRQ KEY VALUE...: a device by keys alone, as a toolstack writes them
by_keys() {
    front=/local/domain/$1/device/$2 back=/local/domain/0/backend/${2%/*}/$1/${2#*/} base=${3%:*} irq=${3#*:}
    domain=$1
    shift 3
    keys=''
    while [ $# -gt 1 ]; do keys="$keys $back/$1 $2"; shift 2; done
    # shellcheck disable=SC2086  # a list of words
    xenstore-write "$front/backend" "$back" "$front/backend-id" 0 "$front/state" 1 "$back/frontend" "$front" \
        "$back/frontend-id" "$domain" "$back/online" 1 "$back/state" 1 "$back/transport" mmio "$back/base" "$base" \
        "$back/irq" "$irq" "$back/grant_usage" 0 $keys || fail "xenstore-write for $back"
    backs="$backs $back"
}
backs=''
served() { for back in $backs; do [ "$(xenstore-read "$back/state")" = 2 ] || return 1; done; }

# Two by the tool, at the same time, since .NET starts slowly in an emulated dom0; the others by keys.
attach_all() {
    attach i2c 0xd0000000:5 -l "$stub:0x50:0x1a,$lab:0x52:0x68:0x2a5/10" & attaches=$!
    attach console 0xd0000600:8 --port pty:/run/console-a --port data=unix:/run/data-a.sock & attaches="$attaches $!"
    by_keys "$id_a" virtio/11 0xd0000200:6 type virtio,device29 lines lab-lines:0:1:2:3
    by_keys "$id_a" virtio/12 0xd0000400:7 type virtio,device4
    by_keys "$id_a" virtio_disk/0 0xd0000800:10 mode w params /dev/lab/disk0 format raw
    by_keys "$id_b" virtio/0 0xd0000000:5 type virtio,device22 devices "$stub:0x51:0x48"
    by_keys "$id_b" virtio/1 0xd0000200:6 type virtio,device29 lines lab-lines:4:5:6:7
    by_keys "$id_b" virtio/2 0xd0000400:7 type virtio,device4
    by_keys "$id_b" virtio/3 0xd0000600:8 type virtio,device3 ports pty:/run/console-b,data=unix:/run/data-b.sock
    by_keys "$id_b" virtio_disk/0 0xd0000800:10 mode w params /dev/lab/disk1 format raw
    for pid in $attaches; do wait "$pid" || fail "an attach to guest a exited with $?"; done
    wait_until 60 served || fail "not all devices are served: $(xenstore-ls -f /local/domain/0/error)"
}

# make GUEST PARTS CHIPS LINES: paused
make() {
    sed "s/^extra = \"/&lab.parts=$2 lab.chips=$3 lab.lines=$4 /" "/lab/guest/$1.cfg" > "/run/$1.cfg"
    xl create -q -p "/run/$1.cfg" || fail "xl create $1"
    say "domain $(xl domid "$1") is there, paused"
}

# data GUEST: 10 MiB each way through the port "data"
data() {
    dd if=/dev/urandom "of=/run/data-$1.sent" bs=1M count=10 2> /dev/null
    unix-cat "/run/data-$1.sock" $data_bytes < "/run/data-$1.sent" > "/run/data-$1.got" &
}

# ask GUEST COMMAND: what the shell on the guest's console says: the command, as it is typed, and a line of answer
ask() {
    exec 3<> "/run/console-$1" || return 1
    stty raw -echo <&3
    echo "$2" >&3
    timeout 20 head -n 2 <&3 | tr -d '\r'
    exec 3>&-
}
answers() { ask "$1" "echo it is \$((6 * $2))" | grep -q "^it is $((6 * $2))$"; }

# transfers GUEST: how many it has done since all held
transfers() { log_of "$1" | sed -n 's/.*went on: \([0-9]*\) transfers.*/\1/p' | tail -n 1; }
has_done() { [ "$(transfers "$1")" -ge "$2" ] || says "$1" GUEST-FAIL; }
# goes_on GUEST
goes_on() {
    await "$1" 'went on'
    wait_until 120 has_done "$1" $(($(transfers "$1") + 20)) || fail "guest $1 does not go on"
    ! says "$1" GUEST-FAIL || fail "guest $1: $(log_of "$1" | grep -a GUEST-FAIL)"
}

# --- what dom0 sees of what the guests did ---

check_i2c() {
    for chip in 0x50 0x51; do
        same "$chip in dom0" "$(i2cget -y "$stub" $chip 0x10) $(i2cget -y "$stub" $chip 0x12 w)" '0x5a 0xbeef'
    done
    same '0x52 in dom0' "$(i2ctransfer -y "$lab" w1@0x52 0xf8 r4)" '0xde 0xad 0xbe 0xef'
    # shellcheck disable=SC2046,SC2059  # a list of words; a format that has the bytes
    eeprom=$(printf "$(printf '\\%03o' $(i2ctransfer -y "$lab" w1@0x52 0 r64))" | hash)
    says a "at24: $eeprom" || fail "the EEPROM in dom0 has $eeprom"
    same '0x2a5/10 in dom0' "$(i2c-tenbit "$lab" 0x2a5 7)" 0x3c
    same 'date that guest a set' "$(i2ctransfer -y "$lab" w1@0x68 0 r7 | cut -d ' ' -f 5-)" '0x03 0x02 0x31'
    held 'i2c: dom0 sees on its buses what the guests wrote'
}

check_gpio() {
    for line in 1 5; do
        case $(tr '\n' ' ' < /run/wire$line) in *'1 0 1 '*) ;; *) fail "line $line was $(tr '\n' ' ' < /run/wire$line)" ;; esac
    done
    held 'gpio: dom0 saw the lines that the guests drove'
}

check_console() {
    for guest in a b; do
        whole() { [ "$(stat -c %s "/run/data-$guest.got")" = $data_bytes ]; }
        wait_until 30 whole || fail "of guest $guest's 10 MiB $(stat -c %s "/run/data-$guest.got") bytes came"
        says $guest "console: held: 10 MiB, sent $(hash < "/run/data-$guest.got") got $(hash < "/run/data-$guest.sent")" ||
            fail "the 10 MiB of guest $guest are not what was sent: $(hash < "/run/data-$guest.got") and" \
                "$(hash < "/run/data-$guest.sent") in dom0"
        answers $guest 7 || fail "the shell of guest $guest does not answer"
    done
    held 'console: 10 MiB each way, and a shell that answers'
}

check_disk() {
    says a "disk: held: 2 MiB, $(head -c 2097152 /dev/lab/disk0 | hash)" || fail "guest a's disk has other data in dom0"
    says b "disk: held: 2 MiB, $(head -c 2097152 /dev/lab/disk1 | hash)" || fail "guest b's disk has other data in dom0"
    held 'disk: dom0 sees what the guests wrote'
}

# --- together ---

prepare_i2c
prepare_gpio
show backend "$daemon_log"
for guest in a b; do show $guest /var/log/xen/guest-$guest.log; done
start_daemon
make a i2c,eeprom,tenbit,clock,gpio,rng,console,disk 50,1a,52,68 LINE0,LINE1,LINE2,LINE3
id_a=$(xl domid a)
make b i2c,lm75,gpio,rng,console,disk 51,48 LINE4,LINE5,LINE6,LINE7
id_b=$(xl domid b)
attach_all
data a
data b
say 'all is attached'
xl unpause a
xl unpause b
await a 'all held'
await b 'all held'
check_i2c
check_gpio
check_console
check_disk
held 'together: five devices each of two guests by one process'

# --- destroy, kill ---

destroy_a() {
    xl destroy a || fail 'xl destroy'
    wait_until 60 no_zombie "$id_a" || { xl list; fail 'domain a is still in the list'; }
}

destroy_while_in_use() {
    goes_on a
    goes_on b
    destroy_a
    goes_on b
    answers b 8 || fail 'the shell of guest b does not answer after the end of a'
    held 'destroy: guest b goes on without a, of which nothing is left'
}

kill_while_in_use() {
    ask b 'touch /tmp/across; echo across'
    await b 'gpio: waits for edges'
    same 'line 5 before the restart' "$(cat "$lines/sim_gpio5/value")" 1
    kill_daemon 1
    same 'line 5 after the restart' "$(cat "$lines/sim_gpio5/value")" 1
    goes_on b
    answers b 9 || answers b 9 || fail 'the shell of guest b does not answer after the restart'
    ask b 'touch /tmp/after; echo after'
    await b 'gpio: held: after the restart'
    held "kill: guest b goes on: $(log_of b | grep -a 'went on' | tail -n 1)"
}

case $parts in
    all)
        destroy_while_in_use
        kill_while_in_use
        ;;
    together) destroy_a ;;
esac

# --- stop ---

ask b 'touch /tmp/stop; echo stopping'
wait_until 60 gone "$id_b" || fail 'guest b does not end'
says b GUEST-PASS || fail "guest b: $(log_of b | grep -a GUEST-FAIL || echo 'no result')"
failures=$(log_of b | sed -n 's/.*stopped after .* of which \([0-9]*\) failed/\1/p')
[ "$failures" -le 1 ] || fail "$failures transfers of guest b failed, and one at most was in doubt"
wait_until 60 no_zombie "$id_b" || { xl list; fail 'domain b is still in the list'; }
# Who has written keys removes them.
for back in $backs; do xenstore-rm "$back"; done
# Those of the kind virtio, which libxl of 4.17 does not know, it leaves behind.
xenstore-rm /local/domain/0/backend/virtio 2> /dev/null
wait_until 120 nothing_attached || { $backend list; fail 'the daemon still has devices in its list'; }
id_a='' id_b=''
stop_daemon
[ "$daemon_rc" = 0 ] || fail "the daemon exited with $daemon_rc"
held 'stop: no device, no domain and no process is left'
finish
echo PASS
