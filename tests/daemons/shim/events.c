// Event channels. The daemon's end of all of them is one datagram socket, RUNDIR/evtchn: a datagram says which port is
// pending. Domain DOMID has its end at RUNDIR/evtchn-DOMID. A port is named as the domain names it, so nobody needs to
// know the daemon's own numbers.
//
// A full queue needs no care: what it holds will wake its reader after the writer has written, which is all that an
// event says. So the daemon never waits for a domain.
#define _GNU_SOURCE
#include "shim.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define VIRQ 0xffffffffu   // in place of a domid: the port is the number of a virtual interrupt
#define MOST_PORTS 4096
#define NO_PORT (MOST_PORTS + 1)

struct datagram {
    uint32_t domid;
    uint32_t port;
};

static struct {
    struct datagram peer;
    bool bound;
} ports[MOST_PORTS];   // by the daemon's own number; 0 is none

struct handle {
    int fd;
};

static struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    return address;
}

struct handle *xenevtchn_open(void *logger, unsigned int flags)
{
    char path[PATH_MAX];
    struct handle *handle = calloc(1, sizeof *handle);
    struct sockaddr_un address = address_of(shim_file(path, "evtchn"));
    (void)logger, (void)flags;
    handle->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    unlink(path);
    if (handle->fd >= 0 && !bind(handle->fd, (struct sockaddr *)&address, sizeof address))
        return handle;
    free(handle);
    return NULL;
}

// Only a live update takes over the file descriptor of a daemon before, and there is none here.
struct handle *xenevtchn_fdopen(void *logger, int fd, unsigned int flags)
{
    (void)logger, (void)fd, (void)flags;
    errno = ENOSYS;
    return NULL;
}

int xenevtchn_close(struct handle *handle)
{
    close(handle->fd);
    free(handle);
    return 0;
}

int xenevtchn_fd(struct handle *handle)
{
    return handle->fd;
}

static int bind_port(uint32_t domid, uint32_t port)
{
    for (int own = 1; own < MOST_PORTS; own++) {
        if (ports[own].bound)
            continue;
        ports[own].bound = true;
        ports[own].peer = (struct datagram){ domid, port };
        return own;
    }
    errno = ENOSPC;
    return -1;
}

int xenevtchn_bind_interdomain(struct handle *handle, uint32_t domid, uint32_t port)
{
    (void)handle;
    if (shim_domain_state(domid) != SHIM_ABSENT)
        return bind_port(domid, port);
    errno = ESRCH;
    return -1;
}

int xenevtchn_bind_virq(struct handle *handle, unsigned int virq)
{
    (void)handle;
    return bind_port(VIRQ, virq);
}

int xenevtchn_unbind(struct handle *handle, uint32_t own)
{
    (void)handle;
    if (own < MOST_PORTS)
        ports[own].bound = false;
    return 0;
}

// A datagram stays in the queue until it is read, so there is nothing to mask.
int xenevtchn_unmask(struct handle *handle, uint32_t own)
{
    (void)handle, (void)own;
    return 0;
}

int xenevtchn_pending(struct handle *handle)
{
    struct datagram datagram;
    ssize_t length = recv(handle->fd, &datagram, sizeof datagram, MSG_DONTWAIT);
    if (length < 0)
        return -1;
    for (int own = 1; own < MOST_PORTS && length == sizeof datagram; own++)
        if (ports[own].bound && ports[own].peer.domid == datagram.domid && ports[own].peer.port == datagram.port)
            return own;
    // The C daemon ends at an error here. It passes over a port that it does not know, and so does the other one.
    return NO_PORT;
}

int xenevtchn_notify(struct handle *handle, uint32_t own)
{
    char path[PATH_MAX];
    struct datagram *peer = &ports[own].peer;
    if (own < MOST_PORTS && ports[own].bound) {
        struct sockaddr_un address = address_of(shim_file(path, "evtchn-%u", peer->domid));
        (void)sendto(handle->fd, peer, sizeof *peer, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&address, sizeof address);
    }
    return 0;
}
