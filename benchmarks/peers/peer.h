/* What the parts of the peer share. Each operation answers how many nanoseconds its repetitions took. */
#ifndef PEER_H
#define PEER_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline int64_t now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* A benchmark that failed has no figures. */
static inline void must(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "xen-peer: %s: %s\n", what, strerror(errno));
    exit(1);
}

int64_t xen_version(long repetitions);
int64_t vcpu_count(unsigned domid, long repetitions);
int64_t map_frames(unsigned domid, unsigned pages, long repetitions);
int64_t ping_pong(long repetitions);
int64_t serve_requests(unsigned domid, long requests);
unsigned make_guest(unsigned pages);
void end_guest(unsigned domid);

#endif
