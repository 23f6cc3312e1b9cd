#!/bin/sh
# Runs in dom0: samples/domain-monitor as a PV and as a PVH domain beside a guest of xl, whose life its table must follow.
#
#   monitor.sh IMAGE SHIM GUEST
#
#   IMAGE   of baremetal/build
#   SHIM    of xs-domain.c, compiled
#   GUEST   as given to lab/exec --guest
#
# Three monitors run: "plain" (PV) may ask Xen about itself only, "pv" and "pvh" about all domains. The guest is created
# paused, unpaused, paused, and destroyed; after each step both tables must say so. Then XenStore tells them to end.
# All three run the suite of hypercalls first. Others crash on request: their consoles must say why, and xl that they
# have. Two are destroyed by xl as soon as they end: their consoles have the last line nevertheless.
# Prints the consoles, and at the end PASS or FAIL REASON. Exit code 0 or 1.
image=$1 shim=$2 guest=$3
monitors='plain pv pvh' crashing='trap bounds null stack' passing='short fault'
on_end=preserve

say() { read -r up _ < /proc/uptime; echo "dom0: [$up] $*"; }

log_of() { echo "/var/log/xen/guest-monitor-$1.log"; }

finish() {
    for name in $monitors $crashing $passing; do
        sed "s/^/$name: /" "$(log_of "$name")" 2>/dev/null | tr -d '\r'
    done
}
fail() { finish; xl list; echo "FAIL $*"; exit 1; }

# wait_until SECONDS COMMAND...: false if it did not come true
wait_until() {
    read -r up _ < /proc/uptime
    end=$((${up%.*} + $1))
    shift
    until "$@"; do
        read -r up _ < /proc/uptime
        [ "${up%.*}" -lt "$end" ] || return 1
        sleep 0.3
    done
}

# start NAME TYPE SETTINGS [PRELOAD]
start() {
    cat > "/lab/monitor-$1.cfg" << END
name = "monitor-$1"
type = "$2"
kernel = "$image"
extra = "$3"
memory = 32
vcpus = 1
tsc_mode = "native"
on_poweroff = "$on_end"
on_reboot = "$on_end"
on_crash = "$on_end"
END
    : > "$(log_of "$1")"
    LD_PRELOAD=${4:-} xl create -q "/lab/monitor-$1.cfg" || fail "xl create monitor-$1"
}

# table NAME: the rows of its last table that is complete
table() {
    tr -d '\r' < "$(log_of "$1")" | awk '
        /^table / { rows = ""; next }
        /^id / { next }
        /^[0-9]+ domains?$/ { last = rows; next }
        /^[0-9]+ / { rows = rows $0 "\n" }
        END { printf "%s", last }'
}

# shows NAME ID STATE: its last table has that domain, and a state that matches
shows() { table "$1" | awk -v id="$2" '$1 == id { print $3 }' | grep -q "^$3\$"; }
lacks() { table "$1" | grep -q . && ! table "$1" | grep -q "^$2 "; }
says() { grep -aq "$2" "$(log_of "$1")"; }
crashed() { [ "$(xl list "monitor-$1" | awk 'NR == 2 { print $5 }')" = '---sc-' ]; }
gone() { ! xl domid "monitor-$1" > /dev/null 2>&1; }
ended() { [ "$(xl list "monitor-$1" | awk 'NR == 2 { print $5 }')" = '---s--' ]; }

# both STEP COMMAND [ARG...]: COMMAND NAME ARG... comes true for both monitors that see all domains
both() {
    step=$1 command=$2
    shift 2
    for name in pv pvh; do
        wait_until 60 "$command" "$name" "$@" || fail "$step: the table of $name does not say so"
    done
    say "$step: both tables say so"
}

start trap pvh panic=trap
start bounds pv panic=bounds
start null pvh panic=null
start stack pvh panic=stack
for name in $crashing; do
    wait_until 60 crashed "$name" || fail "xl does not say that $name has crashed"
    wait_until 5 says "$name" '^rip [0-9a-f]\{16\} rsp [0-9a-f]\{16\}' || fail "$name shows no registers"
    xl destroy "monitor-$name"
done
says trap '^panic: trap 0x0d (general protection), error code 0x0000' || fail 'trap does not say which'
says bounds '^panic: index out of range' || fail 'bounds does not say why'
for name in null stack; do
    says "$name" '^panic: trap 0x0e (page fault), error code 0x0002' || fail "$name does not say which"
done
says null 'cr2 0000000000000000' || fail 'null does not say where'
say 'four have crashed, and said why'

on_end=destroy
start short pv 'suite=1 count=1'
start fault pvh 'suite=1 panic=trap'
for name in $passing; do
    wait_until 60 gone "$name" || fail "xl does not destroy $name"
done
wait_until 5 says short '^domain-monitor: done' || fail 'the last line of short is missing'
wait_until 5 says fault '^r13 [0-9a-f]\{16\} r14 [0-9a-f]\{16\} r15 ' || fail 'the last line of fault is missing'
on_end=preserve
say 'two are gone, and their last lines are there'

start plain pv 'interval=1 suite=1'
start pv pv 'interval=1 suite=1' "$shim"
start pvh pvh 'interval=1 suite=1' "$shim"
for name in $monitors; do
    wait_until 60 says "$name" '^[0-9]* domain' || fail "$name prints no table"
    says "$name" '^suite: [1-9][0-9]* held, 0 not held' || fail "$name: the suite does not hold"
done
says plain 'may not list domains: shows itself only' || fail 'plain does not say what it may not do'
says plain 'sysctl 0x[0-9a-f]*: not for this domain (EPERM)' || fail 'plain does not know the version of sysctl'
own=$(xl domid monitor-plain)
wait_until 10 shows plain "$own" 'r-----' || fail 'plain does not show itself'
table plain | grep -q "^$own  *monitor-plain " || fail 'plain does not know its name'
for name in pv pvh; do
    says $name 'lists all domains' || fail "$name may not list domains"
done
# One that did not sleep would always be runnable.
wait_until 30 shows pvh "$(xl domid monitor-pv)" '-b----' || fail 'pv does not sleep'
wait_until 30 shows pv "$(xl domid monitor-pvh)" '-b----' || fail 'pvh does not sleep'
say 'three monitors run'

xl create -q -p "/lab/guest/$guest.cfg" || fail "xl create $guest"
id=$(xl domid "$guest")
both 'created, paused' shows "$id" '--p---'
xl unpause "$guest"
both unpaused shows "$id" '[r-][b-]----'
xl pause "$guest"
both paused shows "$id" '[r-][b-]p---'
xl destroy "$guest"
both destroyed lacks "$id"

for name in $monitors; do
    domain=$(xl domid "monitor-$name")
    xenstore-write "/local/domain/$domain/data/domain-monitor/count" 1
    wait_until 30 ended "$name" || fail "$name does not end when XenStore tells it"
    wait_until 5 says "$name" '^domain-monitor: done' || fail "$name does not say that it is done"
    xl destroy "monitor-$name"
done
say 'all three have ended in order'
finish
echo PASS
