// SPDX-License-Identifier: MIT
/*
 * A broken and a malicious driver of a virtio-mmio block device, for the device at hostile.base (0xd0000000).
 *
 * Each case resets the device, sets a queue up, and does something that no driver should. Then the device is reset again
 * and must serve one good read. No interrupts: the used ring is looked at. Says "hostile: all held" at the end, or which
 * case did not hold.
 */
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>

static unsigned long base = 0xd0000000;
module_param(base, ulong, 0444);

enum {
	DEVICE_FEATURES = 0x010, DEVICE_FEATURES_SEL = 0x014, DRIVER_FEATURES = 0x020, DRIVER_FEATURES_SEL = 0x024,
	QUEUE_SEL = 0x030, QUEUE_SIZE_MAX = 0x034, QUEUE_SIZE = 0x038, QUEUE_READY = 0x044, QUEUE_NOTIFY = 0x050,
	INTERRUPT_STATUS = 0x060, INTERRUPT_ACK = 0x064, STATUS = 0x070, DESC = 0x080, DRIVER = 0x090, DEVICE = 0x0a0,
	CONFIG = 0x100, WINDOW = 0x200,
};

enum { ACKNOWLEDGE = 1, HAS_DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8, NEEDS_RESET = 64 };
enum { D_NEXT = 1, D_WRITE = 2, D_INDIRECT = 4 };
enum { IN = 0, OUT = 1, FLUSH = 4, GET_ID = 8, DISCARD = 11, WRITE_ZEROES = 13 };
enum { OK = 0, IOERR = 1, UNSUPP = 2, UNTOUCHED = 0xaa };

#define F_DISCARD	(1u << 13)
#define F_WRITE_ZEROES	(1u << 14)
#define F_INDIRECT	(1u << 28)
#define F_EVENT_IDX	(1u << 29)
#define QUEUE		32
#define NOWHERE		0x0000dead00000000ull

struct descriptor { u64 address; u32 length; u16 flags, next; };
struct header { u32 type, priority; u64 sector; };
struct segment { u64 sector; u32 count, flags; };

/* One page each, so that nothing runs into anything else. */
static struct descriptor *table, *indirect;
static u16 *avail, *used;
static u8 *data;
static struct header *header;
static u8 *status;
static void __iomem *registers;
static u16 next_avail;
static u32 features;

static u64 at(void *p) { return virt_to_phys(p); }
static u32 get(u32 offset) { return readl(registers + offset); }
static void set(u32 offset, u32 value) { writel(value, registers + offset); }

static void set64(u32 offset, u64 value)
{
	set(offset, (u32)value);
	set(offset + 4, (u32)(value >> 32));
}

static bool reset(void)
{
	int n;

	set(STATUS, 0);
	for (n = 0; n < 3000 && get(STATUS) != 0; n++)
		msleep(1);
	return get(STATUS) == 0;
}

static void negotiate(u32 wanted)
{
	set(STATUS, ACKNOWLEDGE);
	set(STATUS, ACKNOWLEDGE | HAS_DRIVER);
	set(DEVICE_FEATURES_SEL, 0);
	features = get(DEVICE_FEATURES) & wanted;
	set(DRIVER_FEATURES_SEL, 0);
	set(DRIVER_FEATURES, features);
	set(DRIVER_FEATURES_SEL, 1);
	set(DRIVER_FEATURES, 1);
	set(STATUS, ACKNOWLEDGE | HAS_DRIVER | FEATURES_OK);
}

static void place_queue(u32 size, u64 descriptors, u64 driver, u64 device)
{
	set(QUEUE_SEL, 0);
	set(QUEUE_SIZE, size);
	set64(DESC, descriptors);
	set64(DRIVER, driver);
	set64(DEVICE, device);
	set(QUEUE_READY, 1);
}

static void clear_memory(void)
{
	memset(table, 0, PAGE_SIZE);
	memset(indirect, 0, PAGE_SIZE);
	memset(avail, 0, PAGE_SIZE);
	memset(used, 0, PAGE_SIZE);
	memset(data, 0, PAGE_SIZE);
	memset(header, 0, PAGE_SIZE);
	*status = UNTOUCHED;
	next_avail = 0;
}

static void go(void) { set(STATUS, ACKNOWLEDGE | HAS_DRIVER | FEATURES_OK | DRIVER_OK); }

static bool begin(u32 wanted)
{
	if (!reset())
		return false;
	clear_memory();
	negotiate(wanted);
	place_queue(QUEUE, at(table), at(avail), at(used));
	go();
	return true;
}

