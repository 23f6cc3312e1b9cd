# shellcheck shell=sh
# For scripts in dom0 that start a daemon and guests which it serves: what is said, waiting, the daemon's beginning and end.
#
# The script sets $backend (the program) and $serve (options of its serve), and defines "fail TEXT", which ends it; that
# ends the processes $daemon_pid and $readers, too.
daemon_pid='' daemon_rc='' readers='' starts=0
daemon_log=/lab/backend.log

say() { read -r up _ < /proc/uptime; echo "dom0: [$up] $*"; }

# show NAME FILE: a file as it grows, with a name and the time before each line. Left out is what every PVH guest here
# complains of: it has no PCI, and nobody answers for the ports of ACPI's events.
show() {
    : >> "$2"
    mkfifo "/run/show.$1"
    tail -n +1 -f "$2" > "/run/show.$1" & readers="$readers $!"
    while IFS= read -r line; do
        case $line in
            *'No config space access function'* | *'No handler or method for GPE'*) ;;
            *) read -r up _ < /proc/uptime; echo "$1: [$up] $line" ;;
        esac
    done < "/run/show.$1" & readers="$readers $!"
}

# wait_until SECONDS COMMAND...: false if it did not come true. A guest whose kernel has died is not waited for. It looks
# once a second: a look is a program or two, which take the processor from the guests for a tenth of that.
wait_until() {
    read -r up _ < /proc/uptime
    end=$((${up%.*} + $1)) turn=0
    shift
    until "$@"; do
        read -r up _ < /proc/uptime
        [ "${up%.*}" -lt "$end" ] || return 1
        turn=$((turn + 1))
        [ $((turn % 4)) != 0 ] || ! kernel_died || fail "the kernel of a guest has died: $(head -n 1 /run/kernel-death)"
        sleep 1
    done
}
kernel_died() { cat /var/log/xen/guest-*.log 2> /dev/null | grep -aE 'Oops: |Kernel panic' > /run/kernel-death; }

# no_zombie ID: a domain leaves "(null)" in the list while someone still holds its memory.
no_zombie() { ! xl list | awk -v id="$1" '$2 == id { found = 1 } END { exit !found }'; }
nothing_attached() { [ "$($backend list --json 2>/dev/null | tr -d ' \n')" = '[]' ]; }

daemon_ended() { ! kill -0 "$daemon_pid" 2>/dev/null; }
daemon_is_ready() { [ "$(grep -c '^ready' $daemon_log)" -ge "$starts" ] || daemon_ended; }

# show_threads: what each thread of the daemon does, and in which call of the kernel
show_threads() {
    say "the daemon is not ready yet; load $(cat /proc/loadavg)"
    for task in "/proc/$daemon_pid/task"/*; do
        # shellcheck disable=SC2046  # a list of words
        set -- $(sed 's/.*) //' "$task/stat")
        say "thread $(cat "$task/comm"): state $1, ticks ${12} and ${13}, in $(cat "$task/wchan"), call $(cat "$task/syscall")"
    done
}

start_daemon() {
    starts=$((starts + 1))
    # shellcheck disable=SC2086,SC2154  # lists of words, which the script sets
    $backend serve $serve >> $daemon_log 2>&1 &
    daemon_pid=$!
    wait_until 120 daemon_is_ready || { show_threads; wait_until 120 daemon_is_ready; } ||
        { show_threads; fail 'the daemon is not ready after 240 s'; }
    if daemon_ended; then wait "$daemon_pid"; fail "the daemon ended with $? before it was ready"; fi
    say 'the daemon is ready'
}

stop_daemon() {
    kill "$daemon_pid"
    wait_until 60 daemon_ended || { kill -9 "$daemon_pid"; fail 'the daemon did not end within 60 s of SIGTERM'; }
    wait "$daemon_pid"
    daemon_rc=$?
    daemon_pid=''
    say "the daemon exited with $daemon_rc"
}

kill_daemon() { # kill_daemon SECONDS: it is back after them
    kill -9 "$daemon_pid"
    wait "$daemon_pid" 2>/dev/null
    say 'the daemon is killed'
    sleep "$1"
    start_daemon
}
