// SPDX-License-Identifier: MIT
/*
 * A broken and a malicious driver of a virtio-mmio device of the kind hostile.kind, at hostile.base (0xd0000000).
 *
 * Each case resets the device, sets its queues up, and does something that no driver should. Then the device is reset
 * again and must serve good requests. Says "hostile: all held" at the end, or which case did not hold.
 */
#include <linux/module.h>

#include "hostile.h"

static char *kind_name = "disk";
module_param_named(kind, kind_name, charp, 0444);
module_param(base, ulong, 0444);

static const struct kind *const kinds[] = { &disk, &i2c, &gpio, &console, &rng };

static int run_all(const struct test *cases, size_t count)
{
	int failed = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		bool held = cases[i].run();

		if (!held)
			pr_err("hostile: %s: NOT HELD: %s (status %02x, device %02x, used %u of length %u)\n", kind->name,
			       cases[i].name, *status, get(STATUS), rq->used[1], used_length(rq, rq->used[1] - 1));
		if (!kind->good()) {
			pr_err("hostile: %s: NOT SERVED AFTER: %s\n", kind->name, cases[i].name);
			held = false;
		}
		failed += !held;
	}
	return failed;
}

static int __init hostile_init(void)
{
	size_t i, count;
	int failed;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i]->name, kind_name))
			kind = kinds[i];
	if (!kind)
		return -EINVAL;
	if (!allocate())
		return -ENOMEM;
	if (get(0) != 0x74726976 || get(DEVICE_ID) != kind->id || !kind->good()) {
		pr_err("hostile: %s: none at 0x%lx that serves good requests (device %u, status %02x)\n", kind->name, base,
		       get(DEVICE_ID), get(STATUS));
		return 0;
	}
	failed = run_all(shared_cases, shared_count) + run_all(kind->cases, kind->count);
	count = shared_count + kind->count;
	reset();
	if (failed)
		pr_err("hostile: %d of %zu cases of %s did not hold\n", failed, count, kind->name);
	else
		pr_err("hostile: all held: %zu cases of %s\n", count, kind->name);
	return 0;
}

static void __exit hostile_exit(void) { }

module_init(hostile_init);
module_exit(hostile_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A broken and a malicious driver of a virtio-mmio device");
