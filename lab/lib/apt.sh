# shellcheck shell=bash
# Two apts: "host" is the machine's own, which installs missing tools; "lab" is for the packages that the lab unpacks. If
# those are of another release or architecture than the machine's, lab is a private apt, with its files in the cache.

# shellcheck source=private-apt.sh
. "$(dirname "${BASH_SOURCE[0]}")/private-apt.sh"

declare -A apt_updated=()

# apt_options WHICH: sets $apt_which (lab is host, if its packages are the machine's own) and $apt, the options of that apt.
apt_options() {
    local codename
    apt_which=$1
    # Root's apt would drop its privileges to a user that may not be able to write here.
    apt=(-o APT::Sandbox::User=root)
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    [ "$suite $debian_architecture" != "$codename amd64" ] || apt_which=host
    [ "$apt_which" = lab ] || return 0

    private_apt "$cache/apt" "$suite"
    # shellcheck disable=SC2031  # the line above sets it
    apt+=("${private_options[@]}" -o "APT::Architecture=$debian_architecture" -o "APT::Architectures=$debian_architecture")
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
