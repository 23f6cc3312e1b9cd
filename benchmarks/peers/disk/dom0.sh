#!/bin/sh
# Runs in dom0: an HVM guest with three disks: one that virtio-disk serves, one that the guest's QEMU serves, and fio.
#
#   dom0.sh TURNS SECONDS
fail() { echo "FAIL $*"; cat /lab/backend.log /var/log/xen/qemu-dm-bench.log 2>/dev/null; exit 1; }
backend='dotnet /lab/app/virtio-disk.dll'
mkdir /store
mount -t ext4 /dev/lab/disk0 /store || fail mount
$backend serve > /lab/backend.log 2>&1 &
daemon=$!
n=0
until grep -q '^ready' /lab/backend.log; do
    n=$((n + 1))
    [ $n -lt 300 ] || fail 'the daemon is not ready'
    sleep 0.2
done
sed "s/^extra = \"/&lab.turns=$1 lab.seconds=$2 /" /lab/guest/bench.cfg > /run/bench.cfg
cat >> /run/bench.cfg << 'EOF'
device_model_args_hvm = ["-drive", "file=/store/qemu.raw,if=none,id=q,format=raw,cache=writeback,aio=threads",
    "-device", "virtio-blk-pci,drive=q,serial=qemu,addr=0x12,disable-legacy=on"]
EOF
xl create -q -p /run/bench.cfg || fail 'xl create'
id=$(xl domid bench)
$backend attach --timeout 120 --domain "$id" --format raw --image /store/disk.raw --transport pci --pci 00:10.0 --serial ours || fail attach
$backend attach --timeout 120 --domain "$id" --format raw --image /dev/lab/disk1 --read-only --transport pci --pci 00:11.0 || fail attach
xl unpause bench
while xl domid bench > /dev/null 2>&1; do sleep 1; done
grep -a '^BENCH\|GUEST-' /var/log/xen/guest-bench.log | tr -d '\r'
kill $daemon
