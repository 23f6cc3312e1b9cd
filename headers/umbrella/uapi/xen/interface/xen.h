/* Linux's privcmd.h knows Xen's interface by the kernel's path; outside the kernel it is Xen's own header. */
#include <xen/xen.h>
