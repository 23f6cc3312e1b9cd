# shellcheck shell=bash
# Choose, download and unpack Debian packages. Nothing of them is installed on the host. Which they are: lib/sets.sh.

# library_closure PACKAGE...: the shared libraries that the packages need. Maintainer scripts never run here, so python,
# perl, udev and the like would be dead weight.
library_closure() {
    lab_apt apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
        --no-enhances "$@" | grep -E '^(lib[a-z0-9]|zlib1g)' | grep -vE '^(libpython|libperl)' | sort -u
}

# candidates: from package names on standard input to "package version" a line, as the archive has them now.
candidates() {
    local names
    mapfile -t names < <(sort -u)
    lab_apt apt-cache policy "${names[@]}" | awk '
        /^[^ ]/ { name = $1; sub(/:$/, "", name) }
        $1 == "Candidate:" && $2 != "(none)" { print name, $2 }'
}

# choose_and_download CHOOSER LIST: the archive drops a point version when a newer one comes, so a download that fails
# means that the package lists are old: update them and choose again, once.
choose_and_download() {
    "$1" > "$2"
    download "$2" && have_all "$2" && return
    apt_update lab && "$1" > "$2" && download "$2" && have_all "$2" && return
    die "download failed: $(tail -n 3 "$cache/apt.err" 2>/dev/null)"
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
    (cd "$cache/debs" && lab_apt apt-get download -q "${missing[@]}" 2>"$cache/apt.err") |
        awk -v total="$total" '/^Get:/ { printf "lab: [%d/%d] %s %s\n", ++n, total, $(NF - 4), $(NF - 2); fflush() }' >&2
}

have_all() { # have_all LIST
    local name version
    while read -r name version; do
        [ -e "$(deb_file "$name" "$version")" ] || return 1
    done < "$1"
}

# deb_file NAME VERSION: what apt-get download names it (an epoch's colon becomes %3a).
deb_file() {
    local all=("$cache/debs/$1_${2//:/%3a}"_*.deb)
    echo "${all[0]}"
}

# unpack LIST ROOT: into a fresh tree, so that no file of an older version stays behind. With /usr merged, as packages
# from Debian 13 on expect it.
unpack() {
    local list=$1 to=$2 name version dir
    say "unpacking $(wc -l < "$list") packages"
    rm -rf "$to.new"
    for dir in bin sbin lib lib64; do
        mkdir -p "$to.new/usr/$dir"
        ln -s "usr/$dir" "$to.new/$dir"
    done
    while read -r name version; do
        dpkg-deb --fsys-tarfile "$(deb_file "$name" "$version")" |
            tar -C "$to.new" --keep-directory-symlink -xf - \
                --exclude='./usr/share/doc' --exclude='./usr/share/man' --exclude='./usr/share/locale' ||
            die "cannot unpack $name $version"
    done < "$list"
    rm -rf "$to"
    mv "$to.new" "$to"
}

# remove_old_debs LIST...: those that no list names. A list need not exist.
remove_old_debs() {
    local deb name version list
    declare -A keep=()
    for list; do
        [ -e "$list" ] || continue
        while read -r name version; do keep[$(deb_file "$name" "$version")]=1; done < "$list"
    done
    for deb in "$cache"/debs/*.deb; do
        [ -n "${keep[$deb]:-}" ] || rm -f "$deb"
    done
}
