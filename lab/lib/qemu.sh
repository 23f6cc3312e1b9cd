# shellcheck shell=bash
# Start QEMU with Xen in it, follow what dom0 reports, stop it.
#
# lab/exec sets $run_dir (with the file initrd in it), $dom0_mem, $guests_mem, $cpus, $xen_append, $dom0_append, and calls add_disk.

qemu_pid=''
qemu_disks=()
qemu_ports=()

# add_disk FILE SERIAL [readonly]
add_disk() {
    local options=file.locking=on
    [ "${3:-}" != readonly ] || options=read-only=on
    # cache.no-flush: the host's page cache is as durable as a lab needs. A comma in a file name is written twice.
    qemu_disks+=(-blockdev "driver=raw,node-name=$2,cache.no-flush=on,file.driver=file,$options,file.filename=${1//,/,,}"
        -device "virtio-blk-pci,drive=$2,serial=$2")
}

xen_command_line() {
    # spec-ctrl, xpti: mitigations of hardware that is not there. bootscrub=no: wiping memory that QEMU just zeroed takes
    # a second or more. No "noreboot": a panic makes Xen reboot, and QEMU's -no-reboot makes that an end that lab/exec notices.
    echo "console=com1 com1=115200,8n1 dom0_mem=${dom0_mem}M,max:${dom0_mem}M dom0_max_vcpus=$cpus" \
        "spec-ctrl=no xpti=no bootscrub=no loglvl=all guest_loglvl=all $xen_append"
}

dom0_command_line() { echo "console=hvc0 earlyprintk=xen loglevel=4 panic=1 mitigations=off $dom0_append"; }

# add_port NAME NUMBER: a virtio-serial port whose data goes to $run_dir/NAME
add_port() {
    qemu_ports+=(-chardev "file,id=$1,path=$1" -device "virtserialport,chardev=$1,name=lab.$1,nr=$2")
}

# machine_memory: dom0's, the guests', and some for Xen. There is room for guests that are made by hand, too.
machine_memory() {
    local others=$((guests_mem + 128))
    echo $((dom0_mem + (others > 1024 ? others : 1024)))
}

qemu_start() {
    local kernel_line threads=single
    # A thread for each processor is faster, but for one it only costs.
    [ "$cpus" = 1 ] || threads=multi
    kernel_line=$(dom0_command_line)
    # Number 0 is for a console, which this has none of.
    add_port stdout 1
    add_port stderr 2
    add_port out 3
    add_port control 4
    mkfifo "$run_dir/control"
    # Opened for reading and writing, so that neither end waits for the other.
    exec {control}<> "$run_dir/control"
    : > "$run_dir/stdout"
    : > "$run_dir/stderr"
    : > "$run_dir/serial.log"

    # QEMU takes the -initrd value apart at commas and spaces, so no path of the host may be in it: links, and a cd.
    ln -s "$cache/xen" "$run_dir/xen"
    ln -s "$cache/vmlinux" "$run_dir/vmlinux"

    # -cpu max has SVM and nested paging, also under TCG. Taken away are (see README.md, "Traps")
    #   smap    or else dom0 dies on its first return to user space
    #   rdtscp  or else a PVH guest hangs
    #   xsave   or else a guest warns about the size of its XSAVE area
    # setsid: Ctrl-C is for this script, which then stops QEMU in order. setpriv: if this script dies without a chance to
    # do so, QEMU goes too.
    (
        cd "$run_dir" || exit
        exec setsid setpriv --pdeathsig TERM qemu-system-x86_64 \
            -accel tcg,thread=$threads,tb-size=512 -machine q35 -cpu max,-smap,-rdtscp,-xsave \
            -m "$(machine_memory)" -smp "$cpus" \
            -nodefaults -display none -monitor none -no-reboot -net none \
            -serial file:serial.log \
            -device virtio-serial-pci,max_ports=8 "${qemu_ports[@]}" "${qemu_disks[@]}" \
            -kernel xen -append "$(xen_command_line)" \
            -initrd "vmlinux ${kernel_line//,/,,},initrd"
    ) < /dev/null > "$run_dir/qemu.err" 2>&1 {control}>&- {run_lock}>&- &
    qemu_pid=$!
}

qemu_alive() { kill -0 "$qemu_pid" 2>/dev/null; }

# next_report SECONDS: sets $report to dom0's next line, or to "timeout" or "gone" (QEMU ended).
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
