#!/bin/sh
# Runs in the guest: use the virtio i2c, gpio, rng, console and disk that a program in dom0 serves, all at the same time.
#
# On the kernel's command line:
#   lab.parts=PART[,PART]...   what is used
#     i2c      just the chips of lab.chips answer; bytes, words and blocks go to and fro
#     eeprom   the chip at 0x52, by combined messages and by the driver at24
#     tenbit   the chip at the 10-bit address 0x2a5
#     clock    the chip at 0x68 by the driver rtc-ds1307: it goes on from 2026-01-02 03:04:05; hwclock reads and sets it
#     lm75     the chip at 0x48 by the driver lm75
#     gpio     lines 0 to 3: dom0 holds 0 high and 3 low, and makes 2 follow 1
#     rng      /dev/hwrng
#     console  a shell on /dev/hvc1 (Xen's own console is hvc0); 10 MiB each way through the port "data"
#     disk     /dev/vda: 2 MiB written and read
#   lab.chips=XX[,XX]...       the first is a register file, which the others' drivers leave alone
#   lab.lines=NAME[,NAME]...   the names of the lines
#
# Then it goes on with i2c until /tmp/stop is there, which dom0 makes by the console. The last word is GUEST-PASS or
# GUEST-FAIL REASON.
# shellcheck source=/dev/null
. /lab/tools.sh
# shellcheck source=wait.sh
. /lab/wait.sh
parts='' chips='' lines=''
# shellcheck disable=SC2013  # words are what is wanted
for word in $(cat /proc/cmdline); do
    case $word in
        lab.parts=*) parts=$(echo "${word#lab.parts=}" | tr , ' ') ;;
        lab.chips=*) chips=$(echo "${word#lab.chips=}" | tr , ' ') ;;
        lab.lines=*) lines=$(echo "${word#lab.lines=}" | tr , ' ') ;;
    esac
done
chip=0x${chips%% *}

say() { read -r up _ < /proc/uptime; echo "GUEST: [$up] $*"; }
# fail TEXT: ends a part
fail() { say "$part: $*"; echo "$part: $*" > "/tmp/failed.$part"; exit 1; }
held() { say "$part: held: $*"; }

hash() { sha256sum | cut -d' ' -f1; }

# same WHAT GOT WANTED
same() { [ "$2" = "$3" ] || fail "$1: '$2' and not '$3'"; }

# --- i2c ---

# adapter: sets $bus to the number of the virtio adapter
adapter() {
    for dir in /sys/bus/i2c/devices/i2c-*; do
        case $(cat "$dir/name" 2> /dev/null) in *virtio*) bus=${dir##*-}; return ;; esac
    done
    return 1
}

# answering: the chips that i2cdetect finds, or that have a driver
answering() {
    i2cdetect -y "$bus" | sed '1d; s/^..://' | tr -s ' ' '\n' | grep -E '^[0-9a-f]{2}$' | tr '\n' ' ' | sed 's/ $//'
}

# with_driver NAME ADDRESS: binds a driver of the kernel to the chip
with_driver() { echo "$1" "0x$2" > "/sys/bus/i2c/devices/i2c-$bus/new_device" || fail "no device $1"; }

i2c() {
    i2cset -y "$bus" "$chip" 0x10 0x5a b || fail 'i2cset'
    same 'byte' "$(i2cget -y "$bus" "$chip" 0x10 b)" 0x5a
    i2cset -y "$bus" "$chip" 0x12 0xbeef w || fail 'i2cset of a word'
    same 'word' "$(i2cget -y "$bus" "$chip" 0x12 w)" 0xbeef
    # Each register of an i2c-stub is a word; as bytes it is the lower one.
    i2cset -y "$bus" "$chip" 0x13 0x77 b || fail 'i2cset'
    same "dom0's byte" "$(i2cget -y "$bus" "$chip" 0x20 b)" 0xa7
    same 'i2cdump' "$(i2cdump -y -r 0x10-0x1f "$bus" "$chip" b 2> /dev/null | sed -n 's/^10: \(.\{11\}\).*/\1/p')" '5a 00 ef 77'
    same 'block' "$(i2ctransfer -y "$bus" "w1@$chip" 0x10 r4)" '0x5a 0x00 0xef 0x77'
    held 'bytes, words and blocks of a chip'
    n=0
    while [ $n -lt 20 ]; do
        i2cset -y "$bus" "$chip" 0x30 $n && same 'again' "$(i2cget -y "$bus" "$chip" 0x30)" "$(printf '0x%02x' $n)"
        n=$((n + 1))
    done
    i2cget -y "$bus" 0x2f 0 2> /tmp/none && fail 'a chip that is not ours answers'
    held 'no other chip answers'
}

