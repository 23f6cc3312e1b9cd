#!/bin/sh
# Runs in dom0: the walk-through of each page, its commands as they stand there.
#
# What the pages take for granted, and dom0 gets here: bus 1 with chips at 0x50 and 0x68 (i2c-lab), GPIO chip 0 with the lines
# 4 (lamp) and 17 (button), /srv/sensor.img, sensor.cfg in the current directory, and the programs on PATH.
#
# Prints what the programs and the guests say, "held" with what held, and at the end PASS or FAIL REASON. Exit code 0 or 1.
# shellcheck source=lab/dom0/daemon.sh
. daemon.sh
# shellcheck source=lab/dom0/host-side.sh
. host-side.sh
# shellcheck source=/dev/null
. /lab/tools.sh

limit=180 serving=''
log=/var/log/xen/guest-sensor.log

held() { say "held: $*"; }
fail() {
    trap - EXIT
    echo '--- guest:'
    tail -n 40 $log
    xenstore-ls -f /local/domain/0/error 2> /dev/null
    [ -z "$serving" ] || kill -9 "$serving" 2> /dev/null
    xl destroy sensor 2> /dev/null
    echo "FAIL $*"
    exit 1
}
says() { tr -d '\r' < $log | grep -aq "$1"; }
says_or_fails() { says "$1" || says GUEST-FAIL; }
await() {
    wait_until $limit says_or_fails "$1" || fail "$page: the guest did not say '$1' within $limit s"
    says "$1" || fail "$page: $(grep -a GUEST-FAIL $log)"
}
ended() { ! kill -0 "$serving" 2> /dev/null; }

# --- what the pages take for granted ---

programs() {
    for name in i2c gpio rng console host; do
        printf '#!/bin/sh\nexec dotnet /lab/virtio-%s/virtio-%s.dll "$@"\n' $name $name > /usr/bin/virtio-$name
        chmod 755 /usr/bin/virtio-$name
    done
}

# --- step 1 of a page: what there is in dom0. Modules are there; the lab has no list of them for modprobe. ---

found() { grep -Eq "$1" /run/found || fail "$page: step 1 does not show $1"; }
found_i2c() {
    found '^i2c-1.*i2c-lab'
    found '^50: 50 '
    found '^60: .* 68 '
}
found_gpio() {
    found '^gpiochip0 .*lab-lines'
    found 'line +4:.*lamp'
    found 'line +17:.*button'
}
find_all() {
    : > /run/found
    while read -r line; do
        [ "${line%% *}" = modprobe ] || $line >> /run/found || fail "$page: $line exited with $?"
    done < "/lab/pages/$1/find.sh"
    cat /run/found
    [ ! -s /run/found ] || "found_$1"
}

# --- what a guest needs of someone in dom0 while it does what its page says ---

beside_gpio() {
    await 'gpio: lamp is on'
    wait_until 20 grep -q 1 "$lines/sim_gpio4/value" || fail 'the lamp is not on in dom0'
    gpioinfo -c gpiochip0 | grep -E 'line +(4|17):'
    gpioinfo -c gpiochip0 | grep -E 'line +4:.*virtio-gpio' > /dev/null || fail 'gpioinfo does not show who has the lamp'
    await 'gpio: watching the button'
    n=0
    until says 'gpio: the button' || [ $n -ge 20 ]; do
        echo pull-up > "$lines/sim_gpio17/pull"
        sleep 1
        echo pull-down > "$lines/sim_gpio17/pull"
        sleep 1
        n=$((n + 1))
    done
}

# The pages have screen and socat for it.
beside_console() {
    await 'console: a shell is there'
    unix-cat "/run/virtio-console/log-$id.sock" 6 < /dev/null > /run/hello & reader=$!
    hello() { [ "$(head -n 1 /run/hello)" = hello ]; }
    wait_until 60 hello || fail 'what the guest wrote to its port did not come'
    kill $reader 2> /dev/null
    exec 3<> "/run/virtio-console/console-$id-0" || fail 'there is no terminal'
    stty raw -echo <&3
    # shellcheck disable=SC2016  # for the shell of the guest
    echo 'echo it is $((6 * 7)); touch /tmp/typed' >&3
    timeout 20 head -n 2 <&3 | tr -d '\r' | grep -q '^it is 42$' || fail 'the shell on the console does not answer'
    exec 3>&-
}

beside_i2c() { :; }
beside_rng() { :; }
beside_host() { beside_gpio; }

walk() {
    page=virtio-$1
    say "--- $page: $(tr '\n' ';' < "/lab/pages/$1/dom0.sh")"
    cd /lab/guest || fail cd
    : > $log
    serving=''
    find_all "$1"
    set -e
    trap 'fail "$page: a command of the page failed"' EXIT
    # shellcheck source=/dev/null
    . "/lab/pages/$1/dom0.sh"
    trap - EXIT
    set +e
    serving=$!
    id=$(xl domid sensor)
    "beside_$1"
    await "all held: $1"
    tr -d '\r' < $log | grep -a '^GUEST'
    while read -r line; do
        $line < /dev/null || fail "$page: $line exited with $?"
        held "$page: $line"
    done < "/lab/pages/$1/end.sh"
    xl destroy sensor || fail 'xl destroy'
    kill "$serving"
    wait_until 60 ended || fail "$page: the daemon did not end"
    wait "$serving"
    code=$?
    [ $code = 0 ] || fail "$page: the daemon exited with $code"
    # What libxl does not know of, it leaves behind.
    xenstore-rm /local/domain/0/backend/virtio 2> /dev/null
    xenstore-rm /local/domain/0/backend/virtio_disk 2> /dev/null
    held "$page"
}

programs
gpio_sim 20 lab-lines 4:lamp 17:button
[ "$chip" = gpiochip0 ] || fail "the lines are at $chip"
[ "$(bus i2c-lab)" = 1 ] || fail "the chips are on bus $(bus i2c-lab)"
mkdir -p /srv
ln -s /dev/lab/disk0 /srv/sensor.img
for kind in i2c gpio rng console host; do walk $kind; done
echo PASS
