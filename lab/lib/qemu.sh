# shellcheck shell=bash
# Start QEMU with Xen in it, follow what dom0 reports, stop it.
#
# lab/exec and lab/boot set $run_dir (with the files kernel and, if there is one, initrd in it), $dom0_mem, $guests_mem,
# $cpus, $xen_append, $dom0_append, and call add_disk and add_port. The machine itself: lib/machine.sh.

# shellcheck source=machine.sh
. "$lab/lib/machine.sh"
# shellcheck source=pulse.sh
. "$lab/lib/pulse.sh"

qemu_pid=''
exec {control}< /dev/null   # add_report_ports opens it for dom0's reports
qemu_disks=()
qemu_ports=()
qemu_monitor=(-monitor none)

# add_disk FILE SERIAL [readonly]
add_disk() {
    local options=file.locking=on
    [ "${3:-}" != readonly ] || options=read-only=on
    # cache.no-flush: the host's page cache is as durable as a lab needs. A comma in a file name is written twice.
    qemu_disks+=(-blockdev "driver=raw,node-name=$2,cache.no-flush=on,file.driver=file,$options,file.filename=${1//,/,,}"
        -device "virtio-blk-$(virtio_bus),drive=$2,serial=$2")
}

xen_command_line() {
    # bootscrub=no: wiping memory that QEMU just zeroed takes a second or more. No "noreboot": a panic makes Xen reboot, and
    # QEMU's -no-reboot makes that an end that lab/exec notices.
    echo "$(machine_xen_options) dom0_mem=${dom0_mem}M,max:${dom0_mem}M dom0_max_vcpus=$cpus" \
        "bootscrub=no loglvl=all guest_loglvl=all $xen_append"
}

# add_port NAME NUMBER [pipe]: a virtio-serial port whose data goes to $run_dir/NAME, or by the pipes NAME.in and NAME.out
add_port() {
    qemu_ports+=(-chardev "${3:-file},id=$1,path=$1" -device "virtserialport,chardev=$1,name=lab.$1,nr=$2")
}

# machine_memory: dom0's, the guests', and some for Xen. There is room for guests that are made by hand, too.
machine_memory() {
    local others=$((guests_mem + 128))
    echo $((dom0_mem + (others > 1024 ? others : 1024)))
}

# add_report_ports: what dom0's init reports over. Number 0 is for a console, which this has none of.
add_report_ports() {
    add_port stdout 1
    add_port stderr 2
    add_port out 3
    add_port control 4
    mkfifo "$run_dir/control"
    # Opened for reading and writing, so that neither end waits for the other.
    exec {control}<> "$run_dir/control"
    pulse_open
    : > "$run_dir/stdout"
    : > "$run_dir/stderr"
}

qemu_start() {
    local threads=single machine
    # A thread for each processor is faster, but for one it only costs.
    [ "$cpus" = 1 ] || threads=multi
    [ ${#qemu_ports[@]} = 0 ] || qemu_ports=(-device "virtio-serial-$(virtio_bus),max_ports=8" "${qemu_ports[@]}")
    : > "$run_dir/serial.log"
    # QEMU takes values apart at commas and spaces, so no path of the host may be in them: links, and a cd.
    ln -s "$cache/xen" "$run_dir/xen"
    machine_options

    # setsid: Ctrl-C is for this script, which then stops QEMU in order. setpriv: if this script dies without a chance to
    # do so, QEMU goes too.
    (
        cd "$run_dir" || exit
        exec setsid setpriv --pdeathsig TERM "${machine[@]}" \
            -accel tcg,thread=$threads,tb-size=512 -m "$(machine_memory)" -smp "$cpus" \
            -nodefaults -display none "${qemu_monitor[@]}" -no-reboot -net none \
            -serial file:serial.log "${qemu_ports[@]}" "${qemu_disks[@]}" \
            -kernel xen -append "$(xen_command_line)"
    ) < /dev/null > "$run_dir/qemu.err" 2>&1 {control}>&- {run_lock}>&- &
    qemu_pid=$!
}

qemu_alive() { kill -0 "$qemu_pid" 2>/dev/null; }

# next_report SECONDS: sets $report to dom0's next line, or to "timeout", "gone" (QEMU ended) or "still" (it has no pulse).
next_report() {
    local deadline=$(($(now_ms) + $1 * 1000)) part=''
    while :; do
        # A read that runs out of time leaves what came of the line by then; the rest comes with a later one.
        if IFS= read -r -t 0.5 -u "$control" report; then report=$part$report; return; fi
        part+=$report
        if ! qemu_alive; then
            # A last line may have come between the two looks.
            if IFS= read -r -t 0.1 -u "$control" report; then report=$part$report; else report=gone; fi
            return
        fi
        if [ "$(now_ms)" -ge "$deadline" ]; then report=timeout; return; fi
        pulse_beat || { report=still; return; }
    done
}

# qemu_stop: SIGTERM makes QEMU finish the writes that the guest already handed over. Only ever the QEMU started above.
qemu_stop() {
    local n=0
    [ -n "$qemu_pid" ] || return 0
    kill -TERM "$qemu_pid" 2>/dev/null || true
    while qemu_alive && [ $n -lt 50 ]; do sleep 0.1; n=$((n + 1)); done
    kill -KILL "$qemu_pid" 2>/dev/null || true
    wait "$qemu_pid" 2>/dev/null || true
    qemu_pid=''
}
