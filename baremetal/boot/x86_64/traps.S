# Traps, and the end of the program: all registers into a TrapFrame, and to the platform.
    .text

# The registers of a TrapFrame from rdx on, which both ways here save in the same order.
    .macro push_rdx_to_r15
    push %rdx
    push %rbx
    push %rbp
    push %rsi
    push %rdi
    push %r8
    push %r9
    push %r10
    push %r11
    push %r12
    push %r13
    push %r14
    push %r15
    .endm

# trap_common: on the stack are ss, rsp, rflags, cs, rip, the error code and the vector.
trap_common:
    push %rax
    push %rcx
    push_rdx_to_r15
    mov %rsp, %rdi
    and $-16, %rsp
    cld
    call domain_trap
    ud2

# fatal_stop(text, length), as if it were a trap at its caller.
    .globl fatal_stop
fatal_stop:
    pop %rax                                    # the return address, in place of rax, which is nobody's now
    mov %rsp, %rcx
    push $0
    push %rcx
    pushfq
    push $0
    push %rax
    push $0
    push $-1
    push $0
    push $0
    push_rdx_to_r15
    mov %rsp, %rdx
    and $-16, %rsp
    call domain_fatal
    ud2

# One entry for each vector. Those with an error code: 8, 10 to 14, 17, 21, 29, 30.
    .macro entry kind, vector
\kind\()_\vector:
    .ifc \kind,pv
    pop %rcx                                    # Xen has put these on top for a PV domain
    pop %r11
    .endif
    .if \vector == 8 || (\vector >= 10 && \vector <= 14) || \vector == 17 || \vector == 21 || \vector == 29 || \vector == 30
    .else
    push $0
    .endif
    push $\vector
    jmp trap_common
    .endm

    .altmacro
    .macro entries kind
    .set vector, 0
    .rept 32
    entry_of \kind, %vector
    .set vector, vector + 1
    .endr
    .endm

    .macro entry_of kind, vector
    entry \kind, \vector
    .endm

    .macro addresses kind
    .set vector, 0
    .rept 32
    address_of \kind, %vector
    .set vector, vector + 1
    .endr
    .endm

    .macro address_of kind, vector
    .quad \kind\()_\vector
    .endm

    entries pv
    entries pvh

    .section .data
    .align 8
    .globl trap_entries_pv, trap_entries_pvh
trap_entries_pv:
    addresses pv
trap_entries_pvh:
    addresses pvh
