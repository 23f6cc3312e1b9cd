/* An I/O APIC of edge-triggered inputs for a PVH guest, which has none; they are delivered as MSIs. */
#pragma once
#include <stdint.h>
#include <xendevicemodel.h>

#define IOAPIC_BASE 0xfec00000ull
#define IOAPIC_SIZE 0x1000ull

uint32_t ioapic_read(uint32_t offset);
void ioapic_write(uint32_t offset, uint32_t value);
void ioapic_raise(xendevicemodel_handle *model, int domain, int input);
