// SPDX-License-Identifier: MIT
/* An entropy device without a limit. */
#include "hostile.h"

static void fill_32(void)
{
	memset(data, 0, 32);
	put(&rq->table[0], at(data), 32, D_WRITE, 0);
}

static bool is_answered(void) { return memchr_inv(data, 0, 32) || READ_ONCE(rq->used[1]) != 0; }

/* 32 bytes that are all zero are not seen before the sun burns out. */
static bool is_good(void) { return memchr_inv(data, 0, 32) && used_length(rq, READ_ONCE(rq->used[1]) - 1) == 32; }

static bool good(void)
{
	if (!begin(0))
		return false;
	fill_32();
	offer(0);
	return settle(1) && is_good();
}

/* Shapes of a request for 32 bytes, between two good ones. */
static bool fills(void (*shape)(void), u32 least, u32 most)
{
	if (!begin(0))
		return false;
	fill_32();
	shape();
	memset(data + 512, 0, 64);
	put(&rq->table[8], at(data + 512), 32, D_WRITE, 0);
	put(&rq->table[9], at(data + 544), 32, D_WRITE, 0);
	offer(8);
	offer(0);
	offer(9);
	return settle(3) && used_length(rq, 1) >= least && used_length(rq, 1) <= most && used_length(rq, 0) == 32 &&
		used_length(rq, 2) == 32 && memchr_inv(data + 512, 0, 32) && memchr_inv(data + 544, 0, 32);
}

#define SHAPED(name, least, most, code) \
	static void shape_##name(void) { code; } \
	static bool name(void) { return fills(shape_##name, least, most); }

SHAPED(buffer_to_read, 0, 0, rq->table[0].flags = 0)
SHAPED(buffer_of_no_length, 0, 0, rq->table[0].length = 0)
SHAPED(buffer_of_a_byte, 1, 1, rq->table[0].length = 1)
SHAPED(buffer_of_128_kib, 1, BIG, put(&rq->table[0], at(big), BIG, D_WRITE, 0))
SHAPED(buffer_of_2_gib, 0, 0, put(&rq->table[0], NOWHERE, 1u << 31, D_WRITE, 0))
SHAPED(buffer_of_all_ones, 0, 0, put(&rq->table[0], NOWHERE, ~0u, D_WRITE, 0))
SHAPED(buffer_partly_outside_memory, 32, 32, rq->table[0].flags |= D_NEXT; rq->table[0].next = 1;
	put(&rq->table[1], NOWHERE, 32, D_WRITE, 0))
SHAPED(buffer_in_the_registers, 0, 0, rq->table[0].address = base)
SHAPED(buffer_at_a_grant, 0, 0, rq->table[0].address = 1ull << 63 | 123ull << 12)

static bool both_directions(void)
{
	if (!begin(0))
		return false;
	memset(header, 0, 32);
	put(&rq->table[0], at(header), 32, D_NEXT, 1);
	put(&rq->table[1], at(data), 32, D_WRITE, 0);
	offer(0);
	return settle(1) && is_good() && !memchr_inv(header, 0, 32);
}

static bool buffer_in_pieces(void)
{
	int i;

	if (!begin(0))
		return false;
	for (i = 0; i < QUEUE; i++)
		put(&rq->table[i], at(data) + i, 1, D_WRITE | (i + 1 < QUEUE ? D_NEXT : 0), i + 1);
	offer(0);
	return settle(1) && is_good();
}

static const struct test cases[] = {
	CASE(buffer_to_read), CASE(buffer_of_no_length), CASE(buffer_of_a_byte), CASE(buffer_of_128_kib),
	CASE(buffer_of_2_gib), CASE(buffer_of_all_ones), CASE(buffer_partly_outside_memory), CASE(buffer_in_the_registers),
	CASE(buffer_at_a_grant), CASE(both_directions), CASE(buffer_in_pieces),
};

const struct kind rng = {
	.name = "rng", .id = 4, .queues = 1, .requests = 0, .request = fill_32, .is_answered = is_answered,
	.is_good = is_good, .good = good, .cases = cases, .count = ARRAY_SIZE(cases),
};
