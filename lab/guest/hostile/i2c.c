// SPDX-License-Identifier: MIT
/*
 * An I2C adapter: dom0 gives this guest the addresses hostile.chip, where a memory answers, and hostile.absent, where
 * nobody does.
 */
#include <linux/module.h>

#include "hostile.h"

static u16 chip = 0x52, absent = 0x31;
module_param(chip, ushort, 0444);
module_param(absent, ushort, 0444);

enum { OK = 0, ERROR = 1 };
enum { FAIL_NEXT = 1, IS_READ = 2 };

#define F_ZERO_LENGTH	1u
#define MESSAGES	8
#define FIELD(address)	((u16)((address) << 1))

struct header { u16 address, padding; u32 flags; };

/* A message in three descriptors from n * 3, or two if it has no data. Its data is at n * 64. */
static void message(int n, u16 field, u32 flags, u32 length)
{
	struct header *headers = (struct header *)header;
	struct descriptor *first = &rq->table[n * 3];

	headers[n] = (struct header){ field, 0, flags };
	status[n] = UNTOUCHED;
	put(&first[0], at(&headers[n]), sizeof(*headers), D_NEXT, length ? n * 3 + 1 : n * 3 + 2);
	put(&first[1], at(data + n * 64), length, D_NEXT | (flags & IS_READ ? D_WRITE : 0), n * 3 + 2);
	put(&first[2], at(status + n), 1, D_WRITE, 0);
}

static void read_a_byte(void) { message(0, FIELD(chip), IS_READ, 1); }
static bool is_answered(void) { return *status != UNTOUCHED; }
static bool is_good(void) { return *status == OK; }

static bool good(void)
{
	if (!begin(0))
		return false;
	message(0, FIELD(chip), FAIL_NEXT, 1);
	message(1, FIELD(chip), IS_READ, 2);
	offer(0);
	offer(3);
	return settle(2) && status[0] == OK && status[1] == OK && used_length(rq, 0) == 1 && used_length(rq, 1) == 3;
}

static bool ends_with(u8 expected, u32 length)
{
	return settle(1) && *status == expected && used_length(rq, 0) == length;
}

static bool answers(u16 field, u32 flags, u32 length, u8 expected)
{
	if (!begin(0))
		return false;
	message(0, field, flags, length);
	offer(0);
	return ends_with(expected, (flags & IS_READ ? length : 0) + 1);
}

/* --- addresses and flags --- */

static bool quick_write(void) { return answers(FIELD(chip), 0, 0, OK); }
static bool quick_read(void) { return answers(FIELD(chip), IS_READ, 0, OK); }
static bool nobody_there(void) { return answers(FIELD(absent), IS_READ, 1, ERROR); }
static bool reserved_flag(void) { return answers(FIELD(chip), IS_READ | 4, 1, ERROR); }
static bool reserved_flag_at_the_top(void) { return answers(FIELD(chip), 0x80000000, 1, ERROR); }
static bool header_flags_of_all_ones(void) { return answers(FIELD(chip), ~0u, 1, ERROR); }
static bool address_with_bit_0(void) { return answers(FIELD(chip) | 1, IS_READ, 1, ERROR); }
static bool address_of_8_bits(void) { return answers(FIELD(chip) | 0x100, IS_READ, 1, ERROR); }
static bool address_of_10_bits_with_bit_3(void) { return answers(0x50f8, IS_READ, 1, ERROR); }
static bool address_of_10_bits_with_bit_0(void) { return answers(0x50f1, IS_READ, 1, ERROR); }
static bool same_number_of_10_bits(void) { return answers(chip << 8 | 0xf0, IS_READ, 1, ERROR); }
static bool address_of_all_ones(void) { return answers(0xffff, IS_READ, 1, ERROR); }

static bool addresses_that_were_not_given(void)
{
	int address;

	if (!begin(0))
		return false;
	for (address = 0; address < 128; address++) {
		message(0, FIELD(address), IS_READ, 0);
		offer(0);
		if (!settle(address + 1) || *status != (address == chip ? OK : ERROR))
			return false;
	}
	return true;
}

static bool fields_all_over_the_place(void)
{
	int n;

	if (!begin(0))
		return false;
	for (n = 0; n < 260; n++) {
		message(0, 1 + n * 252, IS_READ, 1);
		offer(0);
		if (!settle(n + 1) || *status != ERROR)
			return false;
	}
	return true;
}

/* --- shapes --- */

static bool header_byte_by_byte(void)
{
	int i;

	if (!begin(0))
		return false;
	read_a_byte();
	for (i = 0; i < 8; i++)
		put(&rq->table[i], at(header) + i, 1, D_NEXT, i + 1);
	put(&rq->table[8], at(data), 1, D_NEXT | D_WRITE, 9);
	put(&rq->table[9], at(status), 1, D_WRITE, 0);
	offer(0);
	return ends_with(OK, 2);
}

