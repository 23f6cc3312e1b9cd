/* An IOREQ server that answers a guest's accesses, as many as are timed and a few before that. */
#include <poll.h>
#include <sys/mman.h>
#include <xendevicemodel.h>
#include <xenevtchn.h>
#include <xenforeignmemory.h>
#define XC_WANT_COMPAT_MAP_FOREIGN_API 1
#include <xenctrl.h>
#include <xen/hvm/dm_op.h>
#include <xen/hvm/ioreq.h>
#include <xen/memory.h>

#include "guest.h"
#include "peer.h"

#define WARM_UP 20

static void answer(volatile ioreq_t *request)
{
    request->state = STATE_IOREQ_INPROCESS;
    if (request->dir == IOREQ_READ)
        request->data = GUEST_READS;
    __sync_synchronize();
    request->state = STATE_IORESP_READY;
    __sync_synchronize();
}

static int64_t answer_all(xenevtchn_handle *channels, evtchn_port_t port, volatile ioreq_t *request, long requests)
{
    struct pollfd event = { .fd = xenevtchn_fd(channels), .events = POLLIN };
    int64_t start = 0;
    for (long done = 0; done < requests + WARM_UP;) {
        must(poll(&event, 1, -1) == 1, "poll for a request");
        int pending = xenevtchn_pending(channels);
        must(pending == (int)port && xenevtchn_unmask(channels, pending) == 0, "unmask");
        if (request->state != STATE_IOREQ_READY)
            continue;
        __sync_synchronize();
        answer(request);
        must(xenevtchn_notify(channels, port) == 0, "notify");
        if (++done == WARM_UP)
            start = now_ns();
    }
    return now_ns() - start;
}

int64_t serve_requests(unsigned domid, long requests)
{
    xc_interface *control = xc_interface_open(NULL, NULL, 0);
    xendevicemodel_handle *model = xendevicemodel_open(NULL, 0);
    xenforeignmemory_handle *memory = xenforeignmemory_open(NULL, 0);
    xenevtchn_handle *channels = xenevtchn_open(NULL, 0);
    must(control && model && memory && channels, "open");

    ioservid_t id;
    must(xendevicemodel_create_ioreq_server(model, domid, HVM_IOREQSRV_BUFIOREQ_OFF, &id) == 0, "create");
    void *page = NULL;
    xenforeignmemory_resource_handle *resource = xenforeignmemory_map_resource(
        memory, domid, XENMEM_resource_ioreq_server, id, XENMEM_resource_ioreq_server_frame_ioreq(0), 1, &page,
        PROT_READ | PROT_WRITE, 0);
    must(resource != NULL, "map_resource");
    must(xendevicemodel_map_io_range_to_ioreq_server(
        model, domid, id, 1, GUEST_DEVICE, GUEST_DEVICE + GUEST_DEVICE_SIZE - 1) == 0, "map_io_range");
    must(xendevicemodel_set_ioreq_server_state(model, domid, id, 1) == 0, "enable");
    volatile ioreq_t *request = &((shared_iopage_t *)page)->vcpu_ioreq[0];
    int port = xenevtchn_bind_interdomain(channels, domid, request->vp_eport);
    must(port > 0 && xc_domain_unpause(control, domid) == 0, "unpause");

    int64_t time = answer_all(channels, port, request, requests);

    /* A vCPU that waits is let go by the end of the server. */
    must(xc_domain_pause(control, domid) == 0, "pause");
    must(xendevicemodel_destroy_ioreq_server(model, domid, id) == 0, "destroy");
    xenevtchn_close(channels);
    xenforeignmemory_unmap_resource(memory, resource);
    xenforeignmemory_close(memory);
    xendevicemodel_close(model);
    xc_interface_close(control);
    return time;
}
