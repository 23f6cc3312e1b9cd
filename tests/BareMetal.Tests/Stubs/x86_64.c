/* Calls the hypercall stubs of an x86_64 image as it would, and looks at what arrives and what is left. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

struct kept { uint64_t registers[6]; uint64_t stack_was_written; };

extern long call_stub(void *stub, const uint64_t arguments[6], struct kept *kept);
extern char hypercall_by_page[], hypercall_by_vmcall[], hypercall_by_vmmcall[];
extern uint64_t recorded[6];

static const uint64_t arguments[6] = { 35, 0x1111222233334444, 0x2222333344445555, 0x3333, 0x4444000000000000, ~0UL };
static unsigned char stack[64 * 1024];

/* The instruction traps in the caller: rax has the number. Then it is as in the recording page. */
static void on_trap(int signal, siginfo_t *info, void *context)
{
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;

    (void)signal;
    (void)info;
    recorded[0] = registers[REG_RAX];
    recorded[1] = registers[REG_RDI];
    recorded[2] = registers[REG_RSI];
    recorded[3] = registers[REG_RDX];
    recorded[4] = registers[REG_R10];
    recorded[5] = registers[REG_R8];
    registers[REG_RDI] = registers[REG_RSI] = registers[REG_RDX] = registers[REG_R10] = registers[REG_R8] = -1;
    registers[REG_RAX] = -38;
    registers[REG_RIP] += 3;
}

/* Finds the instruction, and puts one in its place that traps on every machine: a host that is a guest itself may
   have another idea of a hypercall. */
static int replace(char *stub, const char instruction[3])
{
    char *place = memmem(stub, 64, instruction, 3);

    if (!place || mprotect((void *)((uintptr_t)stub & -4096L), 8192, PROT_READ | PROT_WRITE | PROT_EXEC))
        return 0;
    memcpy(place, "\x0f\x0b\x90", 3);
    return 1;
}

static int check(const char *name, void *stub)
{
    struct kept kept;
    int failures = 0;
    long result;

    memset(recorded, 0, sizeof(recorded));
    result = call_stub(stub, arguments, &kept);
    for (int i = 0; i < 6; i++)
        if (recorded[i] != arguments[i] && ++failures)
            printf("%s: argument %d arrived as %lx\n", name, i, (unsigned long)recorded[i]);
    for (int i = 0; i < 6; i++)
        if (kept.registers[i] != 0x101u + i && ++failures)
            printf("%s: kept register %d became %lx\n", name, i, (unsigned long)kept.registers[i]);
    if (kept.stack_was_written && ++failures)
        printf("%s: the stack was written\n", name);
    if (result != -38 && ++failures)
        printf("%s: answered %ld\n", name, result);
    if (!failures)
        printf("%s: good\n", name);
    return failures;
}

int main(void)
{
    stack_t other = { .ss_sp = stack, .ss_size = sizeof(stack) };
    struct sigaction action = { .sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_ONSTACK };
    int failures;

    sigaltstack(&other, NULL);
    sigaction(SIGILL, &action, NULL);
    failures = check("page", hypercall_by_page);
    if (!replace(hypercall_by_vmcall, "\x0f\x01\xc1") || !replace(hypercall_by_vmmcall, "\x0f\x01\xd9")) {
        puts("no vmcall or vmmcall");
        return 1;
    }
    failures += check("vmcall", hypercall_by_vmcall);
    failures += check("vmmcall", hypercall_by_vmmcall);
    return failures != 0;
}
