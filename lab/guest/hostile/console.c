// SPDX-License-Identifier: MIT
/* A console device with two ports or more, the first of which is a console whose other end takes what it gets. */
#include "hostile.h"

enum { DEVICE_READY, PORT_ADD, PORT_REMOVE, PORT_READY, CONSOLE_PORT, RESIZE, PORT_OPEN };

#define F_MULTIPORT	2u
#define RECEIVE		(&queues[0])
#define TOLD		(&queues[2])
#define TELL		(&queues[3])

struct control { u32 port; u16 event, value; };

static void write_a_byte(void)
{
	*data = 'x';
	put(&rq->table[0], at(data), 1, 0, 0);
}

/* What is sent is given back, and has no answer. */
static bool is_answered(void) { return READ_ONCE(rq->used[1]) != 0; }
static bool is_good(void) { return is_answered() && used_length(rq, READ_ONCE(rq->used[1]) - 1) == 0; }

static bool tell(u32 port, u16 event, u16 value)
{
	*(struct control *)header = (struct control){ port, event, value };
	put(&TELL->table[0], at(header), sizeof(struct control), 0, 0);
	offer_to(TELL, 0);
	return settle_of(TELL, TELL->next_avail) && used_length(TELL, TELL->next_avail - 1) == 0;
}

/* The next message of the device is this one. */
static bool is_told(u32 port, u16 event)
{
	struct control *message = (struct control *)(data + 64);

	put(&TOLD->table[0], at(message), 512, D_WRITE, 0);
	offer_to(TOLD, 0);
	return settle_of(TOLD, TOLD->next_avail) && message->port == port && message->event == event &&
		used_length(TOLD, TOLD->next_avail - 1) >= sizeof(*message);
}

static bool greet(void) { return begin(0) && tell(0, DEVICE_READY, 1); }

static bool good(void)
{
	if (!greet() || !is_told(0, PORT_ADD) || !is_told(1, PORT_ADD) || !tell(0, PORT_READY, 1) || !is_told(0, CONSOLE_PORT))
		return false;
	write_a_byte();
	offer(0);
	return settle(1) && is_good();
}

/* A chain for one of the queues comes back, with that length, and the device goes on. */
static bool comes_back(struct queue *queue, u64 address, u32 length, u16 flags, u32 used)
{
	put(&queue->table[0], address, length, flags, 0);
	offer_to(queue, 0);
	return settle_of(queue, queue->next_avail) && used_length(queue, queue->next_avail - 1) == used;
}

/* --- control messages --- */

static bool messages_before_ready(void)
{
	return begin(0) && tell(0, PORT_READY, 1) && tell(0, PORT_OPEN, 1) && tell(0, DEVICE_READY, 1) && is_told(0, PORT_ADD);
}

static bool not_ready(void)
{
	return begin(0) && tell(0, DEVICE_READY, 0) && tell(0, PORT_READY, 1) && tell(0, DEVICE_READY, 1) &&
		is_told(0, PORT_ADD);
}

static bool unknown_events(void)
{
	int event;

	if (!greet())
		return false;
	for (event = 7; event < 0x10000; event += 1311)
		if (!tell(0, event, 1))
			return false;
	return is_told(0, PORT_ADD);
}

static bool events_of_the_device(void)
{
	return greet() && tell(0, PORT_ADD, 1) && tell(0, PORT_REMOVE, 1) && tell(0, CONSOLE_PORT, 1) && tell(0, RESIZE, 1) &&
		is_told(0, PORT_ADD);
}

static bool ports_that_are_not_there(void)
{
	static const u32 ports[] = { 2000, 0x7fffffff, 0x80000000, ~0u };
	int i;

	if (!greet())
		return false;
	for (i = 0; i < ARRAY_SIZE(ports); i++)
		if (!tell(ports[i], PORT_READY, 1) || !tell(ports[i], PORT_OPEN, 1))
			return false;
	return is_told(0, PORT_ADD) && is_told(1, PORT_ADD);
}

/* However often it is asked for, each message comes once. */
static bool flood_of_ready(void)
{
	int i;

	if (!greet())
		return false;
	for (i = 0; i < 300; i++)
		if (!tell(0, DEVICE_READY, 1) || !tell(0, PORT_READY, 1))
			return false;
	return is_told(0, PORT_ADD) && is_told(0, CONSOLE_PORT) && is_told(0, RESIZE);
}

static bool open_and_close_without_end(void)
{
	int i;

	if (!greet())
		return false;
	for (i = 0; i < 300; i++)
		if (!tell(i & 1, PORT_OPEN, i >> 1 & 1))
			return false;
	return is_told(0, PORT_ADD);
}

