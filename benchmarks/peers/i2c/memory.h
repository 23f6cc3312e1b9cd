/* The guest's memory, mapped page by page as it is used, and kept. */
#pragma once
#include <stddef.h>
#include <stdint.h>

void memory_open(int domain);

/* The memory at a guest's address, or NULL if it is not there or does not lie within one page. */
void *guest_memory(uint64_t address, size_t length);