static void put(struct descriptor *where, u64 address, u32 length, u16 flags, u16 next)
{
	*where = (struct descriptor){ address, length, flags, next };
}

/* The usual three descriptors. */
static void request(u32 type, u64 sector, u32 length)
{
	*header = (struct header){ type, 0, sector };
	put(&table[0], at(header), sizeof(*header), D_NEXT, 1);
	put(&table[1], at(data), length, D_NEXT | (type == IN || type == GET_ID ? D_WRITE : 0), 2);
	put(&table[2], at(status), 1, D_WRITE, 0);
}

static void offer(u16 head)
{
	avail[2 + next_avail % QUEUE] = head;
	wmb();
	WRITE_ONCE(avail[1], ++next_avail);
	mb();
	set(QUEUE_NOTIFY, 0);
}

/* Until the device has used as many chains, or needs a reset. */
static bool settle(u16 chains)
{
	int n;

	for (n = 0; n < 2000; n++) {
		rmb();
		if (READ_ONCE(used[1]) == chains || (get(STATUS) & NEEDS_RESET))
			return true;
		msleep(1);
	}
	return false;
}

static bool ends_with(u8 expected)
{
	return settle(next_avail) && *status == expected;
}

static bool good_read(void)
{
	if (!begin(0))
		return false;
	request(IN, 0, 512);
	offer(0);
	return ends_with(OK);
}

/* --- chains --- */

static bool one_chain(u32 wanted, void (*shape)(void))
{
	if (!begin(wanted))
		return false;
	request(IN, 0, 512);
	shape();
	offer(0);
	return settle(1);
}

