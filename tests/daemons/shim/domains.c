// Which domains there are: a file RUNDIR/domains/DOMID says in one word how its domain is. Domain 0 always runs.
#define _GNU_SOURCE
#include "shim.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_RESERVED_DOMID 0x7ff0u
#define SHUTDOWN_REASON_CRASH 3u

// The head of Xen 4.17's xc_dominfo_t: the daemons read no further.
struct dominfo {
    uint32_t domid;
    uint32_t ssidref;
    unsigned int dying : 1, crashed : 1, shutdown : 1, paused : 1, blocked : 1, running : 1;
    unsigned int shutdown_reason;
};

// struct xen_domctl_getdomaininfo of x86, the same in Xen 4.17 and 4.20.
struct domaininfo {
    uint16_t domid;
    uint16_t pad;
    uint32_t flags;
    uint64_t rest[13];
};
_Static_assert(sizeof(struct domaininfo) == 112, "the array's stride");

#define DOMINF_DYING 1u
#define DOMINF_SHUTDOWN 4u
#define DOMINF_RUNNING 32u
#define DOMINF_REASON_SHIFT 16

enum shim_state shim_domain_state(uint32_t domid)
{
    static const char *const words[] = {
        [SHIM_RUNNING] = "running", [SHIM_SHUTDOWN] = "shutdown", [SHIM_CRASHED] = "crashed", [SHIM_DYING] = "dying",
    };
    char path[PATH_MAX], word[16] = "";
    FILE *file;
    if (domid == 0)
        return SHIM_RUNNING;
    file = fopen(shim_file(path, "domains/%u", domid), "re");
    if (!file)
        return SHIM_ABSENT;
    if (fscanf(file, "%15s", word) != 1)
        word[0] = 0;
    fclose(file);
    for (enum shim_state state = SHIM_RUNNING; state <= SHIM_DYING; state++)
        if (!strcmp(word, words[state]))
            return state;
    return SHIM_ABSENT;
}

static bool describe(uint32_t domid, struct domaininfo *info)
{
    static const uint32_t flags[] = {
        [SHIM_RUNNING] = DOMINF_RUNNING,
        [SHIM_SHUTDOWN] = DOMINF_SHUTDOWN,
        [SHIM_CRASHED] = DOMINF_SHUTDOWN | SHUTDOWN_REASON_CRASH << DOMINF_REASON_SHIFT,
        [SHIM_DYING] = DOMINF_DYING,
    };
    enum shim_state state = shim_domain_state(domid);
    if (state == SHIM_ABSENT)
        return false;
    *info = (struct domaininfo){ .domid = domid, .flags = flags[state] };
    return true;
}

// Real ones are bigger; xc_get_last_error reads in it.
void *xc_interface_open(void *logger, void *dombuild_logger, unsigned int flags)
{
    (void)logger, (void)dombuild_logger, (void)flags;
    return calloc(1, 65536);
}

int xc_interface_close(void *interface)
{
    free(interface);
    return 0;
}

// Xen 4.17's C daemon asks for one domain.
int xc_domain_getinfo(void *interface, uint32_t first, unsigned int count, struct dominfo *info)
{
    struct domaininfo found;
    (void)interface;
    if (count < 1 || !describe(first, &found))
        return 0;
    *info = (struct dominfo){
        .domid = first,
        .dying = !!(found.flags & DOMINF_DYING),
        .shutdown = !!(found.flags & DOMINF_SHUTDOWN),
        .running = !!(found.flags & DOMINF_RUNNING),
        .shutdown_reason = found.flags >> DOMINF_REASON_SHIFT,
    };
    info->crashed = info->shutdown && info->shutdown_reason == SHUTDOWN_REASON_CRASH;
    return 1;
}

int xc_domain_getinfo_single(void *interface, uint32_t domid, struct domaininfo *info)
{
    (void)interface;
    if (describe(domid, info))
        return 0;
    errno = ESRCH;
    return -1;
}

int xc_domain_getinfolist(void *interface, uint32_t first, unsigned int count, struct domaininfo *infos)
{
    unsigned int filled = 0;
    uint8_t *there = calloc(FIRST_RESERVED_DOMID, 1);
    char path[PATH_MAX];
    DIR *directory = opendir(shim_file(path, "domains"));
    struct dirent *entry;
    (void)interface;
    there[0] = 1;
    while (directory && (entry = readdir(directory))) {
        char *end;
        unsigned long domid = strtoul(entry->d_name, &end, 10);
        if (!*end && domid < FIRST_RESERVED_DOMID)
            there[domid] = 1;
    }
    if (directory)
        closedir(directory);
    for (uint32_t domid = first; domid < FIRST_RESERVED_DOMID && filled < count; domid++)
        if (there[domid] && describe(domid, &infos[filled]))
            filled++;
    free(there);
    return filled;
}
