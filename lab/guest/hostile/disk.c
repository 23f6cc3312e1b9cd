// SPDX-License-Identifier: MIT
/* What only a disk can be asked in a wrong way. */
#include "hostile.h"

enum { IN = 0, OUT = 1, FLUSH = 4, GET_ID = 8, DISCARD = 11, WRITE_ZEROES = 13 };
enum { OK = 0, IOERR = 1, UNSUPP = 2 };

#define F_DISCARD	(1u << 13)
#define F_WRITE_ZEROES	(1u << 14)

struct header { u32 type, priority; u64 sector; };
struct segment { u64 sector; u32 count, flags; };

/* The usual three descriptors. */
static void request(u32 type, u64 sector, u32 length)
{
	*(struct header *)header = (struct header){ type, 0, sector };
	put(&rq->table[0], at(header), sizeof(struct header), D_NEXT, 1);
	put(&rq->table[1], at(data), length, D_NEXT | (type == IN || type == GET_ID ? D_WRITE : 0), 2);
	put(&rq->table[2], at(status), 1, D_WRITE, 0);
}

static void read_a_sector(void) { request(IN, 0, 512); }

static bool ends_with(u8 expected) { return settle(rq->next_avail) && *status == expected; }
static bool is_answered(void) { return *status != UNTOUCHED; }
static bool is_good(void) { return *status == OK; }

static bool good_read(void)
{
	if (!begin(0))
		return false;
	read_a_sector();
	offer(0);
	return ends_with(OK);
}

/* --- chains --- */

CHAIN(header_of_no_length, 0, rq->table[0].length = 0)
CHAIN(nothing_has_a_length, 0, rq->table[0].length = rq->table[1].length = rq->table[2].length = 0)
CHAIN(no_status, 0, rq->table[1].flags = 0)
CHAIN(only_writable, 0, rq->table[0].flags |= D_WRITE)
CHAIN(data_outside_memory, 0, rq->table[1].address = NOWHERE)
CHAIN(status_outside_memory, 0, rq->table[2].address = NOWHERE)
CHAIN(data_at_the_end_of_addresses, 0, rq->table[1].address = ~0ull - 100)
CHAIN(data_in_the_registers, 0, rq->table[1].address = base)
CHAIN(data_at_a_grant, 0, rq->table[1].address = 1ull << 63 | 123ull << 12)
CHAIN(length_of_all_ones, 0, rq->table[1].length = ~0u)

static bool header_byte_by_byte(void)
{
	int i;

	if (!begin(0))
		return false;
	*(struct header *)header = (struct header){ IN, 0, 0 };
	for (i = 0; i < 16; i++)
		put(&rq->table[i], at(header) + i, 1, D_NEXT, i + 1);
	put(&rq->table[16], at(data), 200, D_NEXT | D_WRITE, 17);
	put(&rq->table[17], at(data) + 200, 312, D_NEXT | D_WRITE, 18);
	put(&rq->table[18], at(status), 1, D_WRITE, 0);
	offer(0);
	return ends_with(OK);
}

static bool status_behind_the_data(void)
{
	if (!begin(0))
		return false;
	request(IN, 0, 513);
	rq->table[1].flags = D_WRITE;
	data[512] = UNTOUCHED;
	offer(0);
	return settle(1) && data[512] == OK;
}

/* --- requests --- */

static bool answers(u32 wanted, u32 type, u64 sector, u32 length, u8 expected)
{
	if (!begin(wanted))
		return false;
	request(type, sector, length);
	offer(0);
	return ends_with(expected);
}

static bool unknown_type(void) { return answers(0, 0x7fffffff, 0, 512, UNSUPP); }
static bool read_beyond_the_end(void) { return answers(0, IN, 1ull << 63, 512, IOERR); }
static bool write_beyond_the_end(void) { return answers(0, OUT, ~0ull, 512, IOERR); }
static bool read_of_half_a_sector(void) { return answers(0, IN, 0, 300, IOERR); }
static bool write_of_half_a_sector(void) { return answers(0, OUT, 0, 300, IOERR); }
static bool id_into_one_byte(void) { return answers(0, GET_ID, 0, 1, OK); }
static bool flush_with_data(void) { return answers(0, FLUSH, 77, 512, OK) || *status != UNTOUCHED; }

static bool segments(u32 type, u64 sector, u32 count, u32 flags, u32 length)
{
	if (!begin(F_DISCARD | F_WRITE_ZEROES))
		return false;
	request(type, 0, length);
	*(struct segment *)data = (struct segment){ sector, count, flags };
	offer(0);
	return settle(1) && *status != OK && *status != UNTOUCHED;
}

static bool discard_beyond_the_end(void) { return segments(DISCARD, 1ull << 62, 8, 0, 16); }
static bool discard_of_all_ones(void) { return segments(DISCARD, 0, ~0u, 0, 16); }
static bool discard_with_unknown_flags(void) { return segments(DISCARD, 0, 8, 0x80000000, 16); }
static bool discard_of_half_a_segment(void) { return segments(DISCARD, 0, 8, 0, 9); }
static bool zeroes_beyond_the_end(void) { return segments(WRITE_ZEROES, ~0ull, ~0u, 0, 16); }
static bool zeroes_with_unknown_flags(void) { return segments(WRITE_ZEROES, 0, 8, 0xfffffff0, 16); }

static const struct test cases[] = {
	CASE(header_of_no_length), CASE(nothing_has_a_length), CASE(no_status), CASE(only_writable),
	CASE(data_outside_memory), CASE(status_outside_memory), CASE(data_at_the_end_of_addresses),
	CASE(data_in_the_registers), CASE(data_at_a_grant), CASE(length_of_all_ones), CASE(header_byte_by_byte),
	CASE(status_behind_the_data), CASE(unknown_type), CASE(read_beyond_the_end), CASE(write_beyond_the_end),
	CASE(read_of_half_a_sector), CASE(write_of_half_a_sector), CASE(id_into_one_byte), CASE(flush_with_data),
	CASE(discard_beyond_the_end), CASE(discard_of_all_ones), CASE(discard_with_unknown_flags),
	CASE(discard_of_half_a_segment), CASE(zeroes_beyond_the_end), CASE(zeroes_with_unknown_flags),
};

const struct kind disk = {
	.name = "disk", .id = 2, .queues = 1, .requests = 0, .request = read_a_sector, .is_answered = is_answered,
	.is_good = is_good, .good = good_read, .cases = cases, .count = ARRAY_SIZE(cases),
};
