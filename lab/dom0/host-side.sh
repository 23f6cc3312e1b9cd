# shellcheck shell=sh
# For scripts in dom0: the I2C buses and the GPIO chip that guests get something of. The script defines "fail TEXT".

# bus NAME: prints the number of the adapter, or fails
bus() {
    for dir in /sys/bus/i2c/devices/i2c-*; do
        [ "$(cat "$dir/name")" != "$1" ] || { echo "${dir##*-}"; return; }
    done
    return 1
}

# gpio_sim COUNT LABEL NUMBER:NAME...: makes a chip of so many lines, some with names, by the module gpio-sim. Sets $lines, where
# sim_gpioN/value and sim_gpioN/pull are; and $chip, the chip's name.
gpio_sim() {
    mount -t configfs configfs /sys/kernel/config || fail configfs
    sim=/sys/kernel/config/gpio-sim/lab
    mkdir -p $sim/bank
    echo "$1" > $sim/bank/num_lines
    echo "$2" > $sim/bank/label
    shift 2
    for line; do
        mkdir "$sim/bank/line${line%%:*}"
        echo "${line#*:}" > "$sim/bank/line${line%%:*}/name"
    done
    echo 1 > $sim/live || fail 'gpio-sim'
    chip=$(cat $sim/bank/chip_name)
    lines=/sys/devices/platform/$(cat $sim/dev_name)/$chip
}
