// SPDX-License-Identifier: MIT
/* What is wrong in the same way whatever the device is: chains, rings, the status machine. */
#include "hostile.h"

/* --- chains --- */

CHAIN(loop_of_one, 0, rq->table[0].flags |= D_NEXT; rq->table[0].next = 0)
CHAIN(loop_of_two, 0, rq->table[0].flags |= D_NEXT; rq->table[0].next = 1;
	put(&rq->table[1], at(data), 16, D_NEXT | (rq->table[0].flags & D_WRITE), 0))
CHAIN(next_out_of_range, 0, rq->table[0].flags |= D_NEXT; rq->table[0].next = 4000)
CHAIN(readable_after_writable, 0, put(&rq->table[0], at(status), 1, D_WRITE | D_NEXT, 1);
	put(&rq->table[1], at(header), 8, 0, 0))
CHAIN(first_outside_memory, 0, rq->table[0].address = NOWHERE)
CHAIN(first_at_the_end_of_addresses, 0, rq->table[0].address = ~0ull - 100)
CHAIN(first_in_the_registers, 0, rq->table[0].address = base)
CHAIN(first_at_a_grant, 0, rq->table[0].address = 1ull << 63 | 123ull << 12)
CHAIN(first_of_no_length, 0, rq->table[0].length = 0)
CHAIN(more_than_4_gib, 0, put(&rq->table[0], NOWHERE, 1u << 31, D_NEXT | D_WRITE, 1);
	put(&rq->table[1], NOWHERE, 1u << 31, D_NEXT | D_WRITE, 2); put(&rq->table[2], NOWHERE, 1u << 31, D_WRITE, 0))
CHAIN(indirect_not_negotiated, 0, put(&rq->table[0], at(rq->indirect), 48, D_INDIRECT, 0))
CHAIN(indirect_in_indirect, F_INDIRECT, put(&rq->indirect[0], at(rq->indirect), 48, D_INDIRECT, 0);
	put(&rq->table[0], at(rq->indirect), 48, D_INDIRECT, 0))
CHAIN(indirect_of_no_length, F_INDIRECT, put(&rq->table[0], at(rq->indirect), 0, D_INDIRECT, 0))
CHAIN(indirect_of_odd_length, F_INDIRECT, put(&rq->table[0], at(rq->indirect), 47, D_INDIRECT, 0))
CHAIN(indirect_outside_memory, F_INDIRECT, put(&rq->table[0], NOWHERE, 48, D_INDIRECT, 0))
CHAIN(indirect_loop, F_INDIRECT, put(&rq->indirect[0], at(header), 16, D_NEXT, 0);
	put(&rq->table[0], at(rq->indirect), 48, D_INDIRECT, 0))
CHAIN(indirect_and_next, F_INDIRECT, memcpy(rq->indirect, rq->table, 48);
	put(&rq->table[0], at(rq->indirect), 48, D_INDIRECT | D_NEXT, 1))
CHAIN(indirect_of_256_mib, F_INDIRECT, put(&rq->table[0], NOWHERE, 256u << 20, D_INDIRECT, 0))
CHAIN(flags_of_all_ones, F_INDIRECT, rq->table[0].flags = 0xffff)

static bool longer_than_the_queue(void)
{
	int i;

	if (!begin(0))
		return false;
	for (i = 0; i < QUEUE; i++)
		put(&rq->table[i], at(data), 16, D_NEXT, (i + 1) % QUEUE);
	offer(0);
	return settle(1);
}

static bool head_out_of_range(void)
{
	if (!begin(0))
		return false;
	offer(0xffff);
	kind->request();
	offer(0);
	/* The first cannot be given back, the second must be served. */
	return settle(1) && kind->is_good();
}

static bool bad_one_among_good_ones(void)
{
	int i;

	if (!begin(0))
		return false;
	kind->request();
	put(&rq->table[8], at(header), 16, D_NEXT, 8);
	for (i = 0; i < 7; i++)
		offer(i % 2 ? 8 : 0);
	return settle(7) && kind->is_good();
}

