/*
 * For LD_PRELOAD with xl: each domain that it creates is one that XenStore may run in, which xl has no setting for. Such a
 * domain may ask Xen about all others (XEN_DOMCTL_getdomaininfo), and do nothing else of the toolstack's.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

/* struct xen_domctl_createdomain, public/domctl.h of Xen 4.17 and 4.20: ssidref and the handle come first. */
#define OFFSET_OF_FLAGS 20
#define XS_DOMAIN (1u << 4) /* XEN_DOMCTL_CDF_xs_domain */

int xc_domain_create(void *xch, uint32_t *domid, void *config)
{
    int (*create)(void *, uint32_t *, void *) =
        (int (*)(void *, uint32_t *, void *))dlsym(RTLD_NEXT, "xc_domain_create");

    *(uint32_t *)((char *)config + OFFSET_OF_FLAGS) |= XS_DOMAIN;
    return create(xch, domid, config);
}
