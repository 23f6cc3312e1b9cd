# shellcheck shell=bash
# ACPI tables that give a PVH or HVM guest what Xen's own do not declare. The guest's kernel takes them from the front of
# its initrd (CONFIG_ACPI_TABLE_UPGRADE): an SSDT with a virtio-mmio transport for each device, because Debian's kernel
# has no virtio_mmio.device= parameter, and a MADT with an I/O APIC for their interrupts, because PVH has none.

readonly ioapic_base=FEC00000   # emulated for PVH by the device model, together with the devices

# ssdt_source BASE:IRQ...: LNRO0005 is the id that the virtio_mmio driver binds to. A transport takes 0x200 bytes.
ssdt_source() {
    local spec n=0
    echo 'DefinitionBlock ("virtio.aml", "SSDT", 2, "XENLAB", "VIRTMMIO", 1) { Scope (\_SB) {'
    for spec; do
        printf 'Device (VR%02X) { Name (_HID, "LNRO0005") Name (_UID, %d) Name (_CRS, ResourceTemplate () {\n' $n $n
        printf '    Memory32Fixed (ReadWrite, 0x%08X, 0x200)\n' $((${spec%:*}))
        printf '    Interrupt (ResourceConsumer, Edge, ActiveHigh, Exclusive) { %d } }) }\n' $((${spec#*:}))
        n=$((n + 1))
    done
    echo '} }'
}

# madt_source VCPUS: replaces the guest's own, so it has the same OEM ids ("Xen", "HVM"), a higher revision, and the
# same local APICs; Xen numbers them 2 * vcpu. No length and no checksum: iasl computes them.
madt_source() {
    local vcpu
    cat << 'EOF'
[0004] Signature : "APIC"
[0004] Table Length : 00000000
[0001] Revision : 02
[0001] Checksum : 00
[0006] Oem ID : "Xen"
[0008] Oem Table ID : "HVM"
[0004] Oem Revision : 00000001
[0004] Asl Compiler ID : "XLAB"
[0004] Asl Compiler Revision : 00000001
[0004] Local Apic Address : FEE00000
[0004] Flags (decoded below) : 00000000
       PC-AT Compatibility : 0
EOF
    for ((vcpu = 0; vcpu < $1; vcpu++)); do
        printf '[0001] Subtable Type : 00\n[0001] Length : 08\n'
        printf '[0001] Processor ID : %02X\n[0001] Local Apic ID : %02X\n' $vcpu $((2 * vcpu))
        printf '[0004] Flags (decoded below) : 00000001\n Processor Enabled : 1\n Runtime Online Capable : 0\n'
    done
    printf '[0001] Subtable Type : 01\n[0001] Length : 0C\n[0001] I/O Apic ID : 10\n[0001] Reserved : 00\n'
    printf '[0004] Address : %s\n[0004] Interrupt : 00000000\n' "$ioapic_base"
}

# acpi_tables TYPE VCPUS BASE:IRQ...: into the overlay, where the kernel of a PVH or HVM guest looks for them. HVM guests
# have an I/O APIC of Xen's, and so no need of another MADT.
acpi_tables() {
    local type=$1 vcpus=$2 to=$run_dir/overlay/kernel/firmware/acpi
    shift 2
    mkdir -p "$to"
    ssdt_source "$@" > "$run_dir/virtio.asl"
    compile_table "$run_dir/virtio.asl" "$to/virtio"
    [ "$type" = pvh ] || return 0
    madt_source "$vcpus" > "$run_dir/madt.asl"
    compile_table "$run_dir/madt.asl" "$to/madt"
}

compile_table() { # compile_table SOURCE OUT (without .aml)
    iasl -p "$2" "$1" > "$1.log" 2>&1 || die "iasl: $(cat "$1.log")"
}
