/* Sixteen callers at once, on one handle of libxenstore. */
#include <pthread.h>

#include "peer.h"

#define THREADS 16

struct caller {
    pthread_t thread;
    struct xs_handle *store;
    long repetitions;
};

static void *call(void *argument)
{
    struct caller *caller = argument;
    read_values(caller->store, caller->repetitions);
    return NULL;
}

int64_t read_by_threads(struct xs_handle *store, long repetitions)
{
    struct caller callers[THREADS];
    int64_t start = now_ns();
    for (int i = 0; i < THREADS; i++) {
        callers[i].store = store;
        callers[i].repetitions = repetitions / THREADS;
        errno = pthread_create(&callers[i].thread, NULL, call, &callers[i]);
        must(errno == 0, "pthread_create");
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(callers[i].thread, NULL);
    return now_ns() - start;
}
