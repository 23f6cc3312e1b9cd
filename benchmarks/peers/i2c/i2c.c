#include "i2c.h"

#include "memory.h"

#include <fcntl.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <linux/virtio_ring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#define MOST_MESSAGES 42 /* of one transfer, for Linux */
#define MOST_BYTES 4096
#define FAIL_NEXT 1u
#define READ 2u
#define STATUS_OK 0
#define STATUS_ERROR 1

struct request {
    uint16_t head;
    struct {
        uint16_t address, padding;
        uint32_t flags;
    } out;
    uint8_t *status;
    uint8_t *data; /* the guest's */
    uint32_t length;
};

static int adapter;
static bool allowed[128];
static struct request group[MOST_MESSAGES];
static uint8_t buffers[MOST_MESSAGES][MOST_BYTES]; /* what the kernel gets does not change while it looks */

void i2c_open(const char *path, int chips, char **addresses)
{
    adapter = open(path, O_RDWR);
    if (adapter < 0) {
        perror(path);
        exit(1);
    }
    for (int i = 0; i < chips; i++)
        allowed[strtoul(addresses[i], NULL, 0) & 127] = true;
}

/* The parts of a chain: a header, data if there is any, a status. False if it is not so. */
static bool parse(const struct vring_desc *table, uint32_t size, struct request *request)
{
    uint16_t index = request->head;
    int part = 0;
    request->status = request->data = NULL;
    request->length = 0;
    for (uint32_t count = 0; count < size && index < size; count++) {
        struct vring_desc descriptor = table[index];
        bool last = !(descriptor.flags & VRING_DESC_F_NEXT), writable = descriptor.flags & VRING_DESC_F_WRITE;
        void *memory = guest_memory(descriptor.addr, descriptor.len);
        if (!memory)
            return false;
        if (part == 0) {
            if (writable || descriptor.len != sizeof request->out)
                return false;
            memcpy(&request->out, memory, sizeof request->out);
        } else if (last) {
            if (!writable || descriptor.len != 1)
                return false;
            request->status = memory;
            return true;
        } else if (part == 1) {
            if (writable != (bool)(request->out.flags & READ))
                return false;
            request->data = memory;
            request->length = descriptor.len;
        } else {
            return false;
        }
        part++;
        index = descriptor.next;
    }
    return false;
}

static bool carry_out(int count)
{
    struct i2c_msg messages[MOST_MESSAGES];
    struct i2c_rdwr_ioctl_data transfer = {.msgs = messages, .nmsgs = (uint32_t)count};
    for (int i = 0; i < count; i++) {
        struct request *request = &group[i];
        uint16_t address = request->out.address >> 1;
        if (request->out.address & 1 || address > 127 || !allowed[address] || request->length > MOST_BYTES)
            return false;
        bool read = request->out.flags & READ;
        if (!read)
            memcpy(buffers[i], request->data, request->length);
        messages[i] = (struct i2c_msg){
            .addr = address, .flags = read ? I2C_M_RD : 0, .len = (uint16_t)request->length, .buf = buffers[i]};
    }
    if (ioctl(adapter, I2C_RDWR, &transfer) != count)
        return false;
    for (int i = 0; i < count; i++)
        if (group[i].out.flags & READ)
            memcpy(group[i].data, buffers[i], group[i].length);
    return true;
}

static void give_back(struct queue *queue, uint16_t head, uint32_t written)
{
    struct vring_used *used = guest_memory(queue->used, sizeof *used + queue->size * sizeof used->ring[0]);
    used->ring[used->idx % queue->size] = (struct vring_used_elem){.id = head, .len = written};
    __atomic_store_n(&used->idx, used->idx + 1, __ATOMIC_RELEASE);
}

static void finish(struct queue *queue, int count)
{
    bool done = count > 0 && carry_out(count);
    for (int i = 0; i < count; i++) {
        *group[i].status = done ? STATUS_OK : STATUS_ERROR;
        give_back(queue, group[i].head, 1 + (group[i].out.flags & READ ? group[i].length : 0));
    }
}

bool i2c_serve(struct queue *queue)
{
    struct vring_avail *available = guest_memory(queue->available, sizeof *available + queue->size * sizeof(uint16_t));
    struct vring_desc *table = guest_memory(queue->descriptors, queue->size * sizeof *table);
    int count = 0;
    bool any = false;
    if (!queue->ready || !available || !table ||
        !guest_memory(queue->used, sizeof(struct vring_used) + queue->size * sizeof(struct vring_used_elem)))
        return false;
    while (queue->next != __atomic_load_n(&available->idx, __ATOMIC_ACQUIRE)) {
        struct request *request = &group[count];
        request->head = available->ring[queue->next++ % queue->size];
        any = true;
        if (!parse(table, queue->size, request)) {
            give_back(queue, request->head, 0);
            continue;
        }
        count++;
        if (!(request->out.flags & FAIL_NEXT) || count == MOST_MESSAGES) {
            finish(queue, count);
            count = 0;
        }
    }
    finish(queue, count);
    return any && !(available->flags & VRING_AVAIL_F_NO_INTERRUPT);
}
