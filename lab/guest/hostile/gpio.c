// SPDX-License-Identifier: MIT
/* A GPIO device: two lines at least, which nobody else uses, and which can interrupt. */
#include "hostile.h"

enum { NAMES = 1, GET_DIRECTION, SET_DIRECTION, GET_VALUE, SET_VALUE, SET_IRQ };
enum { OK = 0, ERROR = 1 };
enum { INVALID = 0 };
enum { RISING = 1, LOW = 8 };

#define F_IRQ	1u
#define EVENTS	(&queues[1])

struct request { u16 type, line; u32 value; };

static void ask_of(u16 type, u16 line, u32 value, u32 room)
{
	*(struct request *)header = (struct request){ type, line, value };
	memset(status, UNTOUCHED, 16);
	put(&rq->table[0], at(header), sizeof(struct request), D_NEXT, 1);
	put(&rq->table[1], at(status), room, D_WRITE, 0);
}

static void get_direction(void) { ask_of(GET_DIRECTION, 0, 0, 2); }
static bool is_answered(void) { return *status != UNTOUCHED; }
static bool is_good(void) { return *status == OK; }

/* One after the other, on the queue as it is. */
static bool ask(u16 type, u16 line, u32 value, u8 expected)
{
	ask_of(type, line, value, 2);
	offer(0);
	return settle(rq->next_avail) && *status == expected && used_length(rq, rq->next_avail - 1) == 2 &&
		(expected == OK || status[1] == 0);
}

/* The buffer of a line, in two descriptors from n * 2; its status is status[16 + n]. */
static void event(int n, u16 line, u32 length, u32 room)
{
	u16 *lines = (u16 *)data;

	lines[n] = line;
	status[16 + n] = UNTOUCHED;
	put(&EVENTS->table[n * 2], at(&lines[n]), length, D_NEXT, n * 2 + 1);
	put(&EVENTS->table[n * 2 + 1], at(status + 16 + n), room, D_WRITE, 0);
	offer_to(EVENTS, n * 2);
}

static bool good(void)
{
	if (!begin(0) || !ask(SET_DIRECTION, 0, 2, OK) || !ask(GET_VALUE, 0, 0, OK) || !ask(SET_IRQ, 0, RISING, OK) || !ask(SET_IRQ, 0, 0, OK))
		return false;
	event(0, 0, 2, 1);
	return settle_of(EVENTS, 1) && status[16] == INVALID && used_length(EVENTS, 0) == 1;
}

static bool answers(u16 type, u16 line, u32 value, u8 expected)
{
	return begin(0) && ask(type, line, value, expected);
}

/* --- requests --- */

static bool type_of_0(void) { return answers(0, 0, 0, ERROR); }
static bool type_of_7(void) { return answers(7, 0, 0, ERROR); }
static bool type_of_all_ones(void) { return answers(0xffff, 0, 0, ERROR); }
static bool direction_of_3(void) { return answers(SET_DIRECTION, 0, 3, ERROR); }
static bool direction_of_257(void) { return answers(SET_DIRECTION, 0, 257, ERROR); }
static bool direction_of_all_ones(void) { return answers(SET_DIRECTION, 0, ~0u, ERROR); }
static bool value_of_2(void) { return answers(SET_VALUE, 0, 2, ERROR); }
static bool value_of_256(void) { return answers(SET_VALUE, 0, 256, ERROR); }

static bool lines_that_are_not_there(void)
{
	u16 type;

	if (!begin(0))
		return false;
	for (type = GET_DIRECTION; type <= SET_IRQ; type++)
		if (!ask(type, 0x7fff, 0, ERROR) || !ask(type, 0xffff, 0, ERROR))
			return false;
	return true;
}

static bool interrupts_of_unknown_types(void)
{
	static const u32 types[] = { 5, 6, 7, 9, 16, 0x101, ~0u };
	int i;

	if (!begin(0))
		return false;
	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (!ask(SET_IRQ, 0, types[i], ERROR))
			return false;
	return true;
}

static bool interrupt_changed_while_enabled(void)
{
	return begin(0) && ask(SET_IRQ, 0, RISING, OK) && ask(SET_IRQ, 0, LOW, ERROR);
}

