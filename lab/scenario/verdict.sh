# shellcheck shell=bash
# The summary of a run: every check with its outcome, what was served, and one verdict.

failures=0

# check TEXT COMMAND...
check() {
    local text=$1
    shift
    if "$@"; then
        printf '  held    %s\n' "$text"
    else
        printf '  FAILED  %s\n' "$text"
        failures=$((failures + 1))
    fi
}

said() { grep -aq -- "$1" "$out/output.txt"; }
exited_with() { [ "$1" = 0 ]; }

# verdict SCENARIO[,SCENARIO] CODE SECONDS: prints the summary; exits 0 if all held, 1 if not.
verdict() {
    local scenario
    printf '\n== summary: %s\n' "$1"
    check "the lab and the script in dom0 ended well (exit code $2)" exited_with "$2"
    check 'the daemon ended with exit code 0' said '^dom0: .* the daemon exited with 0'
    check 'no trace of the domain was left in Xen' said '^dom0: .* no trace of the domain'
    [ -z "$map_at_once" ] || check "the guest's memory was mapped at once" said '^backend: .* pages of domain .* are mapped'
    [ "$ring" != split ] || check 'the guest used split queues' said '^guest: .*: split queues'
    for scenario in ${1//,/ }; do judge "$scenario"; done

    sed -n 's/^backend: \[[0-9.]*\] \(served\|done\): /  served  /p' "$out/output.txt"
    printf '  took    %s s from the start of QEMU; logs are in %s\n' "$3" "$out"
    if [ "$failures" = 0 ]; then
        echo 'PASS'
        exit 0
    fi
    echo "FAIL: $failures checks did not hold"
    exit 1
}

# judge SCENARIO: the checks that are its own.
judge() {
    local image
    case $1 in
        read-write)
            check 'the guest read the known file' said '^guest: .*read by the guest through C#'
            check 'the guest wrote, synced and powered off' said '^guest: .*GUEST-PASS'
            for image in "${images[@]}"; do
                check "e2fsck finds the image clean: $(basename "$image")" image_is_clean "$image"
                check "the 16 MiB on the image have the checksum that the guest computed: $(basename "$image")" \
                    image_data_holds "$image"
            done
            ;;
        read-only)
            check 'the guest read the known file' said '^guest: .*read by the guest through C#'
            check "the guest's writes failed" said '^guest: .*GUEST-PASS'
            check 'not one byte of the image changed' image_unchanged "${images[0]}"
            ;;
        destroy | stop)
            check 'the image is whole, as after a power cut' image_recovers "${images[0]}"
            ;;
        fio | kill | nbd-restart)
            check 'all that fio wrote was verified' said '^guest: .*fio has verified what it wrote'
            check 'the guest went on to its end' said '^guest: .*GUEST-PASS'
            ;;
        discard)
            check 'the image gave space back' said '^dom0: .* blocks of the image'
            check 'e2fsck finds the image clean' image_is_clean "${images[0]}"
            ;;
        resize)
            check 'the guest used what is new of the disk' said '^guest: .*GUEST-PASS'
            ;;
        full)
            check 'the guest saw an error, and then went on' said '^guest: .*GUEST-PASS'
            ;;
    esac
}
