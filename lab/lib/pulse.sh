# shellcheck shell=bash
# The pulse of a machine: a line to dom0 and back, twice a second while its command runs.
#
# Each line is an interrupt that no timer of Xen's has to come for: should QEMU have lost the timer's (README.md, "Traps"),
# all domains would stand still until another comes. A machine that does not answer even so is at its end; QEMU can be
# asked what its processor does.

pulse_last=''
pulse_limit=120   # seconds without an answer

# pulse_open: dom0's port and QEMU's monitor, by pipes in $run_dir; before QEMU starts.
pulse_open() {
    mkfifo "$run_dir"/{pulse,qmp}.{in,out}
    # Opened for reading and writing, so that neither end waits for the other.
    exec {pulse_in}<> "$run_dir/pulse.in" {pulse_out}<> "$run_dir/pulse.out" \
        {qmp_in}<> "$run_dir/qmp.in" {qmp_out}<> "$run_dir/qmp.out"
    echo '{"execute": "qmp_capabilities"}' >&"$qmp_in"
    add_port pulse 5 pipe
    qemu_monitor=(-chardev pipe,id=qmp,path=qmp -mon chardev=qmp,mode=control)
}

# pulse_begin: dom0 is up, and will answer.
pulse_begin() { pulse_last=$(now_ms); }

# pulse_beat: sends a line, takes the answers; fails if there was none for too long.
pulse_beat() {
    local answer
    [ -n "$pulse_last" ] || return 0
    echo >&"$pulse_in"
    while IFS= read -r -t 0.01 -u "$pulse_out" answer; do pulse_last=$(now_ms); done
    [ $(($(now_ms) - pulse_last)) -lt $((pulse_limit * 1000)) ]
}

# ask_qemu COMMAND...: of QEMU's human monitor; prints the answers, and returns two seconds after the last one.
ask_qemu() {
    local command answer
    for command; do
        printf '{"execute": "human-monitor-command", "arguments": {"command-line": "%s"}}\n' "$command" >&"$qmp_in"
    done
    while IFS= read -r -t 2 -u "$qmp_out" answer; do
        case $answer in *'{"return": "'*) printf '%b\n' "${answer#*'{"return": '}" | tr -d '\r"}' ;; esac
    done
}
