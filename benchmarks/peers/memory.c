/* Foreign memory: mapped and unmapped again. */
#include <sys/mman.h>
#include <xenforeignmemory.h>

#include "peer.h"

int64_t map_frames(unsigned domid, unsigned pages, long repetitions)
{
    xenforeignmemory_handle *memory = xenforeignmemory_open(NULL, 0);
    must(memory != NULL, "xenforeignmemory_open");
    xen_pfn_t *frames = calloc(pages, sizeof(*frames));
    int *errors = calloc(pages, sizeof(*errors));
    must(frames != NULL && errors != NULL, "calloc");
    for (unsigned i = 0; i < pages; i++)
        frames[i] = i;

    int64_t start = now_ns();
    for (long i = 0; i < repetitions; i++) {
        void *mapped = xenforeignmemory_map(memory, domid, PROT_READ | PROT_WRITE, pages, frames, errors);
        must(mapped != NULL && errors[0] == 0 && errors[pages - 1] == 0, "xenforeignmemory_map");
        must(xenforeignmemory_unmap(memory, mapped, pages) == 0, "xenforeignmemory_unmap");
    }
    int64_t time = now_ns() - start;

    free(errors);
    free(frames);
    xenforeignmemory_close(memory);
    return time;
}
