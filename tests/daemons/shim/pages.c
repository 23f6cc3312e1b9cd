// The page that a domain shares with the daemon is the file RUNDIR/ring-DOMID, which the domain's side has made.
#define _GNU_SOURCE
#include "shim.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define GRANT_REFERENCE_OF_XENSTORE 1u

void *shim_map_ring(uint32_t domid)
{
    char path[PATH_MAX];
    struct stat status;
    void *page = MAP_FAILED;
    int fd = shim_domain_state(domid) == SHIM_ABSENT ? -1 : open(shim_file(path, "ring-%u", domid), O_RDWR | O_CLOEXEC);
    // A file that is too short would be a SIGBUS later.
    if (fd >= 0 && !fstat(fd, &status) && status.st_size >= SHIM_PAGE)
        page = mmap(NULL, SHIM_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd >= 0)
        close(fd);
    if (page != MAP_FAILED)
        return page;
    errno = EINVAL;
    return NULL;
}

// The C daemon maps a grant of every domain.
void *xengnttab_open(void *logger, unsigned int flags)
{
    (void)logger, (void)flags;
    return calloc(1, 1);
}

int xengnttab_close(void *handle)
{
    free(handle);
    return 0;
}

int xengnttab_set_max_grants(void *handle, uint32_t count)
{
    (void)handle, (void)count;
    return 0;
}

void *xengnttab_map_grant_ref(void *handle, uint32_t domid, uint32_t reference, int protection)
{
    (void)handle, (void)protection;
    if (reference == GRANT_REFERENCE_OF_XENSTORE)
        return shim_map_ring(domid);
    errno = EINVAL;
    return NULL;
}

int xengnttab_unmap(void *handle, void *page, uint32_t count)
{
    (void)handle;
    return munmap(page, count * SHIM_PAGE);
}

// The OCaml daemon maps the frame of INTRODUCE, and unmaps it with munmap.
void *xc_map_foreign_range(void *interface, uint32_t domid, int size, int protection, unsigned long frame)
{
    (void)interface, (void)size, (void)protection, (void)frame;
    return shim_map_ring(domid);
}
