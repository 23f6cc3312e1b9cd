/* SPDX-License-Identifier: MIT */
/* What the kinds of devices share: registers, rings, and how a case is run. */
#ifndef HOSTILE_H
#define HOSTILE_H

#include <linux/delay.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>

enum {
	DEVICE_ID = 0x008, DEVICE_FEATURES = 0x010, DEVICE_FEATURES_SEL = 0x014, DRIVER_FEATURES = 0x020,
	DRIVER_FEATURES_SEL = 0x024, QUEUE_SEL = 0x030, QUEUE_SIZE_MAX = 0x034, QUEUE_SIZE = 0x038, QUEUE_READY = 0x044,
	QUEUE_NOTIFY = 0x050, STATUS = 0x070, DESC = 0x080, DRIVER = 0x090, DEVICE = 0x0a0, CONFIG = 0x100, WINDOW = 0x200,
};

enum { ACKNOWLEDGE = 1, HAS_DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8, NEEDS_RESET = 64 };
enum { D_NEXT = 1, D_WRITE = 2, D_INDIRECT = 4 };
enum { UNTOUCHED = 0xaa };

#define F_INDIRECT	(1u << 28)
#define F_EVENT_IDX	(1u << 29)
#define QUEUE		32
#define QUEUES		6
#define BIG		(128u << 10)
#define NOWHERE		0x0000dead00000000ull

struct descriptor { u64 address; u32 length; u16 flags, next; };

/* The rings have one page each, so that nothing runs into anything else. */
struct queue {
	u32 number;
	u16 next_avail;
	struct descriptor *table, *indirect;
	u16 *avail, *used;
};

struct test {
	const char *name;
	bool (*run)(void);
};

#define CASE(name) { #name, name }

/* A kind of device. */
struct kind {
	const char *name;
	u32 id;
	u32 features;		/* without which it does not work */
	u32 queues;		/* that are set up */
	u32 requests;		/* which queue a request goes to */
	void (*request)(void);	/* puts a good request into the descriptors from 0 */
	bool (*is_answered)(void);	/* whether there is any answer to that */
	bool (*is_good)(void);	/* whether the answer is that of a good request */
	bool (*good)(void);	/* begins, and makes good requests of each sort */
	const struct test *cases;
	size_t count;
};

extern const struct kind disk, i2c, gpio, console, rng;
extern const struct test shared_cases[];
extern const size_t shared_count;

/* transport.c */
extern const struct kind *kind;
extern unsigned long base;
extern void __iomem *registers;
extern struct queue queues[QUEUES], *rq;	/* rq: that of the kind's requests */
extern u8 *header, *data, *status, *big;	/* a page each; big is 128 KiB */
bool allocate(void);
u64 at(void *p);
u32 get(u32 offset);
void set(u32 offset, u32 value);
void set64(u32 offset, u64 value);
bool reset(void);
void negotiate(u32 wanted);
void place_queue(struct queue *queue, u32 size, u64 descriptors, u64 driver, u64 device);
void place_queues(void);
void clear_memory(void);
void go(void);
bool begin(u32 wanted);		/* reset, negotiation, all queues */
void put(struct descriptor *where, u64 address, u32 length, u16 flags, u16 next);
void offer_to(struct queue *queue, u16 head);
void offer(u16 head);
bool needs_reset(void);
bool settle_of(struct queue *queue, u16 chains);	/* until it has used as many; false if it needs a reset */
bool settle(u16 chains);
bool gives_up(void);		/* until it needs a reset, for which only a broken ring is a reason */
u32 used_length(struct queue *queue, u16 number);
/* A good request, made a bad one: it comes back, and a good one after it is served. */
bool one_chain(u32 wanted, void (*shape)(void));

#define CHAIN(name, wanted, code) \
	static void shape_##name(void) { code; } \
	static bool name(void) { return one_chain(wanted, shape_##name); }

#endif