static bool interrupt_of_an_output(void)
{
	return begin(0) && ask(SET_DIRECTION, 1, 1, OK) && ask(SET_IRQ, 1, RISING, ERROR) && ask(SET_DIRECTION, 1, 0, OK);
}

static bool storm_of_interrupt_types(void)
{
	int i;

	if (!begin(0))
		return false;
	for (i = 0; i < 50; i++)
		if (!ask(SET_IRQ, i % 2, 1 + i % 3, OK) || !ask(SET_IRQ, i % 2, 0, OK))
			return false;
	return true;
}

/* A good request in two descriptors from n * 2; its response is at status + n * 16. */
static void neighbour(int n)
{
	struct request *requests = (struct request *)header;

	requests[n] = (struct request){ GET_DIRECTION, 0, 0 };
	put(&rq->table[n * 2], at(&requests[n]), sizeof(*requests), D_NEXT, n * 2 + 1);
	put(&rq->table[n * 2 + 1], at(status + n * 16), 2, D_WRITE, 0);
}

/* Shapes of a request for a direction, between two good ones. */
static bool shaped(void (*shape)(void), u8 expected, u32 length)
{
	if (!begin(0))
		return false;
	get_direction();
	shape();
	neighbour(4);
	neighbour(5);
	offer(8);
	offer(0);
	offer(10);
	return settle(3) && *status == expected && used_length(rq, 1) == length && status[64] == OK && status[80] == OK &&
		used_length(rq, 0) == 2 && used_length(rq, 2) == 2;
}

