# shellcheck shell=bash
# .NET for dom0, where it is a layer, and for guests, where it is in the initrd: the host's runtime, and its environment.

# shellcheck source=crossgen.sh
. "$lab/lib/crossgen.sh"

readonly dotnet_dir=/usr/share/dotnet   # in dom0 and in guests

# find_dotnet: sets $dotnet_muxer, $dotnet_host (its directory) and $dotnet_version (the newest runtime there).
find_dotnet() {
    dotnet_muxer=$(command -v dotnet) || die '--dotnet: there is no dotnet on this host'
    dotnet_host=$(dirname "$(readlink -f "$dotnet_muxer")")
    dotnet_version=$(cd "$dotnet_host/shared/Microsoft.NETCore.App" 2>/dev/null && printf '%s\n' * | sort -V | tail -n 1)
    [ -n "$dotnet_version" ] || die "--dotnet: no .NET runtime in $dotnet_host"
}

# copy_dotnet DIR: the runtime, and what it loads by itself; about 75 MB.
copy_dotnet() {
    local name file
    mkdir -p "$1/shared/Microsoft.NETCore.App" "$1/host" "$1/lib"
    cp -a "$dotnet_host/host/fxr" "$1/host/"
    cp -a "$dotnet_host/shared/Microsoft.NETCore.App/$dotnet_version" "$1/shared/Microsoft.NETCore.App/"
    cp -L "$dotnet_host/dotnet" "$1/"
    # For hashes; nothing names them as a dependency.
    for name in libssl.so.3 libcrypto.so.3; do
        if file=$(find_library "$name"); then cp -L "$file" "$1/lib/"; fi
    done
    # Tracing and debugging: big, and the first wants lttng-ust. The last two are other garbage collectors.
    rm -f "$1"/shared/*/*/{libcoreclrtraceptprovider,libmscordbi,libmscordaccore,libclrgc,libclrgcexp}.so
}

# dotnet_environment: a line for a shell script.
dotnet_environment() {
    # Tiered PGO instruments code, diagnostics open sockets and start a thread: both only cost time here.
    # shellcheck disable=SC2016  # the script's shell expands it
    echo "export DOTNET_ROOT=$dotnet_dir DOTNET_TieredCompilation=1 DOTNET_TieredPGO=0" \
        'DOTNET_EnableDiagnostics=0 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_NOLOGO=1' \
        'LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}'"$dotnet_dir/lib PATH=\$PATH:$dotnet_dir"
}

# copy_program DIR[:GUESTDIR]: what --dotnet says, into the tree; it finds .NET for what follows, too.
copy_program() {
    local spec=$1
    case $spec in *:*) ;; *) spec+=:/lab/app ;; esac
    tree_copy "$spec"
    find_dotnet
    compile_program "$tree/$(guest_path "${spec##*:}")"
}
