# shellcheck shell=bash
# Two apts: "host" is the machine's own, which installs missing tools; "lab" is for the packages that the lab unpacks. If
# those come from another release of Debian than the machine's, lab is a private apt: lists and state are in the cache,
# the archive is the one that the machine's own apt uses, and the machine's apt stays as it is.

declare -A apt_updated=()

# apt_options WHICH: sets $apt_which (lab is host, if it is the same release) and $apt, the options of that apt.
apt_options() {
    local codename
    apt_which=$1
    # Root's apt would drop its privileges to a user that may not be able to write here.
    apt=(-o APT::Sandbox::User=root)
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    [ "$suite" != "$codename" ] || apt_which=host
    [ "$apt_which" = lab ] || return 0

    local dir=$cache/apt
    [ -f "$dir/sources.list" ] || private_apt "$dir"
    apt+=(-o "Dir::State::Lists=$dir/lists" -o "Dir::State::status=$dir/status" -o "Dir::Cache::archives=$dir/archives"
        -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
        -o "Dir::Etc::SourceList=$dir/sources.list" -o "Dir::Etc::SourceParts=$dir/parts"
        -o Dir::Etc::Preferences=/dev/null -o "Dir::Etc::PreferencesParts=$dir/parts" -o Acquire::Languages=none)
}

private_apt() { # private_apt DIR
    local all archive security key=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -r "$key" ] || die "no $key: install the package debian-archive-keyring"
    # Of the archives that the machine knows, Debian's own: those that have its main component signed with this key.
    # shellcheck disable=SC2016  # apt's own
    all=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' |
        awk '$3 == "main"')
    archive=$(awk '$2 !~ /-/ { print $1; exit }' <<< "$all")
    security=$(awk '$2 ~ /-security/ { print $1; exit }' <<< "$all")
    [ -n "$archive" ] || die 'apt has no archive of Debian: look at /etc/apt/sources.list, and run apt-get update'
    mkdir -p "$1"/{lists/partial,archives/partial,parts}
    : > "$1/status"
    {
        echo "deb [signed-by=$key] $archive $suite main"
        [ -z "$security" ] || echo "deb [signed-by=$key] $security $suite-security main"
    } > "$1/sources.list"
}

# apt_update WHICH: once a run is enough; the second time it fails, which tells the caller that there is nothing new.
apt_update() {
    local apt_which apt
    apt_options "$1"
    [ -z "${apt_updated[$apt_which]:-}" ] || return 1
    apt_updated[$apt_which]=1
    if [ "$apt_which" = host ]; then
        say 'apt-get update'
        [ "$(id -u)" = 0 ] || die 'the package lists are too old, and only root can run: apt-get update'
    else
        say "apt-get update, of the lists of $suite in $cache/apt"
    fi
    apt-get "${apt[@]}" update -qq -o DPkg::Lock::Timeout=600 >&2 ||
        say 'apt-get update had errors (above); going on with what there is'
}

# apt_know WHICH PACKAGE...: update the package lists if they are so empty or old that apt has not heard of one.
apt_know() {
    local apt_which apt p which=$1
    shift
    apt_options "$which"
    for p in "$@"; do
        apt-cache "${apt[@]}" show --no-all-versions "$p" >/dev/null 2>&1 || { apt_update "$which" || true; break; }
    done
}

# lab_apt PROGRAM ARGUMENT...: apt-get or apt-cache, for the packages that the lab unpacks.
lab_apt() {
    local apt_which apt program=$1
    shift
    apt_options lab
    LC_ALL=C "$program" "${apt[@]}" "$@"
}
