/*
 * Linux's user interface to Xen: privcmd, evtchn, gntdev and gntalloc.
 * Those headers lean on others that they do not include, so these come first.
 */
#define __XEN_TOOLS__ 1

#include <stddef.h>
#include <stdint.h>

#include <linux/ioctl.h>
#include <linux/types.h>
#include <xen/xen.h>
#include <xen/grant_table.h>

#include <xen/evtchn.h>
#include <xen/gntalloc.h>
#include <xen/gntdev.h>
#include <xen/privcmd.h>
