#!/bin/sh
# Runs in a guest of lab/mkguest --dotnet: hello-hypercall, as the guest's kernel comes, and then with hypercalls let
# through; and XenStore through its device, by a packet made by hand.
#
# The last word is GUEST-PASS or GUEST-FAIL REASON.
hello='dotnet /lab/app/hello-hypercall.dll'
say() { read -r up _ < /proc/uptime; echo "GUEST: [$up] $*"; }
fail() { echo "GUEST-FAIL $*"; exit 1; }

# A message is four numbers of 32 bits (READ is 2, request, transaction, length) and its text; the answer is one, too.
say 'asking XenStore for domid'
exec 3<> /dev/xen/xenbus
printf '\002\000\000\000\052\000\000\000\000\000\000\000\006\000\000\000domid\000' >&3 || fail 'cannot write to XenStore'
answer=$(dd bs=4096 count=1 <&3 2> /dev/null | od -An -v -t x1 | tr -d ' \n')
exec 3>&-
say "XenStore: $answer"
case $answer in
    020000002a00000000000000010000003?) ;;
    *) fail 'XenStore did not answer with a digit' ;;
esac

say 'as the kernel comes'
$hello
code=$?
[ $code = 1 ] || fail "exit code $code, not 1"
# xenfs holds xen-privcmd.
umount /proc/xen && rmmod xenfs && rmmod xen_privcmd || fail 'rmmod'
insmod /lib/modules/xen-privcmd.ko unrestricted=1 && insmod /lib/modules/xenfs.ko || fail 'insmod'
mount -t xenfs xenfs /proc/xen
say 'unrestricted'
$hello || fail "exit code $?"
echo GUEST-PASS