static bool good_one_in_an_indirect_table(void)
{
	if (!begin(F_INDIRECT))
		return false;
	kind->request();
	memcpy(rq->indirect, rq->table, 48);
	put(&rq->table[0], at(rq->indirect), 16 * (1 + (rq->table[0].flags & D_NEXT) + (rq->table[1].flags & D_NEXT)),
	    D_INDIRECT, 0);
	offer(0);
	return settle(1) && kind->is_good();
}

/* --- rings --- */

static bool index_runs_away(void)
{
	if (!begin(0))
		return false;
	kind->request();
	WRITE_ONCE(rq->avail[1], 1000);
	set(QUEUE_NOTIFY, rq->number);
	return gives_up();
}

static bool index_goes_back(void)
{
	if (!begin(0))
		return false;
	kind->request();
	offer(0);
	if (!settle(1) || !kind->is_good())
		return false;
	WRITE_ONCE(rq->avail[1], 0);
	set(QUEUE_NOTIFY, rq->number);
	return gives_up();
}

static bool rings_move_while_running(void)
{
	if (!begin(0))
		return false;
	set(QUEUE_SEL, rq->number);
	set64(DRIVER, NOWHERE);
	set64(DEVICE, NOWHERE);
	set64(DESC, NOWHERE);
	kind->request();
	offer(0);
	/* They are fixed while the queue is ready. */
	return settle(1) && kind->is_good();
}

/* A queue that cannot be: no request may come out of it, and the device must stay answerable. */
static bool impossible_queue(u32 size, u64 descriptors, u64 driver, u64 device)
{
	if (!reset())
		return false;
	clear_memory();
	negotiate(0);
	place_queue(rq, size, descriptors, driver, device);
	go();
	kind->request();
	offer(0);
	msleep(20);
	return !kind->is_answered();
}

static bool table_not_aligned(void) { return impossible_queue(QUEUE, at(rq->table) + 1, at(rq->avail), at(rq->used)); }
static bool avail_not_aligned(void) { return impossible_queue(QUEUE, at(rq->table), at(rq->avail) + 1, at(rq->used)); }
static bool used_not_aligned(void) { return impossible_queue(QUEUE, at(rq->table), at(rq->avail), at(rq->used) + 2); }
static bool table_outside_memory(void) { return impossible_queue(QUEUE, NOWHERE, at(rq->avail), at(rq->used)); }
static bool used_in_the_registers(void) { return impossible_queue(QUEUE, at(rq->table), at(rq->avail), base); }
static bool rings_at_the_end_of_addresses(void) { return impossible_queue(QUEUE, ~0ull << 4, ~0ull << 4, ~0ull << 4); }
static bool size_of_zero(void) { return impossible_queue(0, at(rq->table), at(rq->avail), at(rq->used)); }
static bool size_of_five(void) { return impossible_queue(5, at(rq->table), at(rq->avail), at(rq->used)); }
static bool size_of_all_ones(void) { return impossible_queue(~0u, at(rq->table), at(rq->avail), at(rq->used)); }

static bool used_over_avail(void)
{
	impossible_queue(QUEUE, at(rq->table), at(rq->avail), at(rq->avail));
	return true;
}

static bool queue_that_is_not_there(void)
{
	if (!begin(0))
		return false;
	set(QUEUE_SEL, 0x7fffffff);
	set(QUEUE_SIZE, 4);
	set(QUEUE_READY, 1);
	set(QUEUE_NOTIFY, 0x7fffffff);
	set(QUEUE_NOTIFY, ~0u);
	return get(QUEUE_SIZE_MAX) == 0;
}

static bool storm_of_notifications(void)
{
	int i;

	if (!begin(F_EVENT_IDX))
		return false;
	for (i = 0; i < 1000; i++) {
		set(QUEUE_NOTIFY, i % kind->queues);
		cond_resched();
	}
	kind->request();
	offer(0);
	return settle(1) && kind->is_good();
}

