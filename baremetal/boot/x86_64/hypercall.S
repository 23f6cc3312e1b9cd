# long hypercall(nr, a1, a2, a3, a4, a5), by the System V calling convention: rdi, rsi, rdx, rcx, r8, r9.
# Xen takes the number in rax and the arguments in rdi, rsi, rdx, r10, r8, answers in rax, and may change the argument
# registers, which are the caller's to save here as well. Nothing is kept below the stack pointer.

    .macro arrange
    mov %rdi, %rax
    mov %rsi, %rdi
    mov %rdx, %rsi
    mov %rcx, %rdx
    mov %r8, %r10
    mov %r9, %r8
    .endm

    .text

# By the hypercall page: 32 bytes of code for each number. PV, and PVH and HVM once the page has been set up.
    .globl hypercall_by_page
hypercall_by_page:
    arrange
    mov %eax, %r11d
    shl $5, %r11
    lea hypercall_page(%rip), %rcx
    add %rcx, %r11
    jmp *%r11

# PVH and HVM without the page, on Intel's processors.
    .globl hypercall_by_vmcall
hypercall_by_vmcall:
    arrange
    vmcall
    ret

# PVH and HVM without the page, on AMD's.
    .globl hypercall_by_vmmcall
hypercall_by_vmmcall:
    arrange
    vmmcall
    ret
