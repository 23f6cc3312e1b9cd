/* Calls the hypercall stub of an arm64 image as it would, and looks at what arrives and what is left. hvc traps in a
   process. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

enum { KEPT = 11, HVC_XEN = 0xd4000002 | (0xea1 << 5) };

struct kept { uint64_t registers[KEPT]; uint64_t stack_was_written; };

extern long call_stub(void *stub, const uint64_t arguments[6], struct kept *kept);
extern char hypercall[];

static const uint64_t arguments[6] = { 35, 0x1111222233334444, 0x2222333344445555, 0x3333, 0x4444000000000000, ~0UL };
static uint64_t recorded[6];
static uint32_t instruction;
static unsigned char stack[64 * 1024];

/* What Xen does at most: it answers in x0, and changes the argument registers and x16. */
static void on_trap(int signal, siginfo_t *info, void *context)
{
    mcontext_t *machine = &((ucontext_t *)context)->uc_mcontext;

    (void)signal;
    (void)info;
    instruction = *(uint32_t *)machine->pc;
    recorded[0] = machine->regs[16];
    for (int i = 0; i < 5; i++) {
        recorded[i + 1] = machine->regs[i];
        machine->regs[i] = -1;
    }
    machine->regs[16] = -1;
    machine->regs[0] = -38;
    machine->pc += 4;
}

int main(void)
{
    stack_t other = { .ss_sp = stack, .ss_size = sizeof(stack) };
    struct sigaction action = { .sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_ONSTACK };
    struct kept kept;
    int failures = 0;
    long result;

    sigaltstack(&other, NULL);
    sigaction(SIGILL, &action, NULL);
    result = call_stub(hypercall, arguments, &kept);
    if (instruction != HVC_XEN && ++failures)
        printf("hvc: the instruction is %x\n", instruction);
    for (int i = 0; i < 6; i++)
        if (recorded[i] != arguments[i] && ++failures)
            printf("hvc: argument %d arrived as %lx\n", i, (unsigned long)recorded[i]);
    for (int i = 0; i < KEPT; i++)
        if (kept.registers[i] != 0x101u + i && ++failures)
            printf("hvc: kept register %d became %lx\n", i, (unsigned long)kept.registers[i]);
    if (kept.stack_was_written && ++failures)
        printf("hvc: the stack was written\n");
    if (result != -38 && ++failures)
        printf("hvc: answered %ld\n", result);
    if (!failures)
        printf("hvc: good\n");
    return failures != 0;
}