eeprom() {
    i2ctransfer -y "$bus" w5@0x52 0xf8 0xde 0xad 0xbe 0xef || fail 'i2ctransfer'
    same 'combined transfer' "$(i2ctransfer -y "$bus" w1@0x52 0xf8 r4)" '0xde 0xad 0xbe 0xef'
    held 'combined messages'
    with_driver 24c02 52
    file=/sys/bus/i2c/devices/$bus-0052/eeprom
    wait_for 10 [ -e "$file" ] || fail 'no eeprom'
    same 'size' "$(wc -c < "$file")" 256
    dd if=/dev/urandom of=/tmp/eeprom bs=64 count=1 2> /dev/null
    dd if=/tmp/eeprom of="$file" bs=64 conv=notrunc 2> /dev/null || fail 'write'
    same 'what was written' "$(head -c 64 "$file" | hash)" "$(hash < /tmp/eeprom)"
    held "at24: $(hash < /tmp/eeprom)"
}

tenbit() {
    i2c-tenbit "$bus" 0x2a5 0x07 0x3c || fail 'write'
    same 'byte' "$(i2c-tenbit "$bus" 0x2a5 0x07)" 0x3c
    i2c-tenbit "$bus" 0x2a6 0 2> /dev/null && fail 'another 10-bit address answers'
    held 'a 10-bit address'
}

# The clock's time in seconds since 1970, and the guest's since it booted.
seconds() { cat "$attributes/since_epoch"; }
uptime() { read -r up _ < /proc/uptime; echo "${up%.*}"; }
# shows TIME SECONDS: the clock shows TIME, or that many seconds more at most
shows() {
    first=$(date -u -d "$1" +%s)
    now=$(seconds) || fail 'the clock is not read'
    [ "$now" -ge "$first" ] && [ "$now" -le $((first + $2)) ] || fail "it shows $now, and $1 is $first"
}
# ticks: it goes on, and not faster than the time
ticks() {
    begin=$(uptime)
    from=$(seconds) || fail 'the clock is not read'
    moved() { now=$(seconds) && [ "$now" != "$from" ]; }
    wait_for 10 moved || fail "it stands still at $from"
    took=$(($(uptime) - begin))
    [ "$now" -gt "$from" ] && [ $((now - from)) -le $((took + 3)) ] || fail "it went from $from to $now in $took s"
}
clock() {
    with_driver ds1307 68
    rtc() { grep -lq ds1307 /sys/class/rtc/rtc*/name 2> /dev/null; }
    wait_for 10 rtc || fail 'no clock'
    device=$(grep -l ds1307 /sys/class/rtc/rtc*/name)
    attributes=${device%/name}
    device=/dev/${attributes##*/}
    shows '2026-01-02 03:04:05' 3600
    ticks
    before=$(hwclock -r -u -f "$device") || fail 'hwclock -r'
    case $before in *2026*) ;; *) fail "hwclock shows $before" ;; esac
    date -u -s '2031-02-03 04:05:06' > /dev/null || fail 'date -s'
    hwclock -w -u -f "$device" || fail 'hwclock -w'
    shows '2031-02-03 04:05:06' 30
    ticks
    held "$device: $before, and, set, $(hwclock -r -u -f "$device")"
}

lm75() {
    with_driver lm75 48
    input() { cat /sys/bus/i2c/devices/"$bus"-0048/hwmon/hwmon*/temp1_input 2> /dev/null; }
    wait_for 10 input > /dev/null || fail 'no temperature'
    same 'temperature' "$(input)" 25500
    held "$(input) thousandths of a degree"
}

