/* The guest that both sides serve: one vCPU, which writes and reads a device in turns for ever. */
#ifndef GUEST_H
#define GUEST_H

#define GUEST_DEVICE 0x0a000000u
#define GUEST_DEVICE_SIZE 0x200u
#define GUEST_READS 0x11223344u

#endif
