# shellcheck shell=bash
# What the host must be and have. Used by lab/fetch, and by ./run before it.

readonly needed_mib=2000   # downloads, unpacked packages, layers and the files of one run

# command:package. No recommends: qemu-system-x86 would bring a desktop's worth of libraries.
readonly host_tools='qemu-system-x86_64:qemu-system-x86 cpio:cpio depmod:kmod readelf:binutils iasl:acpica-tools
    mke2fs:e2fsprogs xz:xz-utils tar:tar flock:util-linux setpriv:util-linux'

check_host() {
    local id='' version='' name='' free
    if [ -r /etc/os-release ]; then
        id=$(. /etc/os-release && echo "${ID:-}")
        version=$(. /etc/os-release && echo "${VERSION_ID:-}")
        name=$(. /etc/os-release && echo "${PRETTY_NAME:-}")
    fi
    [ "$id:$version" = "debian:$debian_version" ] ||
        die "Xen $xen_version comes from the packages of Debian $debian_version ($debian_name); this host is ${name:-unknown}"
    [ "$(dpkg --print-architecture)" = amd64 ] || die "the lab needs an amd64 host, this one is $(dpkg --print-architecture)"

    mkdir -p "$cache" || die "cannot write to $cache"
    free=$(df -Pm "$cache" | awk 'NR == 2 { print $4 }')
    [ "$free" -ge "$needed_mib" ] || die "$cache needs $needed_mib MiB of free disk space, there are $free MiB"
}

missing_tools() { # prints the packages to install
    local pair
    # Debian keeps depmod and mke2fs in sbin, which is not on every user's PATH.
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
    apt_know "${packages[@]}"
    apt_install "${packages[@]}" || { apt_update && apt_install "${packages[@]}"; } || die "apt-get install failed, see above"
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
        -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@" >&2
}
