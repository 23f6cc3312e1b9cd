#include <stdatomic.h>
#include <string.h>

#include "queue.h"

enum { NEXT = 1, WRITE = 2, INDIRECT = 4, AVAILABLE = 1 << 7, USED = 1 << 15, BLOCK = 1 << 20 };

void *reach(const struct guest_memory *memory, uint64_t address, uint64_t length)
{
    for (size_t i = 0; i < memory->count; i++) {
        const struct bank *bank = &memory->banks[i];
        uint64_t offset = address - bank->address;
        if (address >= bank->address && offset <= bank->length && length <= bank->length - offset)
            return bank->bytes + offset;
    }
    return NULL;
}

bool open_rings(const struct queue *queue, struct rings *rings)
{
    unsigned size = queue->size;
    rings->descriptors = reach(queue->memory, queue->descriptors_at, sizeof(struct descriptor) * size);
    rings->driver = reach(queue->memory, queue->driver_at, queue->packed ? 4 : 6 + 2 * size);
    rings->device = reach(queue->memory, queue->device_at, queue->packed ? 4 : 6 + 8 * size);
    return rings->descriptors && rings->driver && rings->device;
}

static bool append(struct chain *chain, uint64_t address, uint32_t length, bool writable)
{
    if (chain->writing && !writable)
        return false;
    chain->writing = writable;
    if (length == 0)
        return true;
    if (address > UINT64_MAX - (length - 1) || length > UINT32_MAX - chain->readable_length - chain->writable_length
        || chain->count == MAX_SEGMENTS)
        return false;
    chain->segments[chain->count].address = address;
    chain->segments[chain->count].length = length;
    chain->count++;
    if (writable) {
        chain->writable_length += length;
    } else {
        chain->readable_length += length;
        chain->readable = chain->count;
    }
    return true;
}

/* Returns how many descriptors the table has; 0 if it is none. */
static unsigned load_table(struct queue *queue, uint64_t address, uint32_t length)
{
    uint32_t first = BLOCK - (uint32_t)(address % BLOCK);
    void *bytes;
    if (length == 0 || length % sizeof(struct descriptor) != 0 || length > sizeof(queue->table)
        || address > UINT64_MAX - (length - 1))
        return 0;
    if (first > length)
        first = length;
    bytes = reach(queue->memory, address, first);
    if (!bytes)
        return 0;
    memcpy(queue->table, bytes, first);
    if (first != length) {
        bytes = reach(queue->memory, address + first, length - first);
        if (!bytes)
            return 0;
        memcpy((uint8_t *)queue->table + first, bytes, length - first);
    }
    return length / sizeof(struct descriptor);
}

static bool follow_split(struct queue *queue, const struct descriptor *table, unsigned size, unsigned index,
                         bool indirect, struct chain *chain)
{
    for (unsigned steps = 0; steps < size; steps++) {
        const volatile struct descriptor *shared = &table[index];
        struct descriptor copy = { shared->address, { { shared->length, shared->third, shared->fourth } } };
        if (copy.third & INDIRECT) {
            unsigned count;
            if (indirect || (copy.third & NEXT))
                return false;
            count = load_table(queue, copy.address, copy.length);
            return count != 0 && follow_split(queue, queue->table, count, 0, true, chain);
        }
        if (!append(chain, copy.address, copy.length, copy.third & WRITE))
            return false;
        if (!(copy.third & NEXT))
            return true;
        index = copy.fourth;
        if (index >= size)
            return false;
    }
    return false;
}

static enum take take_split(struct queue *queue, const struct rings *rings, struct chain *chain)
{
    uint16_t head;
    if (queue->seen_available == queue->next_available) {
        uint16_t index = atomic_load_explicit((_Atomic uint16_t *)&rings->driver[1], memory_order_acquire);
        if ((uint16_t)(index - queue->next_available) > queue->size) {
            queue->broken = true;
            return BROKEN;
        }
        queue->seen_available = index;
        if (index == queue->next_available)
            return EMPTY;
    }
    head = *(volatile uint16_t *)&rings->driver[2 + (queue->next_available & (queue->size - 1))];
    queue->next_available++;
    chain->head = head;
    return head < queue->size && follow_split(queue, rings->descriptors, queue->size, head, false, chain)
        ? CHAIN : MALFORMED;
}

static uint16_t read_flags(const struct rings *rings, unsigned slot)
{
    return atomic_load_explicit((_Atomic uint16_t *)&rings->descriptors[slot].fourth, memory_order_acquire);
}

static bool is_available(uint16_t flags, bool wrap)
{
    return !!(flags & AVAILABLE) == wrap && !!(flags & USED) != wrap;
}

