# shellcheck shell=bash
# The Debian packages that the lab unpacks: which, and how they get here. Nothing of them is installed on the host.

apt_updated=''

apt_update() {
    [ -z "$apt_updated" ] || return 1   # once is enough, and tells the caller that there is nothing new to try
    apt_updated=1
    say 'apt-get update'
    [ "$(id -u)" = 0 ] || die 'the package lists are too old, and only root can run: apt-get update'
    apt-get update -qq -o DPkg::Lock::Timeout=600 >&2 || say 'apt-get update had errors (above); going on with what there is'
}

# apt_know PACKAGE...: update the package lists if they are so empty or old that apt has not heard of one.
apt_know() {
    local p
    for p in "$@"; do
        apt-cache show --no-all-versions "$p" >/dev/null 2>&1 || { apt_update || true; break; }
    done
}

kernel_package() {
    apt-cache depends "$kernel_meta" | awk '$1 == "Depends:" && $2 ~ /^linux-image-[0-9]/ { print $2; exit }'
}

# library_closure PACKAGE...: the shared libraries that the packages need. Maintainer scripts never run here, so python,
# perl, udev and the like would be dead weight; libstdc++ is what the .NET runtime needs beside them.
library_closure() {
    apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances "$@" |
        grep -E '^(lib[a-z0-9]|zlib1g)' | grep -vE '^(libpython|libperl)' | sort -u
}

# wanted_packages: "package version" a line, as the archive has them now.
wanted_packages() {
    local kernel
    kernel=$(kernel_package)
    [ -n "$kernel" ] || die "apt knows no kernel behind $kernel_meta"
    # shellcheck disable=SC2086  # a list of words
    {
        printf '%s\n' "$kernel" "$hypervisor_package" $xen_packages busybox-static libstdc++6
        library_closure $xen_packages libstdc++6
    } | sort -u | xargs apt-cache policy | awk '
        /^[^ ]/ { name = $1; sub(/:$/, "", name) }
        $1 == "Candidate:" && $2 != "(none)" { print name, $2 }'
}

# download LIST: the .deb of every "package version" in LIST that $cache/debs lacks.
download() {
    local list=$1 total name version missing=()
    mkdir -p "$cache/debs"
    while read -r name version; do
        [ -e "$(deb_file "$name" "$version")" ] || missing+=("$name=$version")
    done < "$list"
    total=${#missing[@]}
    [ "$total" -gt 0 ] || return 0
    # Root's apt would drop its privileges to a user that may not be able to write here.
    (cd "$cache/debs" && apt-get download -q -o APT::Sandbox::User=root "${missing[@]}" 2>"$cache/apt.err") |
        awk -v total="$total" '/^Get:/ { printf "lab: [%d/%d] %s %s\n", ++n, total, $(NF - 4), $(NF - 2); fflush() }' >&2
}

# deb_file NAME VERSION: what apt-get download names it (an epoch's colon becomes %3a).
deb_file() {
    local all=("$cache/debs/$1_${2//:/%3a}"_*.deb)
    echo "${all[0]}"
}

# unpack LIST: into a fresh tree, so that no file of an older version stays behind.
unpack() {
    local list=$1 name version
    say "unpacking $(wc -l < "$list") packages"
    rm -rf "$root.new"
    mkdir -p "$root.new"
    while read -r name version; do
        dpkg-deb --fsys-tarfile "$(deb_file "$name" "$version")" |
            tar -C "$root.new" -xf - --exclude='./usr/share/doc' --exclude='./usr/share/man' --exclude='./usr/share/locale' ||
            die "cannot unpack $name $version"
    done < "$list"
    rm -rf "$root"
    mv "$root.new" "$root"
}
