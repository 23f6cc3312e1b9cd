// What the parts of the shim share. The prototypes of Xen's libraries are declared here, as far as the daemons call
// them, so that no package with Xen's headers is needed.
#ifndef SHIM_H
#define SHIM_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHIM_PAGE 4096u

// What RUNDIR/domains/DOMID says.
enum shim_state { SHIM_ABSENT, SHIM_RUNNING, SHIM_SHUTDOWN, SHIM_CRASHED, SHIM_DYING };

// shim_file FORMAT...: a path below the run directory. The buffer belongs to the caller.
const char *shim_file(char buffer[PATH_MAX], const char *format, ...) __attribute__((format(printf, 2, 3)));

// shim_path PATH: where the file is in truth that the daemon looks for at PATH.
const char *shim_path(const char *path, char buffer[PATH_MAX]);

enum shim_state shim_domain_state(uint32_t domid);

// shim_map_ring DOMID: the page that the domain shares with the daemon, or NULL with errno.
void *shim_map_ring(uint32_t domid);

#endif