static bool append_packed(struct queue *queue, const struct descriptor *copy, struct chain *chain)
{
    unsigned count;
    if (!(copy->fourth & INDIRECT))
        return append(chain, copy->address, copy->length, copy->fourth & WRITE);
    if (copy->fourth & NEXT)
        return false;
    count = load_table(queue, copy->address, copy->length);
    for (unsigned i = 0; i < count; i++) {
        const struct descriptor *nested = &queue->table[i];
        if ((nested->fourth & INDIRECT) || !append(chain, nested->address, nested->length, nested->fourth & WRITE))
            return false;
    }
    return count != 0;
}

static void advance(uint16_t *slot, bool *wrap, unsigned slots, unsigned size)
{
    unsigned next = *slot + slots;
    if (next >= size) {
        next -= size;
        *wrap = !*wrap;
    }
    *slot = next;
}

static enum take take_packed(struct queue *queue, const struct rings *rings, struct chain *chain)
{
    unsigned slot = queue->next_available, slots = 0;
    bool good = true;
    uint16_t flags = read_flags(rings, slot);
    if (!is_available(flags, queue->available_wrap))
        return EMPTY;
    for (;;) {
        const volatile struct descriptor *shared = &rings->descriptors[slot];
        struct descriptor copy = { shared->address, { { shared->length, shared->third, flags } } };
        slots++;
        good = good && append_packed(queue, &copy, chain);
        if (!(flags & NEXT) || slots == queue->size) {
            good = good && !(flags & NEXT);
            chain->head = copy.third;
            break;
        }
        slot = slot + 1 == queue->size ? 0 : slot + 1;
        flags = read_flags(rings, slot);
    }
    chain->slots = slots;
    advance(&queue->next_available, &queue->available_wrap, slots, queue->size);
    return good ? CHAIN : MALFORMED;
}

enum take take(struct queue *queue, const struct rings *rings, struct chain *chain)
{
    if (queue->broken)
        return BROKEN;
    chain->count = 0;
    chain->readable = 0;
    chain->readable_length = 0;
    chain->writable_length = 0;
    chain->writing = false;
    return queue->packed ? take_packed(queue, rings, chain) : take_split(queue, rings, chain);
}

void complete(struct queue *queue, const struct rings *rings, const struct chain *chain, uint32_t written)
{
    if (queue->packed) {
        uint16_t flags = (queue->used_wrap ? AVAILABLE | USED : 0) | (written ? WRITE : 0);
        uint64_t word = written | (uint64_t)chain->head << 32 | (uint64_t)flags << 48;
        atomic_store_explicit(&rings->descriptors[queue->next_used].rest, word, memory_order_release);
        advance(&queue->next_used, &queue->used_wrap, chain->slots, queue->size);
        queue->undecided += chain->slots;
    } else {
        uint64_t element = chain->head | (uint64_t)written << 32;
        memcpy(&rings->device[2 + (queue->next_used & (queue->size - 1)) * 4], &element, sizeof(element));
        atomic_store_explicit((_Atomic uint16_t *)&rings->device[1], ++queue->next_used, memory_order_release);
        queue->undecided++;
    }
}

static bool has_passed(uint16_t position, uint16_t event, unsigned last)
{
    return (uint16_t)(position - event - 1) < (last < UINT16_MAX ? last : UINT16_MAX);
}

bool should_interrupt(struct queue *queue, const struct rings *rings)
{
    unsigned completed = queue->undecided;
    uint32_t wish;
    int slot;
    if (completed == 0)
        return false;
    queue->undecided = 0;
    atomic_thread_fence(memory_order_seq_cst);
    if (!queue->packed) {
        if (!queue->event_index)
            return !(*(volatile uint16_t *)rings->driver & 1);
        return has_passed(queue->next_used, *(volatile uint16_t *)&rings->driver[2 + queue->size], completed);
    }
    wish = *(volatile uint32_t *)rings->driver;
    if (((wish >> 16) & 3) != 2 || !queue->event_index)
        return ((wish >> 16) & 3) != 1;
    slot = (int)(wish & 0x7fff) - (!!(wish & 0x8000) == queue->used_wrap ? 0 : (int)queue->size);
    return has_passed(queue->next_used, (uint16_t)slot, completed < queue->size ? completed : queue->size);
}

void suppress_notifications(const struct queue *queue, const struct rings *rings)
{
    if (queue->packed)
        *(volatile uint32_t *)rings->device = 1u << 16;
    else if (!queue->event_index)
        *(volatile uint16_t *)rings->device = 1;
}

bool allow_notifications(const struct queue *queue, const struct rings *rings)
{
    if (queue->packed)
        *(volatile uint32_t *)rings->device = queue->event_index
            ? queue->next_available | (queue->available_wrap ? 0x8000u : 0) | 2u << 16 : 0;
    else if (queue->event_index)
        *(volatile uint16_t *)&rings->device[2 + 4 * queue->size] = queue->next_available;
    else
        *(volatile uint16_t *)rings->device = 0;
    atomic_thread_fence(memory_order_seq_cst);
    return queue->packed
        ? is_available(read_flags(rings, queue->next_available), queue->available_wrap)
        : *(volatile uint16_t *)&rings->driver[1] != queue->next_available;
}