static bool event_index_of_nonsense(void)
{
	if (!begin(F_EVENT_IDX))
		return false;
	rq->avail[2 + QUEUE] = 0x8000;
	kind->request();
	offer(0);
	return settle(1) && kind->is_good();
}

/* --- the status machine --- */

static bool driver_ok_without_features_ok(void)
{
	if (!reset())
		return false;
	clear_memory();
	set(STATUS, ACKNOWLEDGE | HAS_DRIVER | DRIVER_OK);
	place_queues();
	kind->request();
	offer(0);
	msleep(20);
	return !kind->is_answered();
}

static bool features_that_were_not_offered(void)
{
	if (!reset())
		return false;
	set(STATUS, ACKNOWLEDGE | HAS_DRIVER);
	set(DRIVER_FEATURES_SEL, 0);
	set(DRIVER_FEATURES, ~0u);
	set(DRIVER_FEATURES_SEL, 7);
	set(DRIVER_FEATURES, ~0u);
	set(STATUS, ACKNOWLEDGE | HAS_DRIVER | FEATURES_OK);
	return (get(STATUS) & FEATURES_OK) == 0;
}

static bool reset_while_busy(void)
{
	int i;

	if (!begin(0))
		return false;
	kind->request();
	for (i = 0; i < QUEUE; i++)
		offer(0);
	return reset();
}

static bool status_of_all_ones(void)
{
	if (!reset())
		return false;
	set(STATUS, ~0u);
	return true;
}

static bool every_register_in_every_width(void)
{
	u32 offset;

	if (!begin(0))
		return false;
	for (offset = 0; offset < WINDOW; offset += offset < CONFIG + 16 ? 1 : 5) {
		cond_resched();
		readb(registers + offset);
		if (offset + 2 <= WINDOW)
			readw(registers + offset);
		if (offset + 4 <= WINDOW)
			readl(registers + offset);
		if (offset + 8 <= WINDOW)
			readq(registers + offset);
		writeb(0xff, registers + offset);
		if (offset + 2 <= WINDOW)
			writew(0xffff, registers + offset);
		if (offset + 8 <= WINDOW)
			writeq(~0ull, registers + offset);
		if (offset + 4 <= WINDOW)
			writel(~0u, registers + offset);
	}
	return true;
}

const struct test shared_cases[] = {
	CASE(loop_of_one), CASE(loop_of_two), CASE(longer_than_the_queue), CASE(next_out_of_range), CASE(head_out_of_range),
	CASE(readable_after_writable), CASE(first_outside_memory), CASE(first_at_the_end_of_addresses),
	CASE(first_in_the_registers), CASE(first_at_a_grant), CASE(first_of_no_length), CASE(more_than_4_gib),
	CASE(indirect_not_negotiated), CASE(indirect_in_indirect), CASE(indirect_of_no_length), CASE(indirect_of_odd_length),
	CASE(indirect_outside_memory), CASE(indirect_loop), CASE(indirect_and_next), CASE(indirect_of_256_mib),
	CASE(good_one_in_an_indirect_table), CASE(flags_of_all_ones), CASE(bad_one_among_good_ones), CASE(index_runs_away),
	CASE(index_goes_back), CASE(rings_move_while_running), CASE(table_not_aligned), CASE(avail_not_aligned),
	CASE(used_not_aligned), CASE(table_outside_memory), CASE(used_in_the_registers), CASE(rings_at_the_end_of_addresses),
	CASE(size_of_zero), CASE(size_of_five), CASE(size_of_all_ones), CASE(used_over_avail), CASE(queue_that_is_not_there),
	CASE(storm_of_notifications), CASE(event_index_of_nonsense), CASE(driver_ok_without_features_ok),
	CASE(features_that_were_not_offered), CASE(reset_while_busy), CASE(status_of_all_ones),
	CASE(every_register_in_every_width),
};
const size_t shared_count = ARRAY_SIZE(shared_cases);
