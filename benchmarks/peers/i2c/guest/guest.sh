#!/bin/sh
# Runs in the guest: reads bytes of the chip at 0x52 for ever.
while ! grep -q virtio /sys/bus/i2c/devices/i2c-0/name 2> /dev/null; do sleep 0.2; done
exec i2c-loop /dev/i2c-0 0x52 100
