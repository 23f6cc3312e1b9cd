# shellcheck shell=bash
# .NET programs are compiled ahead of time (ReadyToRun) on their way into the lab, since an emulated processor spends most
# of a program's first minutes on compiling it. They stay what they are: a method whose code does not fit the runtime, or
# what it was compiled against, is compiled when it is called, as ever.

# compile_program DIR: exchanges its assemblies for compiled ones, which are kept. find_dotnet comes first.
compile_program() {
    local file missing=() recipe cache=$lab/.cache/compiled
    local -A compiled
    recipe=$dotnet_version-$(fingerprint "$lab/lib/crossgen.sh")
    for file in "$1"/*.dll; do
        [ -f "$file" ] || continue
        compiled[$file]=$cache/$recipe/$(fingerprint "$file")-$(basename "$file")
        [ -e "${compiled[$file]}" ] || missing+=("$file")
    done
    [ ${#missing[@]} = 0 ] || with_lock compiler compile_missing "$1"
    for file in "${!compiled[@]}"; do
        [ ! -e "${compiled[$file]}" ] || cp "${compiled[$file]}" "$file"
    done
}

# compile_missing DIR: for compile_program, whose variables it uses.
compile_missing() {
    local crossgen out=$run_dir/compiled.dll
    crossgen=$(dotnet msbuild "$lab/lib/crossgen.proj" -restore -nologo -t:Find -getProperty:Crossgen 2> /dev/null) &&
        [ -x "$crossgen" ] || {
        say 'no crossgen2 from NuGet: programs are compiled while they run, which takes longer'
        return 0
    }
    say "compiling ${#missing[@]} assemblies ahead of time (once)"
    mkdir -p "$cache/$recipe"
    find "$cache" -name '*.dll' -mtime +7 -delete   # every build of a program leaves its own
    for file in "${missing[@]}"; do
        [ ! -e "${compiled[$file]}" ] || continue   # compiled while this script waited
        # The last two options are for generic code of the runtime with types of the program, above all that of async
        # methods: half of what would be left.
        "$crossgen" "$file" -o "$out" --targetos linux --targetarch x64 -O -r "$1/*.dll" \
            -r "$dotnet_host/shared/Microsoft.NETCore.App/$dotnet_version/*.dll" \
            --opt-cross-module:'*' --non-local-generics-module:'*' > "$run_dir/compiler.log" 2>&1 || {
            say "$(basename "$file") stays as it is: $(tail -n 1 "$run_dir/compiler.log")"
            cp "$file" "$out"
        }
        mv "$out" "${compiled[$file]}"
    done
}
