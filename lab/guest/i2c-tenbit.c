/*
 * i2c-tenbit - one byte of a chip with a 10-bit address.
 *
 *   i2c-tenbit BUS ADDRESS OFFSET [VALUE]    reads the byte at OFFSET and prints it, or writes it
 *
 * Linux's virtio-i2c driver knows 7-bit addresses only: it shifts what it is given by one bit, and passes it on. So on a
 * bus that says it has no 10-bit addresses the driver is given the bits that the standard of virtio-i2c has for one,
 * shifted back.
 */
#include <fcntl.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: i2c-tenbit BUS ADDRESS OFFSET [VALUE]\n");
        return 2;
    }
    char path[32];
    snprintf(path, sizeof path, "/dev/i2c-%s", argv[1]);
    unsigned long address = strtoul(argv[2], NULL, 0), functions;
    uint8_t out[2] = {(uint8_t)strtoul(argv[3], NULL, 0), 0}, in = 0;
    int bus = open(path, O_RDWR);
    if (bus < 0 || ioctl(bus, I2C_FUNCS, &functions) < 0) {
        perror(path);
        return 1;
    }
    uint16_t flags = I2C_M_TEN;
    if (!(functions & I2C_FUNC_10BIT_ADDR)) {
        address = (address & 0xff) << 7 | 0x78 | address >> 8;
        flags = 0;
    }
    struct i2c_msg messages[2] = {
        {.addr = (uint16_t)address, .flags = flags, .len = 1, .buf = out},
        {.addr = (uint16_t)address, .flags = flags | I2C_M_RD, .len = 1, .buf = &in},
    };
    struct i2c_rdwr_ioctl_data transfer = {.msgs = messages, .nmsgs = 2};
    if (argc > 4) {
        out[1] = (uint8_t)strtoul(argv[4], NULL, 0);
        messages[0].len = 2;
        transfer.nmsgs = 1;
    }
    if (ioctl(bus, I2C_RDWR, &transfer) != (int)transfer.nmsgs) {
        perror("I2C_RDWR");
        return 1;
    }
    if (argc == 4)
        printf("0x%02x\n", in);
    return 0;
}
