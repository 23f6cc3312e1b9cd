// Exceptions, and the end of the program: all registers into an ExceptionFrame, and to the platform.
// The program runs on SP_EL0, exceptions take SP_EL1: a stack that is too deep can still be told of.
    .set FRAME, 36 * 8

    .macro save_registers
    stp x0, x1, [sp, #0]
    stp x2, x3, [sp, #16]
    stp x4, x5, [sp, #32]
    stp x6, x7, [sp, #48]
    stp x8, x9, [sp, #64]
    stp x10, x11, [sp, #80]
    stp x12, x13, [sp, #96]
    stp x14, x15, [sp, #112]
    stp x16, x17, [sp, #128]
    stp x18, x19, [sp, #144]
    stp x20, x21, [sp, #160]
    stp x22, x23, [sp, #176]
    stp x24, x25, [sp, #192]
    stp x26, x27, [sp, #208]
    stp x28, x29, [sp, #224]
    .endm

    .text
exception_common:                               // on SP_EL1, below it the frame with x0 and x1; x0: the vector
    ldr x1, [sp, #8]
    str x0, [sp, #280]
    ldr x0, [sp, #0]
    save_registers
    mrs x1, sp_el0
    stp x30, x1, [sp, #240]
    mrs x1, elr_el1
    mrs x2, spsr_el1
    stp x1, x2, [sp, #256]
    mrs x1, esr_el1
    str x1, [sp, #272]
    mov x0, sp
    mrs x1, far_el1
    bl domain_exception
    brk #0

// fatal_stop(text, length), as if it were an exception at its caller.
    .globl fatal_stop
fatal_stop:
    sub sp, sp, #FRAME
    save_registers
    add x2, sp, #FRAME
    stp x30, x2, [sp, #240]
    mrs x3, nzcv
    stp x30, x3, [sp, #256]
    stp xzr, xzr, [sp, #272]
    mov x2, sp
    bl domain_fatal
    brk #0

// 16 entries of 128 bytes: from SP_EL0, from SP_EL1, from below in 64 bits and in 32 bits; each of these synchronous,
// IRQ, FIQ, SError.
    .macro entry vector
    .align 7
    sub sp, sp, #FRAME
    stp x0, x1, [sp, #0]
    mov x0, #\vector
    b exception_common
    .endm

    .macro entry_of_panic
    .align 7
    b crash
    .endm

    .align 11
    .globl exception_vectors
exception_vectors:
    entry 0
    entry 1
    entry 2
    entry 3
    entry_of_panic
    entry_of_panic
    entry_of_panic
    entry_of_panic
    .irp vector, 8, 9, 10, 11, 12, 13, 14, 15
    entry \vector
    .endr

// An exception of the code that tells of one: nothing more is said.
crash:
    mov w0, #3                                  // SHUTDOWN_crash
    str w0, [sp, #-16]!
    mov x16, #29                                // __HYPERVISOR_sched_op
    mov x0, #2                                  // SCHEDOP_shutdown
    mov x1, sp
    hvc #0xEA1
    b .
