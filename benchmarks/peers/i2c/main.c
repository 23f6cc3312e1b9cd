/*
 * A device model in C: one IOREQ server with a virtio-i2c device on virtio-mmio, for a PVH guest of one vcpu.
 *
 *   ioreqd-i2c DOMAIN BASE IRQ ADAPTER ADDRESS...
 *
 * It is what benchmarks/i2c compares with: no daemon, no XenStore, no restart, no second guest.
 */
#include "i2c.h"
#include "interrupt.h"
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <xendevicemodel.h>
#include <xenevtchn.h>
#include <xenforeignmemory.h>
#include <xen/hvm/dm_op.h>
#include <xen/hvm/ioreq.h>
#include <xen/memory.h>

#define MMIO_SIZE 0x200u

static xendevicemodel_handle *model;
static int domain, interrupt_input;
static uint64_t base;
static struct queue queue;
static uint32_t feature_word, driver_feature_word, selected_queue, status, pending;

static void check(int failed, const char *what)
{
    if (failed) {
        perror(what);
        exit(1);
    }
}

static uint32_t device_read(uint32_t offset)
{
    switch (offset) {
    case 0x000: return 0x74726976; /* "virt" */
    case 0x004: return 2;
    case 0x008: return 34; /* I2C adapter */
    case 0x010: return 1; /* in either word: VIRTIO_I2C_F_ZERO_LENGTH_REQUEST, VIRTIO_F_VERSION_1 */
    case 0x034: return selected_queue == 0 ? 64 : 0;
    case 0x044: return selected_queue == 0 ? queue.ready : 0;
    case 0x060: return pending;
    case 0x070: return status;
    default: return 0;
    }
}

static void set_half(uint64_t *value, uint32_t half, int high)
{
    *value = high ? (uint32_t)*value | (uint64_t)half << 32 : (*value & ~0xffffffffull) | half;
}

static void device_write(uint32_t offset, uint32_t value)
{
    switch (offset) {
    case 0x014: feature_word = value; break;
    case 0x024: driver_feature_word = value; break;
    case 0x030: selected_queue = value; break;
    case 0x038: queue.size = value <= 64 ? value : 0; break;
    case 0x044: queue.ready = value && queue.size; break;
    case 0x050:
        if (i2c_serve(&queue)) {
            pending |= 1;
            ioapic_raise(model, domain, interrupt_input);
        }
        break;
    case 0x064: pending &= ~value; break;
    case 0x070:
        if (!value)
            memset(&queue, 0, sizeof queue);
        status = value;
        break;
    case 0x080: case 0x084: set_half(&queue.descriptors, value, offset & 4); break;
    case 0x090: case 0x094: set_half(&queue.available, value, offset & 4); break;
    case 0x0a0: case 0x0a4: set_half(&queue.used, value, offset & 4); break;
    }
}

static uint32_t access_one(uint64_t address, int read, uint32_t value)
{
    if (address >= IOAPIC_BASE && address < IOAPIC_BASE + IOAPIC_SIZE) {
        if (read)
            return ioapic_read((uint32_t)(address - IOAPIC_BASE));
        ioapic_write((uint32_t)(address - IOAPIC_BASE), value);
    } else {
        if (read)
            return device_read((uint32_t)(address - base));
        device_write((uint32_t)(address - base), value);
    }
    return value;
}

static void take_ranges(ioservid_t server)
{
    domid_t guest = (domid_t)domain;
    check(xendevicemodel_map_io_range_to_ioreq_server(model, guest, server, 1, base, base + MMIO_SIZE - 1), "map the device");
    check(xendevicemodel_map_io_range_to_ioreq_server(
              model, guest, server, 1, IOAPIC_BASE, IOAPIC_BASE + IOAPIC_SIZE - 1), "map the I/O APIC");
    check(xendevicemodel_set_ioreq_server_state(model, guest, server, 1), "set_ioreq_server_state");
}

int main(int count, char **words)
{
    if (count < 6) {
        fprintf(stderr, "usage: ioreqd-i2c DOMAIN BASE IRQ ADAPTER ADDRESS...\n");
        return 2;
    }
    domain = atoi(words[1]);
    base = strtoull(words[2], NULL, 0);
    interrupt_input = atoi(words[3]);
    i2c_open(words[4], count - 5, words + 5);
    memory_open(domain);

    ioservid_t server;
    void *page = NULL;
    xenforeignmemory_handle *foreign = xenforeignmemory_open(NULL, 0);
    xenevtchn_handle *channels = xenevtchn_open(NULL, 0);
    model = xendevicemodel_open(NULL, 0);
    check(!foreign || !channels || !model, "open");
    check(xendevicemodel_create_ioreq_server(model, (domid_t)domain, HVM_IOREQSRV_BUFIOREQ_OFF, &server), "create_ioreq_server");
    check(!xenforeignmemory_map_resource(foreign, (domid_t)domain, XENMEM_resource_ioreq_server, server,
              XENMEM_resource_ioreq_server_frame_ioreq(0), 1, &page, PROT_READ | PROT_WRITE, 0), "map_resource");
    take_ranges(server);
    /* The port is there once the server is enabled. */
    volatile ioreq_t *request = &((shared_iopage_t *)page)->vcpu_ioreq[0];
    int port = xenevtchn_bind_interdomain(channels, (uint32_t)domain, request->vp_eport);
    check(port < 0, "bind_interdomain");
    puts("ready");
    fflush(stdout);

    for (;;) {
        int pending_port = xenevtchn_pending(channels);
        check(pending_port < 0, "evtchn_pending");
        xenevtchn_unmask(channels, (evtchn_port_t)pending_port);
        if (pending_port != port || request->state != STATE_IOREQ_READY)
            continue;
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        request->state = STATE_IOREQ_INPROCESS;
        if (request->type == IOREQ_TYPE_COPY && !request->data_is_ptr)
            request->data = access_one(request->addr, request->dir == IOREQ_READ, (uint32_t)request->data);
        __atomic_thread_fence(__ATOMIC_RELEASE);
        request->state = STATE_IORESP_READY;
        xenevtchn_notify(channels, (evtchn_port_t)port);
    }
}
