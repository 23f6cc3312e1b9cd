#include "interrupt.h"

#include <stddef.h>

#define INPUTS 24
#define FIRST_ENTRY 0x10
#define MASKED (1u << 16)

static uint32_t selected;
static struct {
    uint32_t low, high;
} entries[INPUTS] = {[0 ... INPUTS - 1] = {.low = MASKED}};

static uint32_t *entry(void)
{
    uint32_t number = (selected - FIRST_ENTRY) / 2;
    if (selected < FIRST_ENTRY || number >= INPUTS)
        return NULL;
    return selected & 1 ? &entries[number].high : &entries[number].low;
}

uint32_t ioapic_read(uint32_t offset)
{
    if (offset == 0)
        return selected;
    if (offset != 0x10)
        return 0;
    switch (selected) {
    case 0: return 0x10u << 24; /* the id that the guest's MADT has */
    case 1: return (INPUTS - 1) << 16 | 0x11;
    default: return entry() ? *entry() : 0;
    }
}

void ioapic_write(uint32_t offset, uint32_t value)
{
    if (offset == 0)
        selected = value & 0xff;
    else if (offset == 0x10 && entry())
        *entry() = value;
}

void ioapic_raise(xendevicemodel_handle *model, int domain, int input)
{
    uint32_t low = entries[input].low, high = entries[input].high;
    if (low & MASKED)
        return;
    uint64_t address = 0xfee00000ull | (uint64_t)(high >> 24) << 12 | (low >> 11 & 1) << 2;
    xendevicemodel_inject_msi(model, (domid_t)domain, address, (low & 0x7ff) | (low >> 15 & 1) << 15);
}
