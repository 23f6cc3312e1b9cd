# shellcheck shell=bash
# An apt for another release of Debian than the machine's: its lists and its state are in a folder, its archive is the
# one that the machine's own apt uses, and the machine's apt stays as it is. Wants a function die.

# debian_archive PATTERN: of Debian's archives that the machine's apt has lists of, the first with such a codename.
debian_archive() {
    # shellcheck disable=SC2016  # apt's own
    apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' |
        awk -v name="$1" '$3 == "main" && $2 ~ name && !found { print $1; found = 1 }'
}

# private_apt DIR SUITE: sets $private_options, which make an apt one for SUITE, with its files in DIR.
private_apt() {
    [ -f "$1/sources.list" ] || make_private_apt "$1" "$2"
    private_options=(-o "Dir::State::Lists=$1/lists" -o "Dir::State::status=$1/status" -o "Dir::Cache::archives=$1/archives"
        -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
        -o "Dir::Etc::SourceList=$1/sources.list" -o "Dir::Etc::SourceParts=$1/parts"
        -o Dir::Etc::Preferences=/dev/null -o "Dir::Etc::PreferencesParts=$1/parts" -o Acquire::Languages=none)
}

make_private_apt() { # make_private_apt DIR SUITE
    local archive security key=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -r "$key" ] || die "no $key: install the package debian-archive-keyring"
    archive=$(debian_archive '^[a-z]+$') security=$(debian_archive '-security$')
    [ -n "$archive" ] || die 'apt has no archive of Debian: look at /etc/apt/sources.list, and run apt-get update'
    mkdir -p "$1"/{lists/partial,archives/partial,parts}
    : > "$1/status"
    {
        echo "deb [signed-by=$key] $archive $2 main"
        [ -z "$security" ] || echo "deb [signed-by=$key] $security $2-security main"
    } > "$1/sources.list"
}
