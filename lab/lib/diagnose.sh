# shellcheck shell=bash
# Say why a run did not end as it should, from what the serial line and QEMU left.

serial_text() { tr -d '\r\000' < "$run_dir/serial.log"; }

# why_gone: QEMU ended by itself; the first thing that fits.
why_gone() {
    local line
    if line=$(serial_text | grep -m 1 -A 3 '(XEN) Panic on CPU' | sed 's/^(XEN) //' | tr '\n' ' ') && [ -n "$line" ]; then
        echo "Xen panicked: $line"
    elif line=$(serial_text | grep -m 1 -o 'Kernel panic - not syncing.*'); then
        echo "the dom0 kernel panicked: $line"
    elif line=$(serial_text | grep -m 1 -o 'LAB: .*failed.*'); then
        echo "dom0's init gave up: $line"
    elif [ ! -s "$run_dir/serial.log" ]; then
        echo "QEMU ended before Xen said anything: $(tail -n 3 "$run_dir/qemu.err")"
    else
        echo "QEMU ended: $(tail -n 3 "$run_dir/qemu.err" | tr '\n' ' ')"
    fi
}

# why_still: the machine does not answer any more; what its processors do, and which interrupts they have; then where they are two seconds later.
why_still() {
    echo "the machine stood still: dom0 answered nothing for $pulse_limit s; its processors:"
    ask_qemu 'info registers -a' 'info lapic' | sed '/^$/d; /^\(FCW\|FPR\|XMM\)/d; s/^/    | /'
    ask_qemu 'info registers -a' | sed -n '/RIP/s/^/    | /p'
}

# show_serial_tail: the last lines of Xen and dom0, and where all of them are.
show_serial_tail() {
    local kept=$run_dir/serial.log
    [ -s "$kept" ] || return 0
    say "the last lines of the serial line:"
    serial_text | tail -n 15 | sed 's/^/    | /' >&2
    if [ -n "$out" ]; then
        kept=$out/serial.log
    else
        mkdir -p "$lab/.cache/failed"
        kept=$lab/.cache/failed/serial-$$.log
        cp "$run_dir/serial.log" "$kept"
        find "$lab/.cache/failed" -name 'serial-*.log' -printf '%T@ %p\n' | sort -rn | tail -n +11 | cut -d' ' -f2- |
            xargs -r rm -f
    fi
    say "all of them: $kept"
}
