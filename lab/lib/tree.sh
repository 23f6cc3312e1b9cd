# shellcheck shell=bash
# Build the tree of an initramfs in $tree: programs with their libraries, kernel modules, files; then pack it.

tree=''
tree_libraries=''   # names of libraries that need not be added: an earlier layer has them

# The unpacked packages come first; what they lack (for programs that the caller built) comes from the host.
library_path() {
    printf '%s\n' "$root/usr/$libraries" "$root/$xen_lib/$libraries" "$root/usr/$loader_directory" \
        "$cache/hvm/root/usr/$libraries" "$cache/tools/root/usr/$libraries" "$cache/tools/root/usr/$libraries/ceph" \
        "/$libraries" "/usr/$libraries"
}

tree_begin() { # tree_begin DIR
    tree=$1
    mkdir -p "$tree"
}

# guest_path PATH: the kernel unpacks one cpio after the other, and a directory entry "lib" in a later one would replace
# the symbolic link /lib of the first, with all that is behind it. So nothing is ever packed under such a link.
guest_path() {
    local p=${1#/}
    case $p in
        bin | bin/* | sbin | sbin/* | lib | lib/* | lib64 | lib64/*) p=usr/$p ;;
        var/run/*) p=${p#var/} ;;
    esac
    echo "$p"
}

# tree_file HOSTFILE GUESTPATH: a file, with the libraries it needs if it is a program.
tree_file() {
    local to
    to=$tree/$(guest_path "$2")
    mkdir -p "$(dirname "$to")"
    # Busybox has a link of many a program's name.
    cp -L --remove-destination "$1" "$to"
    if is_elf "$1"; then
        tree_add_libraries "$1"
    fi
}

# tree_program PATH [GUESTPATH]: a program of the unpacked packages.
tree_program() { tree_file "$root/$1" "${2:-$1}"; }

# tree_tool NAME: a program of the set tools.
tree_tool() {
    local file
    for file in "$cache/tools/root/usr/bin/$1" "$cache/tools/root/usr/sbin/$1"; do
        [ ! -e "$file" ] || { tree_file "$file" "usr/bin/$1"; return; }
    done
    die "--tool: there is no program $1 in the packages fio, qemu-utils, i2c-tools and gpiod"
}

# tree_tools NAME...: programs of that set for scripts, which begin with ". /lab/tools.sh": busybox's shell takes a program of its own,
# such as its i2cdetect, before it looks for a file.
tree_tools() {
    local name own
    own=$("$root/bin/busybox" --list)
    mkdir -p "$tree/lab"
    : > "$tree/lab/tools.sh"
    for name; do
        tree_tool "$name"
        ! grep -qx -- "$name" <<< "$own" || echo "$name() { /usr/bin/$name \"\$@\"; }" >> "$tree/lab/tools.sh"
    done
}

# tree_add_libraries ELF [with-neighbours]: what it needs, and what that needs, but for what is copied from beside it.
tree_add_libraries() {
    local name hit to
    for name in $(readelf -d "$1" 2>/dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
        case " $tree_libraries " in *" $name "*) continue ;; esac
        [ -n "${2:-}" ] && [ -e "$(dirname "$1")/$name" ] && continue
        hit=$(find_library "$name") || die "no library $name for $1"
        tree_libraries+=" $name"
        # Programs name the loader by this path.
        case $name in ld-linux-*) to=usr/$loader_directory ;; *) to=usr/$libraries ;; esac
        mkdir -p "$tree/$to"
        cp -L "$hit" "$tree/$to/$name"
        tree_add_libraries "$hit"
    done
}

find_library() {
    local dir
    while read -r dir; do
        [ -e "$dir/$1" ] && { echo "$dir/$1"; return; }
    done < <(library_path)
    return 1
}

# tree_copy HOST:GUEST: what --copy says. A directory's contents go into GUEST.
tree_copy() {
    local host=${1%:*} guest=${1##*:} elf
    [ "$host" != "$1" ] && [ -n "$guest" ] || die "--copy wants HOST:GUEST, got $1"
    if [ -d "$host" ]; then
        guest=$(guest_path "$guest")
        mkdir -p "$tree/$guest"
        cp -a "$host/." "$tree/$guest/"
        while IFS= read -r elf; do
            if is_elf "$elf"; then tree_add_libraries "$elf" with-neighbours; fi
        done < <(find "$host" -type f \( -perm -u+x -o -name '*.so*' \))
    elif [ -f "$host" ]; then
        tree_file "$host" "$guest"
    else
        die "--copy: there is no file or directory $host"
    fi
}

tree_busybox() {
    local applet
    mkdir -p "$tree/usr/bin"
    cp "$root/bin/busybox" "$tree/usr/bin/busybox"
    if [ "$architecture" != x86_64 ]; then
        # This machine cannot run it to ask for its list: init makes the other links.
        ln -s busybox "$tree/usr/bin/sh"
        return
    fi
    for applet in $("$root/bin/busybox" --list); do
        [ "$applet" = busybox ] || ln -s busybox "$tree/usr/bin/$applet"
    done
}

# tree_skeleton: the directories of a small system, with /usr merged.
tree_skeleton() {
    mkdir -p "$tree"/{proc,sys,dev,tmp,root,run,etc,mnt,lab} "$tree"/usr/{bin,sbin,lib,lib64} \
        "$tree"/var/{lib,log,lock} "$tree/usr/lib/modules"
    ln -s usr/bin usr/sbin usr/lib usr/lib64 "$tree/"
    ln -s ../run "$tree/var/run"
    echo 'root:x:0:0:root:/root:/bin/sh' > "$tree/etc/passwd"
    echo 'root:x:0:' > "$tree/etc/group"
}

# The modules that make /dev/xen/{evtchn,gntdev,gntalloc,privcmd} and /proc/xen; /dev/xen/xenbus is built in.
readonly xen_devices=(xen-evtchn xen-gntdev xen-gntalloc xen-privcmd xenfs)

# tree_modules LIST MODULE...: the modules with those they depend on; their files, in the order in which insmod must
# take them, are written to /lab/modules/LIST, but for those that an earlier list has. Files are kept as they are, so
# that their signatures stay valid. A MODULE is a name, or a .ko file of lab/build-module, and the module's parameters.
tree_modules() {
    local list=$1 kver module parameters before built_for name needs order=()
    shift
    kver=$(cat "$cache/kernel-version")
    mkdir -p "$tree/lab/modules" "$tree/usr/lib/modules"
    for module; do
        read -r module parameters <<< "$module"
        before=${#order[@]}
        case $module in
            *.ko)
                [ -r "$module" ] || die "cannot read the module $module"
                built_for=$(modinfo -F vermagic "$module" | cut -d' ' -f1)
                [ "$built_for" = "$kver" ] || die "$module is for Linux '$built_for', that of Xen $xen_version is $kver"
                IFS=, read -r -a needs < <(modinfo -F depends "$module")
                for name in "${needs[@]}"; do tree_debian_module "$name"; done
                cp "$module" "$tree/usr/lib/modules/"
                order+=("$(basename "$module")")
                ;;
            *) tree_debian_module "$module" ;;
        esac
        [ -z "$parameters" ] || {
            [ ${#order[@]} -gt "$before" ] || die "$module is built into Linux $kver; it takes no parameters here"
            order[-1]+=" $parameters"
        }
    done
    for name in "${order[@]}"; do
        grep -qsxrF "$name" "$tree/lab/modules" || echo "$name" >> "$tree/lab/modules/$list"
    done
}

# tree_debian_module NAME: for tree_modules, whose variables it uses.
tree_debian_module() {
    local pattern line file
    pattern="/${1//[-_]/[-_]}\\.ko"   # file names are not consistent about - and _
    line=$(grep -E "^[^:]*$pattern(\\.xz)?:" "$root/lib/modules/$kver/modules.dep") || {
        if grep -qE "$pattern" "$root/lib/modules/$kver/modules.builtin"; then return; fi
        die "Linux $kver has no module $1"
    }
    # modules.dep names what must be loaded first last
    for file in $(tr ' ' '\n' <<< "${line/:/}" | sed '/^$/d' | tac); do
        tree_module_file "$root/lib/modules/$kver/$file"
        order+=("$(basename "${file%.xz}")")
    done
}

tree_module_file() {
    case $1 in
        *.xz) xz -dc "$1" > "$tree/usr/lib/modules/$(basename "$1" .xz)" ;;
        *) cp "$1" "$tree/usr/lib/modules/" ;;
    esac
}

# tree_pack FILE: append the tree to FILE as a cpio. Not compressed: under emulation, unpacking costs more than copying.
tree_pack() {
    (cd "$tree" && find . -mindepth 1 -print0 | LC_ALL=C sort -z | cpio --null -o -H newc -R 0:0 --quiet) >> "$1"
}
