# shellcheck shell=bash
# The machine that QEMU plays, by architecture: its processor and devices, how the modules of a boot get into it, and what
# Xen and Linux must be told of it.

# How virtio devices are attached: x86_64 has a PCI bus, arm64's virt has slots for virtio-mmio.
virtio_bus() {
    case $architecture in
        x86_64) echo pci ;;
        arm64) echo device ;;
    esac
}

# virtio_driver: the module of that bus
virtio_driver() {
    case $architecture in
        x86_64) echo virtio_pci ;;
        arm64) echo virtio_mmio ;;
    esac
}

# machine_options: sets $machine to the program with all that differs. It boots, from $run_dir, the file kernel with
# $dom0_append as dom0 and gives it the file initrd, if there is one.
machine_options() { "machine_$architecture"; }

machine_x86_64() {
    local initrd=''
    [ ! -e "$run_dir/initrd" ] || initrd=,initrd
    # -cpu max has SVM and nested paging, also under TCG. Taken away are (see README.md, "Traps")
    #   smap    or else dom0 dies on its first return to user space
    #   rdtscp  or else a PVH guest hangs
    #   xsave   or else a guest warns about the size of its XSAVE area
    machine=(qemu-system-x86_64 -machine q35 -cpu 'max,-smap,-rdtscp,-xsave' -initrd "kernel ${dom0_append//,/,,}$initrd")
}

machine_arm64() {
    # Memory begins at 0x40000000. QEMU puts Xen at its beginning and the device tree at +128 MiB.
    machine=(qemu-system-aarch64 -machine 'virt,virtualization=on,gic-version=3' -cpu cortex-a57
        -device "guest-loader,addr=0x50000000,kernel=kernel,bootargs=${dom0_append//,/,,}")
    [ ! -e "$run_dir/initrd" ] || machine+=(-device 'guest-loader,addr=0x54000000,initrd=initrd')
}

machine_xen_options() {
    case $architecture in
        # spec-ctrl, xpti: mitigations of hardware that is not there
        x86_64) echo 'console=com1 com1=115200,8n1 spec-ctrl=no xpti=no' ;;
        arm64) echo 'console=dtuart' ;;
    esac
}

machine_linux_options() {
    case $architecture in
        x86_64) echo 'console=hvc0 earlyprintk=xen loglevel=4 panic=1 mitigations=off' ;;
        arm64) echo 'console=hvc0 loglevel=4 panic=1' ;;
    esac
}
