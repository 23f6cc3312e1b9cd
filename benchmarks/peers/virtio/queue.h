/*
 * The device's side of virtio queues as a C program would have it: the peer of Xen.Virtio's. The same work and the same
 * checks: each field of the guest is read once, lengths and directions are checked, segments are copied, the driver's wish
 * for an interrupt is asked after each chain.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_SEGMENTS 1024

struct bank {
    uint64_t address;
    uint64_t length;
    uint8_t *bytes;
};

struct guest_memory {
    struct bank banks[4];
    size_t count;
};

struct descriptor {
    uint64_t address;
    union {
        struct {
            uint32_t length;
            uint16_t third;  /* split: flags; packed: id */
            uint16_t fourth; /* split: next; packed: flags */
        };
        _Atomic uint64_t rest;
    };
};

struct segment {
    uint64_t address;
    uint32_t length;
};

struct chain {
    uint16_t head;
    uint16_t slots;
    uint32_t readable_length;
    uint32_t writable_length;
    unsigned readable;
    unsigned count;
    bool writing;
    struct segment segments[MAX_SEGMENTS];
};

enum take { EMPTY, CHAIN, MALFORMED, BROKEN };

struct queue {
    const struct guest_memory *memory;
    uint64_t descriptors_at, driver_at, device_at;
    unsigned size;
    bool packed, event_index, broken;
    uint16_t next_available, next_used, seen_available;
    bool available_wrap, used_wrap;
    unsigned undecided;
    struct descriptor table[MAX_SEGMENTS];
};

/* The three areas, as they are reached now. */
struct rings {
    struct descriptor *descriptors;
    uint16_t *driver;
    uint16_t *device;
};

void *reach(const struct guest_memory *memory, uint64_t address, uint64_t length);
bool open_rings(const struct queue *queue, struct rings *rings);
enum take take(struct queue *queue, const struct rings *rings, struct chain *chain);
void complete(struct queue *queue, const struct rings *rings, const struct chain *chain, uint32_t written);
bool should_interrupt(struct queue *queue, const struct rings *rings);
void suppress_notifications(const struct queue *queue, const struct rings *rings);
bool allow_notifications(const struct queue *queue, const struct rings *rings);

#endif