#define SHAPED(name, expected, length, code) \
	static void shape_##name(void) { code; } \
	static bool name(void) { return shaped(shape_##name, expected, length); }

SHAPED(request_cut_short, ERROR, 2, rq->table[0].length = 7)
SHAPED(request_outside_memory, ERROR, 2, rq->table[0].address = NOWHERE)
SHAPED(no_request, ERROR, 2, put(&rq->table[0], at(status), 2, D_WRITE, 0))
SHAPED(no_response, UNTOUCHED, 0, rq->table[0].flags = 0)
SHAPED(response_of_no_length, UNTOUCHED, 0, rq->table[1].length = 0)
SHAPED(response_of_a_byte, ERROR, 1, rq->table[1].length = 1)
SHAPED(response_outside_memory, UNTOUCHED, 0, rq->table[1].address = NOWHERE)
SHAPED(response_in_the_registers, UNTOUCHED, 0, rq->table[1].address = base)
SHAPED(response_of_128_kib, OK, 2, put(&rq->table[1], at(status), 2, D_WRITE | D_NEXT, 2);
	put(&rq->table[2], at(big), BIG, D_WRITE, 0))
SHAPED(names_into_a_byte, ERROR, 1, ((struct request *)header)->type = NAMES; rq->table[1].length = 1)

static bool request_in_pieces(void)
{
	int i;

	if (!begin(0))
		return false;
	get_direction();
	for (i = 0; i < 8; i++)
		put(&rq->table[i], at(header) + i, 1, D_NEXT, i + 1);
	put(&rq->table[8], at(status), 1, D_NEXT | D_WRITE, 9);
	put(&rq->table[9], at(status) + 1, 1, D_WRITE, 0);
	offer(0);
	return settle(1) && *status == OK && used_length(rq, 0) == 2;
}

/* --- events --- */

static bool event_comes_back(u16 line, u32 length, u32 room, u8 expected, u32 used)
{
	if (!begin(0))
		return false;
	event(0, line, length, room);
	return settle_of(EVENTS, 1) && status[16] == expected && used_length(EVENTS, 0) == used;
}

static bool event_of_a_line_that_is_not_there(void) { return event_comes_back(0x7fff, 2, 1, INVALID, 1); }
static bool event_of_line_65535(void) { return event_comes_back(0xffff, 2, 1, INVALID, 1); }
static bool event_of_a_line_that_does_not_interrupt(void) { return event_comes_back(0, 2, 1, INVALID, 1); }
static bool event_cut_short(void) { return event_comes_back(0, 1, 1, INVALID, 1); }
static bool event_without_room(void) { return event_comes_back(0, 2, 0, UNTOUCHED, 0); }

static bool two_events_for_a_line(void)
{
	if (!begin(0) || !ask(SET_IRQ, 0, RISING, OK))
		return false;
	event(0, 0, 2, 1);
	event(1, 0, 2, 1);
	if (!settle_of(EVENTS, 1) || status[17] != INVALID || status[16] != UNTOUCHED)
		return false;
	return ask(SET_IRQ, 0, 0, OK) && settle_of(EVENTS, 2) && status[16] == INVALID;
}

static bool event_in_a_loop(void)
{
	if (!begin(0))
		return false;
	put(&EVENTS->table[0], at(data), 2, D_NEXT, 0);
	offer_to(EVENTS, 0);
	if (!settle_of(EVENTS, 1) || used_length(EVENTS, 0) != 0)
		return false;
	event(1, 0xffff, 2, 1);
	return settle_of(EVENTS, 2) && status[17] == INVALID;
}

/* One that is held until the line is disabled, and one that comes back at once. */
static bool event_whose_memory_is_gone(void)
{
	u16 *lines = (u16 *)data;
	int n;

	if (!begin(0) || !ask(SET_IRQ, 0, RISING, OK))
		return false;
	lines[0] = 0;
	lines[1] = 0xffff;
	for (n = 0; n < 2; n++) {
		put(&EVENTS->table[n * 2], at(&lines[n]), 2, D_NEXT, n * 2 + 1);
		put(&EVENTS->table[n * 2 + 1], NOWHERE, 1, D_WRITE, 0);
		offer_to(EVENTS, n * 2);
	}
	return settle_of(EVENTS, 1) && used_length(EVENTS, 0) == 0 && ask(SET_IRQ, 0, 0, OK) && settle_of(EVENTS, 2) &&
		used_length(EVENTS, 1) == 0;
}

static bool events_run_away(void)
{
	if (!begin(0))
		return false;
	WRITE_ONCE(EVENTS->avail[1], 1000);
	set(QUEUE_NOTIFY, EVENTS->number);
	return gives_up();
}

static bool flood_of_events(void)
{
	int i;

	if (!begin(0))
		return false;
	for (i = 0; i < 500; i++) {
		event(i % 8, i % 3, 2, 1);
		if (i % 8 == 7 && !settle_of(EVENTS, i + 1))
			return false;
	}
	return true;
}

static bool reset_with_events_held(void)
{
	if (!begin(0) || !ask(SET_IRQ, 0, RISING, OK) || !ask(SET_IRQ, 1, RISING, OK))
		return false;
	event(0, 0, 2, 1);
	event(1, 1, 2, 1);
	if (!reset())
		return false;
	/* Nothing is written into what a driver has taken back. */
	return status[16] == UNTOUCHED && status[17] == UNTOUCHED;
}

static const struct test cases[] = {
	CASE(type_of_0), CASE(type_of_7), CASE(type_of_all_ones), CASE(direction_of_3), CASE(direction_of_257),
	CASE(direction_of_all_ones), CASE(value_of_2), CASE(value_of_256), CASE(lines_that_are_not_there),
	CASE(interrupts_of_unknown_types), CASE(interrupt_changed_while_enabled), CASE(interrupt_of_an_output),
	CASE(storm_of_interrupt_types), CASE(request_cut_short), CASE(request_outside_memory), CASE(no_request),
	CASE(no_response), CASE(response_of_no_length), CASE(response_of_a_byte), CASE(response_outside_memory),
	CASE(response_in_the_registers), CASE(response_of_128_kib), CASE(names_into_a_byte), CASE(request_in_pieces),
	CASE(event_of_a_line_that_is_not_there), CASE(event_of_line_65535), CASE(event_of_a_line_that_does_not_interrupt),
	CASE(event_cut_short), CASE(event_without_room), CASE(two_events_for_a_line), CASE(event_in_a_loop),
	CASE(event_whose_memory_is_gone), CASE(events_run_away), CASE(flood_of_events), CASE(reset_with_events_held),
};

const struct kind gpio = {
	.name = "gpio", .id = 41, .features = F_IRQ, .queues = 2, .requests = 0, .request = get_direction,
	.is_answered = is_answered, .is_good = is_good, .good = good, .cases = cases, .count = ARRAY_SIZE(cases),
};
