/*
 * i2c-tenbit - one byte of a chip with a 10-bit address, behind Linux's virtio-i2c driver.
 *
 *   i2c-tenbit BUS ADDRESS OFFSET [VALUE]    reads the byte at OFFSET and prints it, or writes it
 *
 * That driver knows 7-bit addresses only: it shifts what it is given by one bit, and passes it on. So it is given the bits
 * that the standard of virtio-i2c has for a 10-bit address, shifted back.
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
    unsigned long address = strtoul(argv[2], NULL, 0);
    uint16_t wire = (uint16_t)((address & 0xff) << 8 | 0xf0 | address >> 8 << 1);
    uint8_t out[2] = {(uint8_t)strtoul(argv[3], NULL, 0), 0}, in = 0;
    struct i2c_msg messages[2] = {
        {.addr = wire >> 1, .flags = 0, .len = 1, .buf = out},
        {.addr = wire >> 1, .flags = I2C_M_RD, .len = 1, .buf = &in},
    };
    struct i2c_rdwr_ioctl_data transfer = {.msgs = messages, .nmsgs = 2};
    if (argc > 4) {
        out[1] = (uint8_t)strtoul(argv[4], NULL, 0);
        messages[0].len = 2;
        transfer.nmsgs = 1;
    }
    int bus = open(path, O_RDWR);
    if (bus < 0 || ioctl(bus, I2C_RDWR, &transfer) != (int)transfer.nmsgs) {
        perror(path);
        return 1;
    }
    if (argc == 4)
        printf("0x%02x\n", in);
    return 0;
}
