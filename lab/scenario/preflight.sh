# shellcheck shell=bash
# What the main job needs of a machine before anything is fetched. Each lack is named with what to do.

# lacking TEXT: this machine, or the command line, lacks something.
lacking() {
    printf 'run: %s\n' "$*" >&2
    exit 2
}

preflight() {
    local id='' free
    [ -r /etc/os-release ] && id=$(. /etc/os-release && echo "${ID:-} ${ID_LIKE:-}")
    case " $id " in
        *' debian '*) ;;
        *) lacking 'this is not Debian: the lab takes Xen, its tools and the kernels from Debian packages (apt)' ;;
    esac
    [ "$(uname -m)" = x86_64 ] || lacking "this is $(uname -m): the lab boots the x86_64 Xen, on an x86_64 host"
    [ "$(id -u)" = 0 ] || lacking 'not root: installing packages and reading block devices need it; try sudo ./run'
    command -v dotnet > /dev/null ||
        lacking 'no dotnet on PATH: install the .NET 10 SDK (Debian does not package it), then run this again'
    dotnet --list-sdks | grep -q '^10\.' ||
        lacking "no .NET 10 SDK: 'dotnet --list-sdks' says $(dotnet --list-sdks | tr '\n' ';')"
    free=$(($(stat -f -c '%a * %S' "$here") / 1024 / 1024))
    [ "$free" -ge 3072 ] || lacking "disk space: 3072 MiB are needed below $here, $free MiB are free"
}
