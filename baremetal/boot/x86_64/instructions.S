# Instructions that C# has no word for, as functions.
    .text

    .globl read_time_stamp                      # ulong read_time_stamp()
read_time_stamp:
    lfence
    rdtsc
    shl $32, %rdx
    or %rdx, %rax
    ret

    .globl read_fault_address                   # ulong read_fault_address(); privileged
read_fault_address:
    mov %cr2, %rax
    ret

    .globl cpuid                                # void cpuid(uint leaf, uint* eax_ebx_ecx_edx)
cpuid:
    push %rbx
    mov %edi, %eax
    xor %ecx, %ecx
    cpuid
    mov %eax, (%rsi)
    mov %ebx, 4(%rsi)
    mov %ecx, 8(%rsi)
    mov %edx, 12(%rsi)
    pop %rbx
    ret

    .globl write_msr                            # void write_msr(uint msr, ulong value); privileged
write_msr:
    mov %edi, %ecx
    mov %esi, %eax
    mov %rsi, %rdx
    shr $32, %rdx
    wrmsr
    ret

    .globl load_idt                             # void load_idt(void* descriptor); privileged
load_idt:
    lidt (%rdi)
    ret

    .globl memory_barrier                       # void memory_barrier()
memory_barrier:
    mfence
    ret

    .globl atomic_and                           # void atomic_and(ulong* location, ulong mask)
atomic_and:
    lock and %rsi, (%rdi)
    ret
