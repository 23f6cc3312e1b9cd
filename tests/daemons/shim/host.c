// What a daemon wants of its host and a container, or a machine that others share, does not give.
#define _GNU_SOURCE
#include "shim.h"
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>
#include <syslog.h>

// The daemons raise limits, which takes a privilege; they serve a test without.
int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit)
{
    int (*real)(__rlimit_resource_t, const struct rlimit *) = dlsym(RTLD_NEXT, "setrlimit");
    (void)real(resource, limit);
    return 0;
}

// The system's log is outside of the run directory.
static void log_line(const char *format, va_list arguments)
{
    char path[PATH_MAX];
    FILE *file = fopen(shim_file(path, "syslog"), "ae");
    if (!file)
        return;
    vfprintf(file, format, arguments);
    fputc('\n', file);
    fclose(file);
}

void openlog(const char *identity, int options, int facility)
{
    (void)identity, (void)options, (void)facility;
}

void vsyslog(int priority, const char *format, va_list arguments)
{
    (void)priority;
    log_line(format, arguments);
}

void syslog(int priority, const char *format, ...)
{
    va_list arguments;
    (void)priority;
    va_start(arguments, format);
    log_line(format, arguments);
    va_end(arguments);
}

// What a caller that was compiled with _FORTIFY_SOURCE calls instead.
void __syslog_chk(int priority, int flag, const char *format, ...)
{
    va_list arguments;
    (void)priority, (void)flag;
    va_start(arguments, format);
    log_line(format, arguments);
    va_end(arguments);
}