# --- gpio: gpiod 1 and 2 have different command lines ---

if gpiodetect --version | grep -q ' v1'; then
    get() { gpioget "$gpio" "$1"; }
    hold() { gpioset --mode=signal "$gpio" "$1" & holder=$!; }
    info() { gpioinfo "$gpio"; }
    monitor() { gpiomon --num-events="$2" --format='%e' "$gpio" "$1"; }
else
    get() { gpioget --numeric --chip "$gpio" "$1"; }
    hold() { gpioset --chip "$gpio" "$1" & holder=$!; }
    info() { gpioinfo --chip "$gpio"; }
    monitor() { gpiomon --num-events="$2" --format='%e' --chip "$gpio" "$1"; }
fi
direction() { info | sed -n "s/.*line *$1:.*[[:space:]]\\(input\\|output\\).*/\\1/p"; }

# find_gpio: sets $gpio to the name of the virtio chip
find_gpio() {
    gpio=$(gpiodetect | sed -n 's/ \[virtio.*//p')
    [ -n "$gpio" ] || fail "no chip: $(gpiodetect)"
}

# toggle_until_ended: drives line 1 until $monitor has seen its edges. As often as dom0 needs to see them, and each long
# enough: Linux looks at the line after the interrupt to tell a rising edge from a falling one.
toggle_until_ended() {
    ended() { ! kill -0 "$monitor" 2> /dev/null; }
    n=0
    while [ $n -lt 40 ] && ! ended; do
        hold "1=$((n % 2))"
        sleep 3
        kill $holder
        wait $holder 2> /dev/null
        n=$((n + 1))
    done
    wait_for 10 ended || { kill $monitor; fail "edges: $(tr '\n' ' ' < /tmp/edges)"; }
}

gpio() {
    find_gpio
    # shellcheck disable=SC2046  # a list of words
    set -- $(info)
    for name in $lines; do
        case " $* " in *"\"$name\""*) ;; *) fail "gpioinfo does not name $name: $*" ;; esac
    done
    held "gpioinfo: $*"
    same 'direction of line 0' "$(direction 0)" input
    same 'line 0' "$(get 0)" 1
    same 'line 3' "$(get 3)" 0
    held 'lines that dom0 holds'
    follows() { [ "$(get 2)" = "$value" ]; }
    for value in 1 0 1; do
        hold "1=$value"
        wait_for 20 follows || fail "line 2 does not become $value"
        same 'direction of line 1' "$(direction 1)" output
        kill $holder
        wait $holder 2> /dev/null
    done
    held 'a line that the guest drives, and one that follows it'
    monitor 2 4 > /tmp/edges & monitor=$!
    sleep 2
    toggle_until_ended
    grep -q 1 /tmp/edges && grep -q '[02]' /tmp/edges || fail "edges of one kind only: $(tr '\n' ' ' < /tmp/edges)"
    held "edges: $(tr '\n' ' ' < /tmp/edges)"
}

# gpio_across: holds line 1 high and waits for edges of line 2 when /tmp/across is there, and uses both when /tmp/after is:
# between them dom0 has the daemon killed.
gpio_across() {
    find_gpio
    until [ -e /tmp/across ]; do sleep 1; done
    hold 1=1
    sleep 3
    monitor 2 2 > /tmp/edges & monitor=$!
    sleep 2
    say 'gpio: waits for edges'
    until [ -e /tmp/after ]; do sleep 1; done
    same 'line 0' "$(get 0)" 1
    same 'line 3' "$(get 3)" 0
    same 'direction of line 1' "$(direction 1)" output
    kill $holder
    wait $holder 2> /dev/null
    toggle_until_ended
    held 'after the restart: lines that are read and driven, and edges'
}

# --- rng ---

