/*
 * virtio-peer - what the queues in queue.c take.
 *
 * Reads a request a line, answers with nanoseconds:
 *   serve KIND ROUNDS    KIND: 1 packed, 2 indirect, 4 event index, added up; as benchmarks/Xen.Benchmarks.Virtio has them
 *
 * In each round the driver makes CHAINS chains available, of one readable and two writable buffers; the device takes all
 * and gives them back. Only the device is timed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "queue.h"

enum {
    PACKED = 1, INDIRECT_TABLES = 2, EVENT_INDEX = 4,
    CHAINS = 256, BUFFERS = 3, SPLIT_SIZE = 1024,
    DESCRIPTORS = 0x1000, DRIVER = 0x10000, DEVICE = 0x20000, TABLES = 0x30000, DATA = 0x80000, MEMORY = 0x100000,
};

static uint8_t *memory;

static int64_t now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* A buffer of a chain: header to read, data and status to write. */
static struct descriptor buffer(int chain, int i, int kind)
{
    static const uint32_t lengths[BUFFERS] = { 16, 512, 1 };
    uint16_t flags = (i != 0 ? 2 : 0) | (i != BUFFERS - 1 ? 1 : 0);
    struct descriptor descriptor = {
        DATA + (chain % 64) * 1024 + i * 16, { { lengths[i], flags, i + 1 } },
    };
    if (kind & PACKED) {
        descriptor.third = chain;
        descriptor.fourth = flags;
    }
    return descriptor;
}

static struct descriptor table(int chain, int kind)
{
    struct descriptor descriptor = { TABLES + chain * BUFFERS * 16, { { BUFFERS * 16, 4, 0 } } };
    if (kind & PACKED) {
        descriptor.third = chain;
        descriptor.fourth = 4;
    }
    return descriptor;
}

/* The flags of a packed ring say the round; those of a split one stay as they are. */
static void prepare(int kind, unsigned round)
{
    struct descriptor *descriptors = (void *)(memory + DESCRIPTORS);
    int each = kind & INDIRECT_TABLES ? 1 : BUFFERS;
    for (int chain = 0; chain < CHAINS; chain++) {
        for (int i = 0; i < each; i++) {
            struct descriptor *descriptor = &descriptors[chain * each + i];
            *descriptor = kind & INDIRECT_TABLES ? table(chain, kind) : buffer(chain, i, kind);
            if (kind & PACKED)
                descriptor->fourth |= round % 2 == 0 ? 1 << 7 : 1 << 15;
            else if (!(kind & INDIRECT_TABLES))
                descriptor->fourth += chain * BUFFERS;
        }
    }
}

static int64_t serve(int kind, long rounds)
{
    static struct queue queue;
    static struct chain chain;
    struct guest_memory guest = { { { 0, MEMORY, memory } }, 1 };
    int each = kind & INDIRECT_TABLES ? 1 : BUFFERS;
    uint16_t *driver = (void *)(memory + DRIVER);
    int64_t time = 0;
    memset(memory, 0, MEMORY);
    memset(&queue, 0, sizeof(queue));
    queue.memory = &guest;
    queue.descriptors_at = DESCRIPTORS;
    queue.driver_at = DRIVER;
    queue.device_at = DEVICE;
    queue.size = kind & PACKED ? CHAINS * each : SPLIT_SIZE;
    queue.packed = kind & PACKED;
    queue.event_index = kind & EVENT_INDEX;
    queue.available_wrap = queue.used_wrap = true;
    for (int i = 0; i < CHAINS * BUFFERS; i++)
        ((struct descriptor *)(memory + TABLES))[i] = buffer(i / BUFFERS, i % BUFFERS, kind);
    for (int i = 0; i < SPLIT_SIZE && !queue.packed; i++)
        driver[2 + i] = i % CHAINS * each;
    prepare(kind, 0);

    for (long round = 0; round < rounds; round++) {
        struct rings rings;
        uint64_t bytes = 0;
        int served = 0;
        if (queue.packed)
            prepare(kind, round);
        else
            driver[1] = (uint16_t)((round + 1) * CHAINS);

        int64_t start = now_ns();
        if (!open_rings(&queue, &rings))
            exit(2);
        suppress_notifications(&queue, &rings);
        while (take(&queue, &rings, &chain) == CHAIN) {
            bytes += chain.readable_length;
            complete(&queue, &rings, &chain, chain.writable_length);
            bytes += should_interrupt(&queue, &rings);
            served++;
        }
        allow_notifications(&queue, &rings);
        time += now_ns() - start;
        if (served != CHAINS || bytes < 16 * CHAINS)
            exit(3);
    }
    return time;
}

int main(void)
{
    char line[128];
    int kind;
    long rounds;
    memory = aligned_alloc(4096, MEMORY);
    if (!memory)
        return 2;
    setvbuf(stdout, NULL, _IOLBF, 0);
    while (fgets(line, sizeof(line), stdin)) {
        if (sscanf(line, "serve %d %ld", &kind, &rounds) != 2) {
            fprintf(stderr, "virtio-peer: unknown request: %s", line);
            return 2;
        }
        printf("%lld\n", (long long)serve(kind, rounds));
    }
    return 0;
}
