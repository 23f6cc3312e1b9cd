/*
 * store-peer - what a C program over libxenstore takes for the same operations.
 *
 * Reads a request a line and answers a line each, in nanoseconds for N repetitions:
 *   read N         write N       directory N     transaction N
 *   keys N         all keys in a loop, N times
 *   threads N      N reads by 16 threads on one handle
 *   pipeline W C N N times C reads over a bare socket with W of them under way: what the daemon can do
 */
#include "peer.h"

int main(void)
{
    char line[128];
    long n, window, count;
    struct xs_handle *store = xs_open(0);
    must(store != NULL, "xs_open");
    setvbuf(stdout, NULL, _IOLBF, 0);
    while (fgets(line, sizeof(line), stdin)) {
        int64_t answer;
        if (sscanf(line, "read %ld", &n) == 1)
            answer = read_values(store, n);
        else if (sscanf(line, "write %ld", &n) == 1)
            answer = write_values(store, n);
        else if (sscanf(line, "directory %ld", &n) == 1)
            answer = list_children(store, n);
        else if (sscanf(line, "transaction %ld", &n) == 1)
            answer = transact(store, n);
        else if (sscanf(line, "keys %ld", &n) == 1)
            answer = read_keys(store, n);
        else if (sscanf(line, "threads %ld", &n) == 1)
            answer = read_by_threads(store, n);
        else if (sscanf(line, "pipeline %ld %ld %ld", &window, &count, &n) == 3)
            answer = pipeline(window, count * n);
        else {
            fprintf(stderr, "store-peer: unknown request: %s", line);
            return 2;
        }
        printf("%lld\n", (long long)answer);
    }
    xs_close(store);
    return 0;
}