rng() {
    case $(cat /sys/class/misc/hw_random/rng_current) in virtio*) ;; *) fail 'it is not the current one' ;; esac
    dd if=/dev/hwrng of=/tmp/random bs=512 count=8 iflag=fullblock 2> /dev/null || fail 'read'
    same 'size' "$(wc -c < /tmp/random)" 4096
    # That many bytes by chance have all values, but for a few.
    kinds=$(hexdump -v -e '1/1 "%02x\n"' /tmp/random | sort -u | wc -l)
    [ "$kinds" -gt 200 ] || fail "only $kinds kinds of bytes"
    [ "$(head -c 2048 /tmp/random | hash)" != "$(tail -c 2048 /tmp/random | hash)" ] || fail 'it repeats'
    held "4096 bytes of $kinds kinds"
}

# --- console ---

# port NAME: its device
port() {
    for dir in /sys/class/virtio-ports/*; do
        if [ "$(cat "$dir/name" 2> /dev/null)" = "$1" ]; then echo "/dev/${dir##*/}"; return; fi
    done
    return 1
}

console() {
    wait_for 10 port data > /dev/null || fail "no port 'data': $(cat /sys/class/virtio-ports/*/name)"
    data=$(port data)
    dd if=/dev/urandom of=/tmp/sent bs=1M count=10 2> /dev/null
    exec 5<> "$data" || fail 'open'
    cat /tmp/sent >&5 & sender=$!
    got=$(head -c 10485760 <&5 | hash)
    wait $sender || fail 'write'
    exec 5>&-
    held "10 MiB, sent $(hash < /tmp/sent) got $got"
    rm /tmp/sent
}

# shell_on DEVICE: commands that come there are carried out, and answered there, for ever
shell_on() {
    stty raw -echo < "$1"
    # shellcheck disable=SC2094  # a terminal
    exec < "$1" > "$1" 2>&1
    while :; do sh; sleep 0.2; done
}

# --- disk ---

disk() {
    wait_for 30 [ -b /dev/vda ] || fail 'no disk'
    dd if=/dev/urandom of=/tmp/block bs=64k count=32 2> /dev/null
    dd if=/tmp/block of=/dev/vda bs=64k oflag=direct conv=fsync 2> /dev/null || fail 'write'
    same 'what was written' "$(dd if=/dev/vda bs=64k count=32 iflag=direct 2> /dev/null | hash)" "$(hash < /tmp/block)"
    held "2 MiB, $(hash < /tmp/block)"
}

# --- all at once ---

case " $parts " in
    *' i2c '*)
        part=i2c
        wait_for 20 adapter || fail 'no adapter'
        adapter
        same 'i2cdetect' "$(answering)" "$(echo "$chips" | tr ' ' '\n' | sort | tr '\n' ' ' | sed 's/ $//')"
        held "i2cdetect: $(answering)"
        ;;
esac
case " $parts " in
    *' console '*)
        part=console
        hvc() { [ -c /dev/hvc1 ] && (: > /dev/hvc1) 2> /dev/null; }
        wait_for 20 hvc || fail 'no hvc1'
        shell_on /dev/hvc1 &
        ;;
esac
jobs=''
for part in $parts; do
    $part & jobs="$jobs $!"
done
# shellcheck disable=SC2086  # a list of words
wait $jobs
if ls /tmp/failed.* > /dev/null 2>&1; then
    dmesg | tail -n 20
    echo "GUEST-FAIL $(cat /tmp/failed.*)"
    exit 1
fi
say 'all held'
case " $parts " in
    *' gpio '*) (part=gpio && gpio_across) || echo "GUEST-FAIL $(cat /tmp/failed.gpio)" & ;;
esac

# A transfer that nobody knows of whether it was done fails, once; the next one is carried out.
n=0 failures=0
until [ -e /tmp/stop ]; do
    value=$((n % 256))
    if i2cset -y "$bus" "$chip" 0x30 $value 2> /dev/null && got=$(i2cget -y "$bus" "$chip" 0x30 2> /dev/null); then
        [ $((got)) = $value ] || { echo "GUEST-FAIL wrote $value, read $got"; exit 1; }
    else
        failures=$((failures + 1))
    fi
    n=$((n + 1))
    [ $((n % 10)) != 0 ] || say "went on: $n transfers, $failures failed"
done
say "stopped after $n transfers, of which $failures failed"
echo GUEST-PASS
