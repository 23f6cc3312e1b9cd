/*
 * What the daemon can do: reads over a bare socket, a window of them at a time, sent with one call. Nothing is done with
 * the answers, and this thread never sleeps: waking it is work for the daemon, too.
 */
#include <sched.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "peer.h"

#define READ 2
#define LARGEST_WINDOW 4096

struct header {
    uint32_t type, request, transaction, length;
};

struct request {
    struct header header;
    char path[sizeof(VALUE_PATH)];
} __attribute__((packed));

static struct request requests[LARGEST_WINDOW];

static int connect_to_daemon(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const char *path = getenv("XENSTORED_PATH");
    must(path != NULL && strlen(path) < sizeof(address.sun_path), "XENSTORED_PATH");
    strcpy(address.sun_path, path);
    int daemon = socket(AF_UNIX, SOCK_STREAM, 0);
    must(daemon >= 0 && connect(daemon, (struct sockaddr *)&address, sizeof(address)) == 0, path);
    return daemon;
}

static void take(int daemon, char *buffer, size_t size)
{
    while (size > 0) {
        ssize_t got = recv(daemon, buffer, size, MSG_DONTWAIT);
        if (got < 0 && errno == EAGAIN) {
            sched_yield();
            continue;
        }
        must(got > 0, "recv");
        buffer += got;
        size -= got;
    }
}

static void send_all(int daemon, const void *bytes, size_t size)
{
    for (const char *at = bytes; size > 0;) {
        ssize_t sent = send(daemon, at, size, 0);
        must(sent > 0, "send");
        at += sent;
        size -= sent;
    }
}

/* The answer to one read: how long all of them are. */
static size_t answer_size(int daemon)
{
    struct header answer;
    char value[4096];
    send_all(daemon, requests, sizeof(requests[0]));
    take(daemon, (char *)&answer, sizeof(answer));
    must(answer.type == READ && answer.length <= sizeof(value), "an answer");
    take(daemon, value, answer.length);
    return sizeof(answer) + answer.length;
}

int64_t pipeline(long window, long number)
{
    must(window > 0 && window <= LARGEST_WINDOW, "the window");
    int daemon = connect_to_daemon();
    for (long i = 0; i < window; i++) {
        requests[i].header = (struct header){ .type = READ, .request = (uint32_t)i, .length = sizeof(VALUE_PATH) };
        memcpy(requests[i].path, VALUE_PATH, sizeof(VALUE_PATH));
    }
    size_t size = answer_size(daemon);
    char *answers = malloc(size * window);
    must(answers != NULL, "malloc");

    int64_t start = now_ns();
    for (long left = number; left > 0; left -= window) {
        long count = left < window ? left : window;
        send_all(daemon, requests, count * sizeof(requests[0]));
        take(daemon, answers, count * size);
    }
    int64_t time = now_ns() - start;
    free(answers);
    close(daemon);
    return time;
}