#define CHAIN(name, wanted, code) \
	static void shape_##name(void) { code; } \
	static bool name(void) { return one_chain(wanted, shape_##name); }

CHAIN(loop_of_one, 0, table[0].next = 0)
CHAIN(loop_of_two, 0, table[1].next = 0)
CHAIN(next_out_of_range, 0, table[0].next = 4000)
CHAIN(header_of_no_length, 0, table[0].length = 0)
CHAIN(nothing_has_a_length, 0, table[0].length = table[1].length = table[2].length = 0)
CHAIN(no_status, 0, table[1].flags = 0)
CHAIN(only_writable, 0, table[0].flags |= D_WRITE)
CHAIN(readable_after_writable, 0, table[2].flags = 0)
CHAIN(header_outside_memory, 0, table[0].address = NOWHERE)
CHAIN(data_outside_memory, 0, table[1].address = NOWHERE)
CHAIN(status_outside_memory, 0, table[2].address = NOWHERE)
CHAIN(data_at_the_end_of_addresses, 0, table[1].address = ~0ull - 100)
CHAIN(data_in_the_registers, 0, table[1].address = base)
CHAIN(data_at_a_grant, 0, table[1].address = 1ull << 63 | 123ull << 12)
CHAIN(length_of_all_ones, 0, table[1].length = ~0u)
CHAIN(more_than_4_gib, 0, put(&table[1], 0, 1u << 31, D_NEXT | D_WRITE, 3); put(&table[3], 0, 1u << 31, D_NEXT | D_WRITE, 4);
	put(&table[4], 0, 1u << 31, D_NEXT | D_WRITE, 2))
CHAIN(indirect_not_negotiated, 0, put(&table[0], at(indirect), 48, D_INDIRECT, 0))
CHAIN(indirect_in_indirect, F_INDIRECT, put(&indirect[0], at(indirect), 48, D_INDIRECT, 0);
	put(&table[0], at(indirect), 48, D_INDIRECT, 0))
CHAIN(indirect_of_no_length, F_INDIRECT, put(&table[0], at(indirect), 0, D_INDIRECT, 0))
CHAIN(indirect_of_odd_length, F_INDIRECT, put(&table[0], at(indirect), 47, D_INDIRECT, 0))
CHAIN(indirect_outside_memory, F_INDIRECT, put(&table[0], NOWHERE, 48, D_INDIRECT, 0))
CHAIN(indirect_loop, F_INDIRECT, put(&indirect[0], at(header), 16, D_NEXT, 0); put(&table[0], at(indirect), 48, D_INDIRECT, 0))
CHAIN(indirect_and_next, F_INDIRECT, memcpy(indirect, table, 48); put(&table[0], at(indirect), 48, D_INDIRECT | D_NEXT, 1))
CHAIN(indirect_of_256_mib, F_INDIRECT, put(&table[0], 0, 256u << 20, D_INDIRECT, 0))
CHAIN(flags_of_all_ones, F_INDIRECT, table[0].flags = 0xffff)

static bool longer_than_the_queue(void)
{
	int i;

	if (!begin(0))
		return false;
	for (i = 0; i < QUEUE; i++)
		put(&table[i], at(data), 16, D_NEXT, (i + 1) % QUEUE);
	offer(0);
	return settle(1);
}

static bool head_out_of_range(void)
{
	if (!begin(0))
		return false;
	offer(0xffff);
	request(IN, 0, 512);
	offer(0);
	/* The first cannot be given back, the second must be served. */
	return settle(1) && (*status == OK || (get(STATUS) & NEEDS_RESET));
}

static bool header_byte_by_byte(void)
{
	int i;

	if (!begin(0))
		return false;
	*header = (struct header){ IN, 0, 0 };
	for (i = 0; i < 16; i++)
		put(&table[i], at(header) + i, 1, D_NEXT, i + 1);
	put(&table[16], at(data), 200, D_NEXT | D_WRITE, 17);
	put(&table[17], at(data) + 200, 312, D_NEXT | D_WRITE, 18);
	put(&table[18], at(status), 1, D_WRITE, 0);
	offer(0);
	return ends_with(OK);
}

static bool status_behind_the_data(void)
{
	if (!begin(0))
		return false;
	request(IN, 0, 513);
	table[1].flags = D_WRITE;
	data[512] = UNTOUCHED;
	offer(0);
	return settle(1) && data[512] == OK;
}

static bool bad_one_among_good_ones(void)
{
	int i;

	if (!begin(0))
		return false;
	request(IN, 0, 512);
	put(&table[8], at(header), 16, D_NEXT, 8);
	for (i = 0; i < 6; i++)
		offer(i % 2 ? 8 : 0);
	return settle(6) && *status == OK;
}

/* --- rings --- */

static bool index_runs_away(void)
{
	if (!begin(0))
		return false;
	request(IN, 0, 512);
	WRITE_ONCE(avail[1], 1000);
	set(QUEUE_NOTIFY, 0);
	return settle(1) && (get(STATUS) & NEEDS_RESET);
}

static bool index_goes_back(void)
{
	if (!begin(0))
		return false;
	request(IN, 0, 512);
	offer(0);
	if (!ends_with(OK))
		return false;
	WRITE_ONCE(avail[1], 0);
	set(QUEUE_NOTIFY, 0);
	return settle(0xfffe) && (get(STATUS) & NEEDS_RESET);
}

static bool rings_move_while_running(void)
{
	if (!begin(0))
		return false;
	set64(DRIVER, NOWHERE);
	set64(DEVICE, NOWHERE);
	set64(DESC, NOWHERE);
	request(IN, 0, 512);
	offer(0);
	return settle(1);
}

/* A queue that cannot be: no request may come out of it, and the device must stay answerable. */
static bool impossible_queue(u32 size, u64 descriptors, u64 driver, u64 device)
{
	if (!reset())
		return false;
	clear_memory();
	negotiate(0);
	place_queue(size, descriptors, driver, device);
	go();
	request(IN, 0, 512);
	offer(0);
	msleep(20);
	return *status == UNTOUCHED;
}

static bool table_not_aligned(void) { return impossible_queue(QUEUE, at(table) + 1, at(avail), at(used)); }
static bool avail_not_aligned(void) { return impossible_queue(QUEUE, at(table), at(avail) + 1, at(used)); }
static bool used_not_aligned(void) { return impossible_queue(QUEUE, at(table), at(avail), at(used) + 2); }
static bool table_outside_memory(void) { return impossible_queue(QUEUE, NOWHERE, at(avail), at(used)); }
static bool used_in_the_registers(void) { return impossible_queue(QUEUE, at(table), at(avail), base); }
static bool rings_at_the_end_of_addresses(void) { return impossible_queue(QUEUE, ~0ull << 4, ~0ull << 4, ~0ull << 4); }
static bool size_of_zero(void) { return impossible_queue(0, at(table), at(avail), at(used)); }
static bool size_of_five(void) { return impossible_queue(5, at(table), at(avail), at(used)); }
static bool size_of_all_ones(void) { return impossible_queue(~0u, at(table), at(avail), at(used)); }

static bool used_over_avail(void)
{
	if (!reset())
		return false;
	clear_memory();
	negotiate(0);
	place_queue(QUEUE, at(table), at(avail), at(avail));
	go();
	request(IN, 0, 512);
	offer(0);
	msleep(20);
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
	for (i = 0; i < 5000; i++)
		set(QUEUE_NOTIFY, 0);
	request(IN, 0, 512);
	offer(0);
	return ends_with(OK);
}

static bool event_index_of_nonsense(void)
{
	if (!begin(F_EVENT_IDX))
		return false;
	avail[2 + QUEUE] = 0x8000;
	request(IN, 0, 512);
	offer(0);
	return ends_with(OK);
}

/* --- the status machine --- */

static bool driver_ok_without_features_ok(void)
{
	if (!reset())
		return false;
	clear_memory();
	set(STATUS, ACKNOWLEDGE | HAS_DRIVER | DRIVER_OK);
	place_queue(QUEUE, at(table), at(avail), at(used));
	request(IN, 0, 512);
	offer(0);
	msleep(20);
	return *status == UNTOUCHED;
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

static bool reset_while_reading(void)
{
	int i;

	if (!begin(0))
		return false;
	request(IN, 0, 4096);
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
	for (offset = 0; offset < WINDOW; offset++) {
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

#define CASE(name) { #name, name }
static const struct { const char *name; bool (*run)(void); } cases[] = {
	CASE(loop_of_one), CASE(loop_of_two), CASE(longer_than_the_queue), CASE(next_out_of_range), CASE(head_out_of_range),
	CASE(header_of_no_length), CASE(nothing_has_a_length), CASE(no_status), CASE(only_writable),
	CASE(readable_after_writable), CASE(header_outside_memory), CASE(data_outside_memory), CASE(status_outside_memory),
	CASE(data_at_the_end_of_addresses), CASE(data_in_the_registers), CASE(data_at_a_grant), CASE(length_of_all_ones),
	CASE(more_than_4_gib), CASE(indirect_not_negotiated), CASE(indirect_in_indirect), CASE(indirect_of_no_length),
	CASE(indirect_of_odd_length), CASE(indirect_outside_memory), CASE(indirect_loop), CASE(indirect_and_next),
	CASE(indirect_of_256_mib), CASE(flags_of_all_ones), CASE(header_byte_by_byte), CASE(status_behind_the_data),
	CASE(bad_one_among_good_ones), CASE(index_runs_away), CASE(index_goes_back), CASE(rings_move_while_running),
	CASE(table_not_aligned), CASE(avail_not_aligned), CASE(used_not_aligned), CASE(table_outside_memory),
	CASE(used_in_the_registers), CASE(rings_at_the_end_of_addresses), CASE(size_of_zero), CASE(size_of_five),
	CASE(size_of_all_ones), CASE(used_over_avail), CASE(queue_that_is_not_there), CASE(storm_of_notifications),
	CASE(event_index_of_nonsense), CASE(driver_ok_without_features_ok), CASE(features_that_were_not_offered),
	CASE(reset_while_reading), CASE(status_of_all_ones), CASE(every_register_in_every_width), CASE(unknown_type),
	CASE(read_beyond_the_end), CASE(write_beyond_the_end), CASE(read_of_half_a_sector), CASE(write_of_half_a_sector),
	CASE(id_into_one_byte), CASE(flush_with_data), CASE(discard_beyond_the_end), CASE(discard_of_all_ones),
	CASE(discard_with_unknown_flags), CASE(discard_of_half_a_segment), CASE(zeroes_beyond_the_end),
	CASE(zeroes_with_unknown_flags),
};

static void *page(void) { return (void *)get_zeroed_page(GFP_KERNEL); }

static int __init hostile_init(void)
{
	int i, failed = 0;

	table = page();
	indirect = page();
	avail = page();
	used = page();
	data = page();
	header = page();
	status = page();
	registers = ioremap(base, WINDOW);
	if (!table || !indirect || !avail || !used || !data || !header || !status || !registers)
		return -ENOMEM;
	if (get(0) != 0x74726976 || !good_read()) {
		pr_err("hostile: no block device at 0x%lx that serves a good read\n", base);
		return 0;
	}
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		bool held = cases[i].run();

		if (!held)
			pr_err("hostile: NOT HELD: %s (status %02x, device %02x, used %u)\n",
			       cases[i].name, *status, get(STATUS), used[1]);
		if (!good_read()) {
			pr_err("hostile: NO GOOD READ AFTER: %s\n", cases[i].name);
			held = false;
		}
		failed += !held;
	}
	reset();
	if (failed)
		pr_err("hostile: %d of %zu cases did not hold\n", failed, ARRAY_SIZE(cases));
	else
		pr_err("hostile: all held: %zu cases\n", ARRAY_SIZE(cases));
	return 0;
}

static void __exit hostile_exit(void) { }

module_init(hostile_init);
module_exit(hostile_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A broken and a malicious driver of a virtio-mmio block device");
