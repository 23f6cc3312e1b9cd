/* Hypercalls and device model operations, by the libraries that C programs use. */
#include <xencall.h>
#include <xendevicemodel.h>
#include <xen/version.h>
#include <xen/xen.h>

#include "peer.h"

int64_t xen_version(long repetitions)
{
    xencall_handle *call = xencall_open(NULL, 0);
    must(call != NULL, "xencall_open");
    int64_t start = now_ns();
    for (long i = 0; i < repetitions; i++)
        must(xencall2(call, __HYPERVISOR_xen_version, XENVER_version, 0) > 0, "xen_version");
    int64_t time = now_ns() - start;
    xencall_close(call);
    return time;
}

int64_t vcpu_count(unsigned domid, long repetitions)
{
    xendevicemodel_handle *model = xendevicemodel_open(NULL, 0);
    must(model != NULL, "xendevicemodel_open");
    int64_t start = now_ns();
    for (long i = 0; i < repetitions; i++) {
        unsigned count = 0;
        must(xendevicemodel_nr_vcpus(model, domid, &count) == 0 && count == 1, "nr_vcpus");
    }
    int64_t time = now_ns() - start;
    xendevicemodel_close(model);
    return time;
}
