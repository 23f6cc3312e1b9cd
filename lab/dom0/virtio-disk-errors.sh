#!/bin/sh
# Runs in dom0: what virtio-disk says when it cannot serve, with a guest that is there but paused. Each case prints
# its exit code and message; the test that started this script judges them.
image=/dev/lab/disk0
guest=disk

try() {
    name=$1
    shift
    dotnet /lab/app/virtio-disk.dll serve "$@" > /run/try.txt 2>&1
    echo "$name: $?: $(tr '\n' ' ' < /run/try.txt)"
}

xl create -q -p "/lab/guest/$guest.cfg" || exit 1
id=$(xl domid $guest)
try no-such-domain --domain 4242 --image $image --mmio 0xd0000000 --irq 5
try address-in-ram --domain "$id" --image $image --mmio 0x1000000 --irq 5
try address-of-io-apic --domain "$id" --image $image --mmio 0xfec00000 --irq 5
try no-image --domain "$id" --image /lab/none.img --mmio 0xd0000000 --irq 5
dd if=/dev/zero of=/lab/empty.img count=0 2> /dev/null
truncate -s 1M /lab/other.img
try empty-image --domain "$id" --image /lab/empty.img --mmio 0xd0000000 --irq 5
mv /dev/xen/evtchn /dev/xen/evtchn.away
try no-event-channels --domain "$id" --image $image --mmio 0xd0000000 --irq 5
mv /dev/xen/evtchn.away /dev/xen/evtchn

await_ready() { until grep -q '^ready' /run/serve.txt || ! kill -0 $pid 2> /dev/null; do sleep 1; done; }

# Nothing may be left behind by any of them, nor by a server that was stopped: the next one gets number 0 again.
for n in 1 2; do
    dotnet /lab/app/virtio-disk.dll serve --verbose --domain "$id" --image $image --mmio 0xd0000000 --irq 5 \
        > /run/serve.txt 2>&1 &
    pid=$!
    await_ready
    [ $n != 1 ] || try image-in-use --domain "$id" --image $image --mmio 0xd0001000 --irq 6
    [ $n != 1 ] || try guest-in-use --domain "$id" --image /lab/other.img --mmio 0xd0001000 --irq 6
    kill $pid
    wait $pid
    echo "stopped-$n: $?: $(tr '\n' ' ' < /run/serve.txt)"
done

# A guest that ends takes its backend with it.
dotnet /lab/app/virtio-disk.dll serve --domain "$id" --image $image --mmio 0xd0000000 --irq 5 > /run/serve.txt 2>&1 &
pid=$!
await_ready
xl destroy $guest
wait $pid
echo "destroyed: $?: $(tr '\n' ' ' < /run/serve.txt)"
xl list
