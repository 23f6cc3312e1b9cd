# shellcheck shell=bash
# What the main job needs of a machine before anything is fetched. Each lack is named with what to do.

readonly without_xen=' Without Xen: ./run --simulate'

# lacking TEXT: this machine, or the command line, lacks something.
lacking() {
    printf 'run: %s\n' "$*" >&2
    exit 2
}

preflight() {
    local free
    [ "$(id -u)" = 0 ] || lacking "not root: installing packages and reading block devices need it; try sudo ./run.$without_xen"
    free=$(($(stat -f -c '%a * %S' "$here") / 1024 / 1024))
    [ "$free" -ge 3072 ] || lacking "disk space: 3072 MiB are needed below $here, $free MiB are free"
    lab_host_is_right || exit 2
    need_dotnet
}

need_dotnet() {
    command -v dotnet > /dev/null ||
        lacking 'no dotnet on PATH: install the .NET 10 SDK (Debian does not package it), then run this again'
    dotnet --list-sdks | grep -q '^10\.' ||
        lacking "no .NET 10 SDK: 'dotnet --list-sdks' says $(dotnet --list-sdks | tr '\n' ';')"
}

# lab_host_is_right: what the lab asks of its host, by the lab's own check; lab/fetch skips it when it has nothing to do.
lab_host_is_right() (
    # shellcheck source=lab/lib/common.sh
    . "$here/lab/lib/common.sh"
    # shellcheck source=lab/lib/host.sh
    . "$here/lab/lib/host.sh"
    die() { lacking "$*.$without_xen"; }
    select_xen "$xen_version"
    check_host "$(needed_mib base)"
)
