#!/bin/sh
# Runs in the guest: what the pages say for the guest, for the devices that are there. /lab/pages has the commands of each page
# and what is to come of them. Then it waits for its end. Says "all held: PAGE", or GUEST-FAIL REASON.
# shellcheck source=/dev/null
. /lab/tools.sh
# shellcheck source=wait.sh
. /lab/wait.sh
pages=/lab/pages

say() { read -r up _ < /proc/uptime; echo "GUEST: [$up] $*"; }
fail() { say "$*"; dmesg | tail -n 10; echo "GUEST-FAIL $*"; sleep 1000; }
# command PAGE PATTERN: the page's command that begins so
command_of() { grep -- "^$2" "$pages/$1/guest.sh" | head -n 1; }
# do_it PAGE PATTERN: carries it out; what it printed is in /tmp/said
do_it() {
    line=$(command_of "$1" "$2")
    [ -n "$line" ] || fail "$1: the page has no command $2"
    say "$1: # $line"
    (eval "$line") > /tmp/said || fail "$1: $line exited with $?"
    cat /tmp/said
}
# as_on PAGE: compares what was printed with the page, blanks aside
as_on() {
    for file in /tmp/said "$pages/$1/guest.expected"; do
        sed 's/[[:space:]]\{1,\}/ /g; s/ $//' "$file" > "/tmp/${file##*/}.compared"
    done
    cmp /tmp/said.compared /tmp/guest.expected.compared || fail "$1: the page shows: $(cat /tmp/guest.expected.compared)"
}

has() { grep -qx "$1" /sys/bus/virtio/devices/*/device 2> /dev/null; }

i2c() {
    wait_for 20 [ -e /dev/i2c-0 ] || fail 'i2c: no adapter'
    i2cdetect -l > /tmp/said
    cat /tmp/said
    grep -q "^i2c-0.*$(cat $pages/i2c/guest.adapter) [0-9]" /tmp/said || fail 'i2c: the adapter has another name'
    do_it i2c i2cdetect
    as_on i2c
    do_it i2c i2ctransfer
    do_it i2c 'echo 24c02'
    [ "$(wc -c < /sys/bus/i2c/devices/0-0050/eeprom)" = 256 ] || fail 'i2c: no EEPROM'
    do_it i2c 'echo ds1338'
    grep -q 2026 /tmp/said || fail 'i2c: hwclock shows another year'
}

gpio() {
    wait_for 20 [ -e /dev/gpiochip0 ] || fail 'gpio: no chip'
    do_it gpio gpioinfo
    # The chip of dom0 leaves a line as an earlier guest left it.
    [ "$page" = host ] || as_on gpio
    eval "$(command_of gpio gpioset) &"
    setter=$!
    on() { gpioinfo | grep -q 'lamp.*output'; }
    wait_for 20 on || fail 'gpio: the lamp is no output'
    say 'gpio: lamp is on'
    do_it gpio gpioget
    eval "$(command_of gpio gpiomon) > /tmp/button &"
    watcher=$!
    say 'gpio: watching the button'
    wait_for 60 grep -q . /tmp/button || fail 'gpio: gpiomon shows nothing'
    say "gpio: the button: $(head -n 1 /tmp/button)"
    kill $setter $watcher
}

rng() {
    do_it rng cat
    [ "$(cat /tmp/said)" = "$(cat $pages/rng/guest.expected)" ] || fail 'rng: it is not the current one'
    do_it rng head
    [ "$(wc -l < /tmp/said)" = 2 ] || fail 'rng: not 32 bytes'
}

# udev would make this
name_ports() {
    mkdir -p /dev/virtio-ports
    for dir in /sys/class/virtio-ports/*; do
        name=$(cat "$dir/name" 2> /dev/null)
        [ -z "$name" ] || ln -sf "../${dir##*/}" "/dev/virtio-ports/$name"
    done
    [ -e /dev/virtio-ports/log ]
}
console() {
    hvc() { [ -c /dev/hvc1 ] && (: > /dev/hvc1) 2> /dev/null; }
    wait_for 20 hvc || fail 'console: no hvc1'
    # The terminal learns its size a moment after it is opened, and forgets it when nobody has it open any longer.
    exec 7<> /dev/hvc1
    sized() { [ "$(eval "$(command_of console stty)")" = "$(cat "$pages/console/guest.expected")" ]; }
    wait_for 20 sized
    do_it console stty
    as_on console
    exec 7>&-
    [ "$page" = console ] || return
    wait_for 20 name_ports || fail 'console: no port log'
    do_it console cat
    grep -qx log /tmp/said || fail 'console: the port has another name'
    # The lab has no systemd, and so no getty.
    (stty raw -echo < /dev/hvc1; exec sh < /dev/hvc1 > /dev/hvc1 2>&1) &
    say 'console: a shell is there'
    # Waits until somebody is at the other end.
    do_it console 'echo hello'
    wait_for 120 [ -e /tmp/typed ] || fail 'console: nobody typed anything'
}

disk() {
    dd if=/dev/urandom of=/dev/vda bs=64k count=4 oflag=direct conv=fsync || fail 'disk: write'
    say "disk: # $(head -c 1048576 /dev/vda | sha256sum)"
}

page='' parts=''
for pair in 0x0002:disk 0x0022:i2c 0x0029:gpio 0x0004:rng 0x0003:console; do
    has "${pair%:*}" || continue
    parts="$parts ${pair#*:}" page=${page:+host}
    page=${page:-${pair#*:}}
done
say "$page: devices:$parts"
[ "$page" != host ] || [ "$parts" = ' disk i2c gpio rng console' ] || fail "the devices are$parts"
for part in $parts; do $part; done
say "all held: $page"
sleep 1000
