// The daemons have the paths of a dom0 compiled in. Here all of them lead into the run directory, XENSTORED_RUNDIR, and
// those of Xen's own files into the unpacked packages, XEN_PACKAGES_ROOT.
#define _GNU_SOURCE
#include "shim.h"
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    if (!value || !*value) {
        fprintf(stderr, "shim: %s is not set\n", name);
        _Exit(125);
    }
    return value;
}

const char *shim_file(char buffer[PATH_MAX], const char *format, ...)
{
    int length = snprintf(buffer, PATH_MAX, "%s/", environment("XENSTORED_RUNDIR"));
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(buffer + length, PATH_MAX - length, format, arguments);
    va_end(arguments);
    return buffer;
}

static bool is_below(const char *path, const char *directory)
{
    size_t length = strlen(directory);
    return !strncmp(path, directory, length) && (path[length] == '/' || !path[length]);
}

const char *shim_path(const char *path, char buffer[PATH_MAX])
{
    static const char *const private[] = {
        "/var/run/xenstored", "/var/run/xen", "/var/lib/xenstored", "/var/lib/xen/xenstore", "/var/log/xen",
        "/etc/xen", "/proc/xen", "/dev/xen",
    };
    if (!path || is_below(path, environment("XENSTORED_RUNDIR")))
        return path;
    for (size_t i = 0; i < sizeof private / sizeof *private; i++)
        if (is_below(path, private[i]))
            return shim_file(buffer, "%s", path + strlen(private[i]));
    if (!strncmp(path, "/usr/lib/xen-", 13)) {
        snprintf(buffer, PATH_MAX, "%s%s", environment("XEN_PACKAGES_ROOT"), path);
        return buffer;
    }
    return path;
}

// REAL(f): the function that the shim's own f hides.
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define OPEN(name)                                                      \
    int name(const char *path, int flags, ...)                          \
    {                                                                   \
        char buffer[PATH_MAX];                                          \
        va_list arguments;                                              \
        va_start(arguments, flags);                                     \
        mode_t mode = va_arg(arguments, mode_t);                        \
        va_end(arguments);                                              \
        return REAL(name)(shim_path(path, buffer), flags, mode);        \
    }
OPEN(open)
OPEN(open64)

#define WITH_PATH(type, name, parameters, ...)                          \
    type name parameters                                                \
    {                                                                   \
        char buffer[PATH_MAX];                                          \
        return REAL(name)(shim_path(path, buffer), ##__VA_ARGS__);      \
    }
WITH_PATH(FILE *, fopen, (const char *path, const char *mode), mode)
WITH_PATH(DIR *, opendir, (const char *path))
WITH_PATH(int, access, (const char *path, int mode), mode)
WITH_PATH(int, chmod, (const char *path, mode_t mode), mode)
WITH_PATH(int, mkdir, (const char *path, mode_t mode), mode)
WITH_PATH(int, stat, (const char *path, struct stat *result), result)
WITH_PATH(int, stat64, (const char *path, struct stat64 *result), result)
WITH_PATH(int, lstat64, (const char *path, struct stat64 *result), result)
WITH_PATH(int, unlink, (const char *path))
WITH_PATH(void *, dlopen, (const char *path, int mode), mode)

int rename(const char *from, const char *to)
{
    char from_buffer[PATH_MAX], to_buffer[PATH_MAX];
    return REAL(rename)(shim_path(from, from_buffer), shim_path(to, to_buffer));
}

int bind(int fd, const struct sockaddr *address, socklen_t length)
{
    struct sockaddr_un un = { .sun_family = AF_UNIX };
    char buffer[PATH_MAX];
    if (address->sa_family != AF_UNIX)
        return REAL(bind)(fd, address, length);
    snprintf(un.sun_path, sizeof un.sun_path, "%s", shim_path(((const struct sockaddr_un *)address)->sun_path, buffer));
    return REAL(bind)(fd, (const struct sockaddr *)&un, sizeof un);
}
