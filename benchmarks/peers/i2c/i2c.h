/* A virtio-i2c device with one split queue, on an adapter of Linux. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct queue {
    uint32_t size, ready;
    uint64_t descriptors, available, used;
    uint16_t next; /* in the available ring */
};

void i2c_open(const char *adapter, int chips, char **addresses);

/* Serves what is in the queue. True if the driver wants an interrupt for it. */
bool i2c_serve(struct queue *queue);
