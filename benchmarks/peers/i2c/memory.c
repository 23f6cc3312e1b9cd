#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <xenforeignmemory.h>

#define PAGE 4096u
#define PAGES (1u << 18) /* of a guest with 1 GiB */

static xenforeignmemory_handle *foreign;
static uint32_t domain;
static char *pages[PAGES];

void memory_open(int of)
{
    domain = (uint32_t)of;
    foreign = xenforeignmemory_open(NULL, 0);
    if (!foreign) {
        perror("xenforeignmemory_open");
        exit(1);
    }
}

void *guest_memory(uint64_t address, size_t length)
{
    uint64_t page = address / PAGE;
    if (page >= PAGES || length > PAGE - address % PAGE)
        return NULL;
    if (!pages[page]) {
        xen_pfn_t frame = page;
        int error;
        pages[page] = xenforeignmemory_map(foreign, domain, PROT_READ | PROT_WRITE, 1, &frame, &error);
        if (!pages[page])
            return NULL;
    }
    return pages[page] + address % PAGE;
}
