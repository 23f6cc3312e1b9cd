/* Event channels: two threads of this domain, each waiting for the other. */
#include <poll.h>
#include <pthread.h>
#include <xenevtchn.h>

#include "peer.h"

struct end {
    xenevtchn_handle *channels;
    evtchn_port_t port;
};

static void take(struct end *end)
{
    struct pollfd event = { .fd = xenevtchn_fd(end->channels), .events = POLLIN };
    must(poll(&event, 1, -1) == 1, "poll of an event channel");
    int port = xenevtchn_pending(end->channels);
    must(port == (int)end->port, "a port that is pending");
    must(xenevtchn_unmask(end->channels, port) == 0, "unmask");
}

struct answers {
    struct end end;
    long count;
};

static void *answer(void *argument)
{
    struct answers *answers = argument;
    for (long i = 0; i < answers->count; i++) {
        take(&answers->end);
        must(xenevtchn_notify(answers->end.channels, answers->end.port) == 0, "notify");
    }
    return NULL;
}

int64_t ping_pong(long repetitions)
{
    struct end here = { xenevtchn_open(NULL, 0), 0 };
    struct answers there = { { xenevtchn_open(NULL, 0), 0 }, repetitions };
    must(here.channels != NULL && there.end.channels != NULL, "xenevtchn_open");
    here.port = xenevtchn_bind_unbound_port(here.channels, 0);
    there.end.port = xenevtchn_bind_interdomain(there.end.channels, 0, here.port);
    must((int)here.port > 0 && (int)there.end.port > 0, "bind");
    take(&there.end);   /* a port is pending when it has just been bound */

    pthread_t thread;
    must(pthread_create(&thread, NULL, answer, &there) == 0, "pthread_create");
    int64_t start = now_ns();
    for (long i = 0; i < repetitions; i++) {
        must(xenevtchn_notify(here.channels, here.port) == 0, "notify");
        take(&here);
    }
    int64_t time = now_ns() - start;
    pthread_join(thread, NULL);
    xenevtchn_close(there.end.channels);
    xenevtchn_close(here.channels);
    return time;
}