/* Shapes of a request to read or write one byte, between two good ones. */
static bool shaped(u32 flags, void (*shape)(void), u8 expected, u32 length)
{
	if (!begin(0))
		return false;
	message(0, FIELD(chip), flags, 1);
	shape();
	message(1, FIELD(chip), IS_READ, 1);
	message(2, FIELD(chip), IS_READ, 1);
	offer(3);
	offer(0);
	offer(6);
	return settle(3) && *status == expected && used_length(rq, 1) == length && status[1] == OK && status[2] == OK &&
		used_length(rq, 0) == 2 && used_length(rq, 2) == 2;
}

#define SHAPED(name, flags, expected, length, code) \
	static void shape_##name(void) { code; } \
	static bool name(void) { return shaped(flags, shape_##name, expected, length); }

SHAPED(header_cut_short, IS_READ, ERROR, 2, rq->table[0].length = 7)
SHAPED(header_outside_memory, IS_READ, ERROR, 2, rq->table[0].address = NOWHERE)
SHAPED(only_a_status, 0, ERROR, 1, put(&rq->table[0], at(status), 1, D_WRITE, 0))
SHAPED(no_status, 0, UNTOUCHED, 0, rq->table[1].flags = 0)
SHAPED(status_of_no_length, 0, UNTOUCHED, 0, rq->table[2].length = 0)
SHAPED(status_to_read, 0, UNTOUCHED, 0, rq->table[2].flags = 0)
SHAPED(status_before_the_data_to_write, 0, UNTOUCHED, 0, rq->table[0].next = 2; rq->table[2].flags |= D_NEXT;
	rq->table[2].next = 1; rq->table[1].flags = 0)
SHAPED(status_outside_memory, 0, UNTOUCHED, 0, rq->table[2].address = NOWHERE)
SHAPED(write_into_a_buffer_to_read, 0, ERROR, 2, rq->table[1].flags |= D_WRITE)
SHAPED(read_from_a_buffer_to_write, IS_READ, ERROR, 1, rq->table[1].flags &= ~D_WRITE)
SHAPED(data_outside_memory, 0, ERROR, 1, rq->table[1].address = NOWHERE)
SHAPED(data_in_the_registers, 0, ERROR, 1, rq->table[1].address = base)
SHAPED(data_at_a_grant, 0, ERROR, 1, rq->table[1].address = 1ull << 63 | 123ull << 12)
SHAPED(read_to_outside_memory, IS_READ, ERROR, 0, rq->table[1].address = NOWHERE)
SHAPED(read_of_65540, IS_READ, ERROR, 65541, put(&rq->table[1], at(big), 65540, D_NEXT | D_WRITE, 2))
SHAPED(write_of_65540, 0, ERROR, 1, put(&rq->table[1], at(big), 65540, D_NEXT, 2))
SHAPED(write_of_all_ones, 0, ERROR, 1, put(&rq->table[1], NOWHERE, ~0u - 16, D_NEXT, 2))
SHAPED(read_of_all_ones, IS_READ, ERROR, 0, put(&rq->table[1], NOWHERE, ~0u - 16, D_NEXT | D_WRITE, 2))

/* Not the place that the driver thought of, but the last byte that can be written. */
static bool status_before_the_data_to_read(void)
{
	if (!begin(0))
		return false;
	message(0, FIELD(chip), IS_READ, 2);
	data[1] = UNTOUCHED;
	put(&rq->table[0], at(header), 8, D_NEXT, 2);
	put(&rq->table[1], at(data), 2, D_WRITE, 0);
	put(&rq->table[2], at(status), 1, D_WRITE | D_NEXT, 1);
	offer(0);
	return settle(1) && data[1] == OK && used_length(rq, 0) == 3;
}

/* --- groups --- */

static bool nobody_there_fails_its_own_group_only(void)
{
	int i;

	if (!begin(0))
		return false;
	message(0, FIELD(chip), 0, 1);
	message(1, FIELD(chip), FAIL_NEXT, 1);
	message(2, FIELD(absent), FAIL_NEXT, 1);
	message(3, FIELD(chip), FAIL_NEXT, 1);
	message(4, FIELD(chip), IS_READ, 1);
	message(5, FIELD(chip), FAIL_NEXT, 1);
	message(6, FIELD(chip), IS_READ, 1);
	for (i = 0; i < 7; i++)
		offer(i * 3);
	/* Of what went before in the group, Linux's i2c-dev does not say how it ended. */
	return settle(7) && status[0] == OK && status[1] != UNTOUCHED && status[2] == ERROR && status[3] == ERROR &&
		status[4] == ERROR && status[5] == OK && status[6] == OK;
}

static bool address_not_given_fails_its_own_group_only(void)
{
	int i;

	if (!begin(0))
		return false;
	message(0, FIELD(chip ^ 1), FAIL_NEXT, 1);
	message(1, FIELD(chip), 0, 1);
	message(2, FIELD(chip), IS_READ, 1);
	for (i = 0; i < 3; i++)
		offer(i * 3);
	return settle(3) && status[0] == ERROR && status[1] == ERROR && status[2] == OK;
}

static bool malformed_chain_in_a_group(void)
{
	int i;

	if (!begin(0))
		return false;
	for (i = 0; i < 3; i++)
		message(i, FIELD(chip), i == 2 ? 0 : FAIL_NEXT, 1);
	rq->table[4].next = 3;
	for (i = 0; i < 3; i++)
		offer(i * 3);
	return settle(3) && status[0] == OK && status[1] == UNTOUCHED && status[2] == OK && used_length(rq, 1) == 0;
}

/* It does not say whether it ends the group, which had failed before. */
static bool malformed_chain_in_a_failed_group(void)
{
	int i;

	if (!begin(0))
		return false;
	message(0, FIELD(absent), FAIL_NEXT, 1);
	message(1, FIELD(chip), FAIL_NEXT, 1);
	message(2, FIELD(chip), 0, 1);
	message(3, FIELD(chip), IS_READ, 1);
	rq->table[4].next = 3;
	for (i = 0; i < 4; i++)
		offer(i * 3);
	return settle(4) && status[0] == ERROR && status[1] == UNTOUCHED && status[2] == ERROR && status[3] == OK;
}

static bool group_without_an_end(void)
{
	if (!begin(0))
		return false;
	message(0, FIELD(chip), FAIL_NEXT | IS_READ, 1);
	offer(0);
	if (!settle(1) || *status != OK)
		return false;
	message(1, FIELD(chip), IS_READ, 1);
	offer(3);
	return settle(2) && status[1] == OK;
}

static bool group_for_ever(void)
{
	int i, n;

	if (!begin(0))
		return false;
	for (n = 0; n < 20; n++) {
		for (i = 0; i < MESSAGES; i++) {
			message(i, FIELD(chip), FAIL_NEXT | IS_READ, 1);
			offer(i * 3);
		}
		if (!settle((n + 1) * MESSAGES))
			return false;
		for (i = 0; i < MESSAGES; i++)
			if (status[i] == UNTOUCHED)
				return false;
	}
	return true;
}

static bool reset_in_a_group(void)
{
	if (!begin(0))
		return false;
	message(0, FIELD(chip), FAIL_NEXT, 1);
	offer(0);
	return reset();
}

static const struct test cases[] = {
	CASE(quick_write), CASE(quick_read), CASE(nobody_there), CASE(reserved_flag), CASE(reserved_flag_at_the_top),
	CASE(header_flags_of_all_ones), CASE(address_with_bit_0), CASE(address_of_8_bits),
	CASE(address_of_10_bits_with_bit_3), CASE(address_of_10_bits_with_bit_0), CASE(same_number_of_10_bits),
	CASE(address_of_all_ones), CASE(addresses_that_were_not_given), CASE(fields_all_over_the_place),
	CASE(header_byte_by_byte), CASE(header_cut_short), CASE(header_outside_memory), CASE(only_a_status), CASE(no_status),
	CASE(status_of_no_length), CASE(status_to_read), CASE(status_before_the_data_to_write), CASE(status_outside_memory),
	CASE(write_into_a_buffer_to_read), CASE(read_from_a_buffer_to_write), CASE(data_outside_memory),
	CASE(data_in_the_registers), CASE(data_at_a_grant), CASE(read_to_outside_memory), CASE(read_of_65540),
	CASE(write_of_65540), CASE(write_of_all_ones), CASE(read_of_all_ones), CASE(status_before_the_data_to_read),
	CASE(nobody_there_fails_its_own_group_only), CASE(address_not_given_fails_its_own_group_only),
	CASE(malformed_chain_in_a_group), CASE(malformed_chain_in_a_failed_group), CASE(group_without_an_end),
	CASE(group_for_ever), CASE(reset_in_a_group),
};

const struct kind i2c = {
	.name = "i2c", .id = 34, .features = F_ZERO_LENGTH, .queues = 1, .requests = 0, .request = read_a_byte,
	.is_answered = is_answered, .is_good = is_good, .good = good, .cases = cases, .count = ARRAY_SIZE(cases),
};
