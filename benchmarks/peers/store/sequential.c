/* One request after the other, by libxenstore. */
#include "peer.h"

static void read_value(struct xs_handle *store, const char *path)
{
    unsigned int length;
    char *value = xs_read(store, 0, path, &length);
    must(value != NULL && length > 0, "xs_read");
    free(value);
}

int64_t read_values(struct xs_handle *store, long repetitions)
{
    int64_t start = now_ns();
    for (long i = 0; i < repetitions; i++)
        read_value(store, VALUE_PATH);
    return now_ns() - start;
}

int64_t write_values(struct xs_handle *store, long repetitions)
{
    int64_t start = now_ns();
    for (long i = 0; i < repetitions; i++)
        must(xs_write(store, 0, WRITE_PATH, WRITTEN_VALUE, sizeof(WRITTEN_VALUE) - 1), "xs_write");
    return now_ns() - start;
}

int64_t list_children(struct xs_handle *store, long repetitions)
{
    int64_t start = now_ns();
    for (long i = 0; i < repetitions; i++) {
        unsigned int count;
        char **names = xs_directory(store, 0, LIST_PATH, &count);
        must(names != NULL && count > 0, "xs_directory");
        free(names);
    }
    return now_ns() - start;
}

/* Reads a number, adds one, writes it, commits. */
static bool count_up(struct xs_handle *store)
{
    char text[16];
    unsigned int length;
    uint32_t transaction = xs_transaction_start(store);
    must(transaction != 0, "xs_transaction_start");
    char *value = xs_read(store, transaction, COUNTER_PATH, &length);
    must(value != NULL, "xs_read in a transaction");
    int size = snprintf(text, sizeof(text), "%u", (unsigned)strtoul(value, NULL, 10) + 1);
    free(value);
    must(xs_write(store, transaction, COUNTER_PATH, text, size), "xs_write in a transaction");
    bool is_committed = xs_transaction_end(store, transaction, false);
    must(is_committed || errno == EAGAIN, "xs_transaction_end");
    return is_committed;
}

int64_t transact(struct xs_handle *store, long repetitions)
{
    int64_t start = now_ns();
    for (long i = 0; i < repetitions; i++) {
        while (!count_up(store))
            continue;
    }
    return now_ns() - start;
}

int64_t read_keys(struct xs_handle *store, long repetitions)
{
    static char paths[KEYS][32];
    for (int key = 0; key < KEYS; key++)
        snprintf(paths[key], sizeof(paths[key]), KEYS_FORMAT, key);
    int64_t start = now_ns();
    for (long i = 0; i < repetitions; i++) {
        for (int key = 0; key < KEYS; key++)
            read_value(store, paths[key]);
    }
    return now_ns() - start;
}
