#!/bin/sh
# Runs in the guests of lab/exec --guest pv|pvh|hvm: say what this guest is, and that user space works.
#
# lab.stay on the kernel command line: then stay, until dom0 ends the guest.
echo "GUEST: hypervisor $(cat /sys/hypervisor/type), type $(cat /sys/hypervisor/guest_type), $(nproc) vcpus"
echo GUEST-PASS
grep -qw lab.stay /proc/cmdline || exit 0
while :; do sleep 1000; done