static bool message_cut_short(void) { return greet() && comes_back(TELL, at(header), 7, 0, 0) && is_told(0, PORT_ADD); }
static bool message_of_no_length(void) { return greet() && comes_back(TELL, at(header), 0, 0, 0); }
static bool message_of_128_kib(void) { return greet() && comes_back(TELL, at(big), BIG, 0, 0); }
static bool message_to_write(void) { return greet() && comes_back(TELL, at(header), 8, D_WRITE, 0); }
static bool message_outside_memory(void) { return greet() && comes_back(TELL, NOWHERE, 8, 0, 0); }
static bool message_in_the_registers(void) { return greet() && comes_back(TELL, base, 8, 0, 0); }

/* It is lost, as the driver wanted it; what follows is not. */
static bool told_into_4_bytes(void)
{
	return greet() && comes_back(TOLD, at(data), 4, D_WRITE, 0) && is_told(1, PORT_ADD);
}

static bool told_into_nothing(void) { return greet() && comes_back(TOLD, at(data), 0, D_WRITE, 0); }
static bool told_into_a_buffer_to_read(void) { return greet() && comes_back(TOLD, at(data), 64, 0, 0); }
static bool told_outside_memory(void) { return greet() && comes_back(TOLD, NOWHERE, 64, D_WRITE, 0); }

static bool told_in_a_loop(void)
{
	if (!greet())
		return false;
	put(&TOLD->table[0], at(data), 8, D_WRITE | D_NEXT, 0);
	offer_to(TOLD, 0);
	return settle_of(TOLD, 1) && used_length(TOLD, 0) == 0 && is_told(0, PORT_ADD);
}

static bool messages_run_away(void)
{
	if (!greet())
		return false;
	WRITE_ONCE(TELL->avail[1], 1000);
	set(QUEUE_NOTIFY, TELL->number);
	return gives_up();
}

/* --- data --- */

static bool data_to_write(void) { return greet() && comes_back(rq, at(data), 64, D_WRITE, 0); }
static bool data_of_no_length(void) { return greet() && comes_back(rq, at(data), 0, 0, 0); }
static bool data_of_128_kib(void) { return greet() && comes_back(rq, at(big), BIG, 0, 0); }
static bool data_of_2_gib(void) { return greet() && comes_back(rq, NOWHERE, 1u << 31, 0, 0); }
static bool data_of_all_ones(void) { return greet() && comes_back(rq, NOWHERE, ~0u, 0, 0); }

static bool data_in_pieces(void)
{
	int i;

	if (!greet())
		return false;
	for (i = 0; i < QUEUE; i++)
		put(&rq->table[i], at(big) + i, i % 3 ? 1 : 0, i + 1 < QUEUE ? D_NEXT : 0, i + 1);
	offer(0);
	return settle(1) && used_length(rq, 0) == 0;
}

static bool reset_with_data_under_way(void)
{
	int i;

	if (!greet())
		return false;
	for (i = 0; i < 16; i++) {
		put(&rq->table[i], at(big), BIG, 0, 0);
		offer(i);
	}
	return reset();
}

/* Nothing comes: buffers to receive are kept until a reset, whatever they are. */
static bool reset_with_bad_buffers_to_receive(void)
{
	int i;

	if (!greet() || !tell(0, PORT_READY, 1) || !tell(0, PORT_OPEN, 1))
		return false;
	for (i = 0; i < 8; i++) {
		put(&RECEIVE->table[i], i & 1 ? NOWHERE : at(data), i & 2 ? ~0u : 16, i & 4 ? D_WRITE : 0, 0);
		offer_to(RECEIVE, i);
	}
	return reset();
}

static bool emergency_writes(void)
{
	int i;

	if (!begin(0))
		return false;
	for (i = 0; i < 16; i++) {
		writeb('e', registers + CONFIG + i);
		writew('e', registers + CONFIG + i);
		writel('e', registers + CONFIG + i);
	}
	return true;
}

static const struct test cases[] = {
	CASE(messages_before_ready), CASE(not_ready), CASE(unknown_events), CASE(events_of_the_device),
	CASE(ports_that_are_not_there), CASE(flood_of_ready), CASE(open_and_close_without_end), CASE(message_cut_short),
	CASE(message_of_no_length), CASE(message_of_128_kib), CASE(message_to_write), CASE(message_outside_memory),
	CASE(message_in_the_registers), CASE(told_into_4_bytes), CASE(told_into_nothing), CASE(told_into_a_buffer_to_read),
	CASE(told_outside_memory), CASE(told_in_a_loop), CASE(messages_run_away), CASE(data_to_write),
	CASE(data_of_no_length), CASE(data_of_128_kib), CASE(data_of_2_gib), CASE(data_of_all_ones), CASE(data_in_pieces),
	CASE(reset_with_data_under_way), CASE(reset_with_bad_buffers_to_receive), CASE(emergency_writes),
};

const struct kind console = {
	.name = "console", .id = 3, .features = F_MULTIPORT, .queues = 6, .requests = 1, .request = write_a_byte,
	.is_answered = is_answered, .is_good = is_good, .good = good, .cases = cases, .count = ARRAY_SIZE(cases),
};
