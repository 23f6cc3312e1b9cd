#!/bin/sh
# Runs in dom0: a domain of an image of baremetal/build, from its creation to its end.
#
#   bare-domain.sh NAME pv|pvh IMAGE [COMMAND LINE...]
#
# Prints the domain's console, and then a line "NAME ended: STATE", STATE as xl list shows it: ---s-- if the domain has
# shut down, ---sc- if it has crashed. The exit code is 0 if it ended within two minutes, else 1.
name=$1 type=$2 image=$3
shift 3
log=/var/log/xen/guest-$name.log
cat > "/lab/$name.cfg" << END
name = "$name"
type = "$type"
kernel = "$image"
extra = "$*"
memory = 32
vcpus = 1
tsc_mode = "native"
on_poweroff = "preserve"
on_reboot = "preserve"
on_crash = "preserve"
END
: > "$log"
xl create -q "/lab/$name.cfg" || { echo "bare-domain: xl create $name" >&2; exit 1; }
n=0
while :; do
    state=$(xl list "$name" | awk 'NR == 2 { print $5 }')
    case $state in *s*) break ;; esac
    n=$((n + 1))
    [ $n -lt 240 ] || break
    sleep 0.5
done
sleep 0.5   # the console daemon writes what it has read
tr -d '\r' < "$log"
echo "$name ended: $state"
xl destroy "$name"
case $state in *s*) ;; *) exit 1 ;; esac
