#!/bin/sh
# Runs in the guest: the kernel module hostile plays a broken and a malicious driver of each device that dom0 serves.
#
#   lab.kinds=KIND[,KIND]...   on the kernel's command line: what is at 0xd0000000, 0xd0000200 and so on
#
# The last word is GUEST-PASS or GUEST-FAIL REASON.
kinds=''
# shellcheck disable=SC2013  # words are what is wanted
for word in $(cat /proc/cmdline); do
    case $word in lab.kinds=*) kinds=$(echo "${word#lab.kinds=}" | tr , ' ') ;; esac
done

say() { read -r up _ < /proc/uptime; echo "GUEST: [$up] $*"; }

failed='' place=0
for kind in $kinds; do
    dmesg -c > /dev/null
    insmod /lab/hostile.ko kind="$kind" base=$((0xd0000000 + 0x200 * place)) || failed="$failed $kind"
    rmmod hostile
    dmesg | sed -n 's/.*hostile: //p' | while read -r line; do say "hostile: $line"; done
    dmesg | grep -q "hostile: all held: .* of $kind" || failed="$failed $kind"
    place=$((place + 1))
done
if [ -z "$failed" ]; then echo GUEST-PASS; else echo "GUEST-FAIL not all held:$failed"; fi
