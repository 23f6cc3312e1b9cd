/* The same on each target that the SDK describes, so that one package serves all of them. */
#include <asm-generic/ioctl.h>
