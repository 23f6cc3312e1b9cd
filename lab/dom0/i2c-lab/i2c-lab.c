// SPDX-License-Identifier: GPL-2.0
/*
 * i2c-lab - an I2C bus with simulated chips, for dom0.
 *
 * i2c-stub of the kernel knows SMBus commands only. This one carries out messages of any length and combination, and
 * has 10-bit addresses. Its chips:
 *
 *   0x50, 0x52 EEPROMs like a 24c02: 256 bytes, written in pages of 8, all 0xff at first
 *   0x68       a clock like a DS1307 or DS1338: BCD registers, which count from 2026-01-02 03:04:05 UTC, a control register that
 *              says that it never stopped, and 56 bytes of memory
 *   0x2a5/10   the same as 0x52, at a 10-bit address and in pages of 16
 *
 * A chip keeps the address within it from one transfer to the next, as real ones do. Nobody answers anywhere else.
 */
#include <linux/bcd.h>
#include <linux/i2c.h>
#include <linux/module.h>
#include <linux/timekeeping.h>

#define CLOCK_REGISTERS 7
#define CLOCK_SIZE 64
#define EEPROM_SIZE 256

struct chip {
	u16 address;
	bool ten_bits;
	u16 size;	/* bytes; the address within the chip wraps there */
	u16 page;	/* a write wraps within it; 0: as a read does */
	void (*begin)(struct chip *chip);	/* before a message */
	void (*written)(struct chip *chip);	/* after a message that wrote */
	u16 position;
	u8 data[EEPROM_SIZE];
};

/* What the clock shows is the time since boot, moved by this. */
static time64_t clock_offset;

static void clock_show(struct chip *chip)
{
	struct tm now;

	time64_to_tm(clock_offset + ktime_get_boottime_seconds(), 0, &now);
	chip->data[0] = bin2bcd(now.tm_sec);
	chip->data[1] = bin2bcd(now.tm_min);
	chip->data[2] = bin2bcd(now.tm_hour);
	chip->data[3] = now.tm_wday + 1;
	chip->data[4] = bin2bcd(now.tm_mday);
	chip->data[5] = bin2bcd(now.tm_mon + 1);
	chip->data[6] = bin2bcd(now.tm_year - 100);
}

static void clock_set(struct chip *chip)
{
	const u8 *data = chip->data;

	clock_offset = mktime64(2000 + bcd2bin(data[6]), bcd2bin(data[5] & 0x1f), bcd2bin(data[4] & 0x3f),
				bcd2bin(data[2] & 0x3f), bcd2bin(data[1] & 0x7f), bcd2bin(data[0] & 0x7f)) -
		       ktime_get_boottime_seconds();
}

static struct chip chips[] = {
	{ .address = 0x50, .size = EEPROM_SIZE, .page = 8 },
	{ .address = 0x52, .size = EEPROM_SIZE, .page = 8 },
	{ .address = 0x68, .size = CLOCK_SIZE, .begin = clock_show, .written = clock_set },
	{ .address = 0x2a5, .ten_bits = true, .size = EEPROM_SIZE, .page = 16 },
};

static struct chip *find_chip(const struct i2c_msg *message)
{
	bool ten_bits = message->flags & I2C_M_TEN;
	int i;

	for (i = 0; i < ARRAY_SIZE(chips); i++)
		if (chips[i].address == message->addr && chips[i].ten_bits == ten_bits)
			return &chips[i];
	return NULL;
}

static void chip_read(struct chip *chip, struct i2c_msg *message)
{
	int i;

	for (i = 0; i < message->len; i++) {
		message->buf[i] = chip->data[chip->position];
		chip->position = (chip->position + 1) % chip->size;
	}
}

static void chip_write(struct chip *chip, const struct i2c_msg *message)
{
	u16 page = chip->page ? chip->page : chip->size;
	bool register_written = false;
	int i;

	if (!message->len)
		return;
	chip->position = message->buf[0] % chip->size;
	for (i = 1; i < message->len; i++) {
		register_written |= chip->position < CLOCK_REGISTERS;
		chip->data[chip->position] = message->buf[i];
		chip->position = chip->position / page * page + (chip->position + 1) % page;
	}
	if (register_written && chip->written)
		chip->written(chip);
}

/* The core holds the bus lock: one transfer at a time. */
static int lab_transfer(struct i2c_adapter *adapter, struct i2c_msg *messages, int count)
{
	struct chip *chip;
	int i;

	for (i = 0; i < count; i++) {
		chip = find_chip(&messages[i]);
		if (!chip)
			return -ENXIO;
		if (chip->begin)
			chip->begin(chip);
		if (messages[i].flags & I2C_M_RD)
			chip_read(chip, &messages[i]);
		else
			chip_write(chip, &messages[i]);
	}
	return count;
}

static u32 lab_functionality(struct i2c_adapter *adapter)
{
	return I2C_FUNC_I2C | I2C_FUNC_10BIT_ADDR | I2C_FUNC_SMBUS_EMUL;
}

static const struct i2c_algorithm lab_algorithm = {
	.master_xfer = lab_transfer,
	.functionality = lab_functionality,
};

static struct i2c_adapter lab_adapter = {
	.owner = THIS_MODULE,
	.name = "i2c-lab",
	.algo = &lab_algorithm,
};

static int __init lab_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(chips); i++)
		if (!chips[i].begin)
			memset(chips[i].data, 0xff, EEPROM_SIZE);
	clock_offset = mktime64(2026, 1, 2, 3, 4, 5) - ktime_get_boottime_seconds();
	return i2c_add_adapter(&lab_adapter);
}

static void __exit lab_exit(void)
{
	i2c_del_adapter(&lab_adapter);
}

module_init(lab_init);
module_exit(lab_exit);

MODULE_DESCRIPTION("An I2C bus with simulated chips");
MODULE_LICENSE("GPL");
