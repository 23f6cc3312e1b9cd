# shellcheck shell=sh
# For the scripts of guests: ". /lab/wait.sh".

# wait_for SECONDS COMMAND...: until the command succeeds; 1 if it did not in that time
wait_for() {
    n=$(($1 * 5))
    shift
    until "$@"; do
        n=$((n - 1))
        [ $n -gt 0 ] || return 1
        sleep 0.2
    done
}
