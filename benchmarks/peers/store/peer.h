/*
 * What the parts of the store's peer share. Each operation answers how many nanoseconds its repetitions took.
 *
 * libxenstore's functions are declared here, since a machine that runs this need not have its header.
 */
#ifndef STORE_PEER_H
#define STORE_PEER_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct xs_handle;

struct xs_handle *xs_open(unsigned long flags);
void xs_close(struct xs_handle *store);
void *xs_read(struct xs_handle *store, uint32_t transaction, const char *path, unsigned int *length);
bool xs_write(struct xs_handle *store, uint32_t transaction, const char *path, const void *value, unsigned int length);
char **xs_directory(struct xs_handle *store, uint32_t transaction, const char *path, unsigned int *count);
uint32_t xs_transaction_start(struct xs_handle *store);
bool xs_transaction_end(struct xs_handle *store, uint32_t transaction, bool abort);

/* As the benchmark lays them: StoreTree.cs. */
#define VALUE_PATH "/bench/value"
#define WRITE_PATH "/bench/written"
#define COUNTER_PATH "/bench/counter"
#define LIST_PATH "/bench/list"
#define KEYS_FORMAT "/bench/keys/%d"
#define KEYS 1000
#define WRITTEN_VALUE "a value that is written"

static inline int64_t now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* A benchmark that failed has no figures. */
static inline void must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "store-peer: %s: %s\n", what, strerror(errno));
    exit(1);
}

int64_t read_values(struct xs_handle *store, long repetitions);
int64_t write_values(struct xs_handle *store, long repetitions);
int64_t list_children(struct xs_handle *store, long repetitions);
int64_t transact(struct xs_handle *store, long repetitions);
int64_t read_keys(struct xs_handle *store, long repetitions);
int64_t read_by_threads(struct xs_handle *store, long repetitions);
int64_t pipeline(long window, long requests);

#endif
