# shellcheck shell=bash
# What the host must be and have. Used by lab/fetch, and by ./run before it.

readonly host_release='12 (bookworm)'

# command:package. No recommends: qemu-system-x86 would bring a desktop's worth of libraries.
readonly common_tools='qemu-system-x86_64:qemu-system-x86 cpio:cpio depmod:kmod readelf:binutils iasl:acpica-tools
    mke2fs:e2fsprogs xz:xz-utils tar:tar flock:util-linux setpriv:util-linux'

# host_tools_of SET...: sets $host_tools to what these sets need, to be fetched and to be used.
host_tools_of() {
    host_tools="$common_tools $more_host_tools"
    [ "$architecture" != arm64 ] || host_tools+=' qemu-system-aarch64:qemu-system-arm'
    case " $* " in *' modules '*) host_tools+=' gcc:gcc make:make ldd:libc-bin' ;; esac
}

# needed_mib SET...: downloads, unpacked packages, layers and the files of one run.
needed_mib() {
    local set mib=0
    for set; do
        case $set in base) mib=$((mib + 2000)) ;; *) mib=$((mib + 700)) ;; esac
    done
    echo $mib
}

check_host() { # check_host MIB
    local id='' version='' name='' free
    if [ -r /etc/os-release ]; then
        id=$(. /etc/os-release && echo "${ID:-}")
        version=$(. /etc/os-release && echo "${VERSION_ID:-}")
        name=$(. /etc/os-release && echo "${PRETTY_NAME:-}")
    fi
    [ "$id:$version" = "debian:${host_release%% *}" ] ||
        die "the lab takes its tools from Debian $host_release; this host is ${name:-unknown}"
    [ "$(dpkg --print-architecture)" = amd64 ] || die "the lab needs an amd64 host, this one is $(dpkg --print-architecture)"

    mkdir -p "$cache" || die "cannot write to $cache"
    free=$(df -Pm "$cache" | awk 'NR == 2 { print $4 }')
    [ "$free" -ge "$1" ] || die "$cache needs $1 MiB of free disk space, there are $free MiB"
}

missing_tools() { # prints the packages to install
    local pair
    for pair in $host_tools; do
        command -v "${pair%%:*}" >/dev/null || echo "${pair#*:}"
    done | sort -u
}

install_host_tools() {
    local packages
    mapfile -t packages < <(missing_tools)
    [ ${#packages[@]} -gt 0 ] || return 0
    [ "$(id -u)" = 0 ] || die "as root, install these host packages first: apt-get install --no-install-recommends ${packages[*]}"
    say "installing on the host: ${packages[*]}"
    apt_know host "${packages[@]}"
    apt_install "${packages[@]}" || { apt_update host && apt_install "${packages[@]}"; } || die "apt-get install failed, see above"
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
        -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@" >&2
}
