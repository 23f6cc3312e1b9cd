/*
 * Runs in the guest: reads single bytes of a chip for ever, each as one transfer, and prints for every COUNT of them
 *
 *   BENCH MEDIAN TENTH     nanoseconds from a request to its answer; a tenth of them took no longer than TENTH
 *
 *   loop BUS ADDRESS COUNT
 */
#include <fcntl.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>

static long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000l + time.tv_nsec;
}

static int compare(const void *left, const void *right)
{
    long a = *(const long *)left, b = *(const long *)right;
    return (a > b) - (a < b);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    uint8_t byte = 0;
    struct i2c_msg message = {
        .addr = (uint16_t)strtoul(argv[2], NULL, 0), .flags = I2C_M_RD, .len = 1, .buf = &byte};
    struct i2c_rdwr_ioctl_data transfer = {.msgs = &message, .nmsgs = 1};
    int bus = open(argv[1], O_RDWR), count = atoi(argv[3]);
    long *times = calloc((size_t)count, sizeof *times);
    if (bus < 0 || count < 1 || !times) {
        perror(argv[1]);
        return 1;
    }
    for (;;) {
        for (int i = 0; i < count; i++) {
            long start = now();
            if (ioctl(bus, I2C_RDWR, &transfer) != 1) {
                perror("I2C_RDWR");
                return 1;
            }
            times[i] = now() - start;
        }
        qsort(times, (size_t)count, sizeof *times, compare);
        printf("BENCH %ld %ld\n", times[count / 2], times[count / 10]);
        fflush(stdout);
    }
}
