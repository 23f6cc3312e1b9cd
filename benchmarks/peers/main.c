/*
 * xen-peer - what a C program over Xen's libraries takes for the same operations.
 *
 * Reads a request a line and answers a line each: nanoseconds, or a domid.
 *   guest PAGES            end DOMID
 *   version N              vcpus DOMID N       map DOMID PAGES N
 *   events N               ioreq DOMID N
 */
#include "peer.h"

int main(void)
{
    char line[128];
    unsigned domid, pages;
    long n;
    setvbuf(stdout, NULL, _IOLBF, 0);
    while (fgets(line, sizeof(line), stdin)) {
        int64_t answer = 0;
        if (sscanf(line, "guest %u", &pages) == 1)
            answer = make_guest(pages);
        else if (sscanf(line, "end %u", &domid) == 1)
            end_guest(domid);
        else if (sscanf(line, "version %ld", &n) == 1)
            answer = xen_version(n);
        else if (sscanf(line, "vcpus %u %ld", &domid, &n) == 2)
            answer = vcpu_count(domid, n);
        else if (sscanf(line, "map %u %u %ld", &domid, &pages, &n) == 3)
            answer = map_frames(domid, pages, n);
        else if (sscanf(line, "events %ld", &n) == 1)
            answer = ping_pong(n);
        else if (sscanf(line, "ioreq %u %ld", &domid, &n) == 2)
            answer = serve_requests(domid, n);
        else {
            fprintf(stderr, "xen-peer: unknown request: %s", line);
            return 2;
        }
        printf("%lld\n", (long long)answer);
    }
    return 0;
}
