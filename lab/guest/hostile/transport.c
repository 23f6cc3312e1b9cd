// SPDX-License-Identifier: MIT
/* virtio-mmio and split queues, without interrupts: the used rings are looked at. */
#include <linux/gfp.h>

#include "hostile.h"

const struct kind *kind;
unsigned long base = 0xd0000000;
void __iomem *registers;
struct queue queues[QUEUES], *rq;
u8 *header, *data, *status, *big;

static void *page(void) { return (void *)get_zeroed_page(GFP_KERNEL); }

bool allocate(void)
{
	int i;

	for (i = 0; i < QUEUES; i++) {
		queues[i].number = i;
		queues[i].table = page();
		queues[i].indirect = page();
		queues[i].avail = page();
		queues[i].used = page();
		if (!queues[i].table || !queues[i].indirect || !queues[i].avail || !queues[i].used)
			return false;
	}
	rq = &queues[kind->requests];
	header = page();
	data = page();
	status = page();
	big = (u8 *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, get_order(BIG));
	registers = ioremap(base, WINDOW);
	return header && data && status && big && registers;
}

u64 at(void *p) { return virt_to_phys(p); }
u32 get(u32 offset) { return readl(registers + offset); }
void set(u32 offset, u32 value) { writel(value, registers + offset); }

void set64(u32 offset, u64 value)
{
	set(offset, (u32)value);
	set(offset + 4, (u32)(value >> 32));
}

bool reset(void)
{
	int n;

	set(STATUS, 0);
	for (n = 0; n < 3000 && get(STATUS) != 0; n++)
		msleep(1);
	return get(STATUS) == 0;
}

void negotiate(u32 wanted)
{
	set(STATUS, ACKNOWLEDGE);
	set(STATUS, ACKNOWLEDGE | HAS_DRIVER);
	set(DEVICE_FEATURES_SEL, 0);
	set(DRIVER_FEATURES_SEL, 0);
	set(DRIVER_FEATURES, get(DEVICE_FEATURES) & (wanted | kind->features));
	set(DRIVER_FEATURES_SEL, 1);
	set(DRIVER_FEATURES, 1);
	set(STATUS, ACKNOWLEDGE | HAS_DRIVER | FEATURES_OK);
}

void place_queue(struct queue *queue, u32 size, u64 descriptors, u64 driver, u64 device)
{
	set(QUEUE_SEL, queue->number);
	set(QUEUE_SIZE, size);
	set64(DESC, descriptors);
	set64(DRIVER, driver);
	set64(DEVICE, device);
	set(QUEUE_READY, 1);
}

void place_queues(void)
{
	u32 i;

	for (i = 0; i < kind->queues; i++)
		place_queue(&queues[i], QUEUE, at(queues[i].table), at(queues[i].avail), at(queues[i].used));
}

void clear_memory(void)
{
	u32 i;

	for (i = 0; i < kind->queues; i++) {
		memset(queues[i].table, 0, PAGE_SIZE);
		memset(queues[i].indirect, 0, PAGE_SIZE);
		memset(queues[i].avail, 0, PAGE_SIZE);
		memset(queues[i].used, 0, PAGE_SIZE);
		queues[i].next_avail = 0;
	}
	memset(data, 0, PAGE_SIZE);
	memset(header, 0, PAGE_SIZE);
	memset(status, UNTOUCHED, PAGE_SIZE);
}

void go(void) { set(STATUS, ACKNOWLEDGE | HAS_DRIVER | FEATURES_OK | DRIVER_OK); }

bool begin(u32 wanted)
{
	if (!reset())
		return false;
	clear_memory();
	negotiate(wanted);
	place_queues();
	go();
	return true;
}

void put(struct descriptor *where, u64 address, u32 length, u16 flags, u16 next)
{
	*where = (struct descriptor){ address, length, flags, next };
}

void offer_to(struct queue *queue, u16 head)
{
	queue->avail[2 + queue->next_avail % QUEUE] = head;
	wmb();
	WRITE_ONCE(queue->avail[1], ++queue->next_avail);
	mb();
	set(QUEUE_NOTIFY, queue->number);
}

void offer(u16 head) { offer_to(rq, head); }

bool needs_reset(void) { return get(STATUS) & NEEDS_RESET; }

bool settle_of(struct queue *queue, u16 chains)
{
	int n;

	for (n = 0; n < 2000 && !needs_reset(); n++) {
		rmb();
		if (READ_ONCE(queue->used[1]) == chains)
			return true;
		msleep(1);
	}
	return false;
}

bool settle(u16 chains) { return settle_of(rq, chains); }

bool gives_up(void)
{
	int n;

	for (n = 0; n < 2000 && !needs_reset(); n++)
		msleep(1);
	return needs_reset();
}

u32 used_length(struct queue *queue, u16 number)
{
	return ((u32 *)(queue->used + 2))[number % QUEUE * 2 + 1];
}

bool one_chain(u32 wanted, void (*shape)(void))
{
	if (!begin(wanted))
		return false;
	kind->request();
	shape();
	offer(0);
	if (!settle(1))
		return false;
	kind->request();
	offer(0);
	return settle(2) && kind->is_good();
}
