// long call_stub(void* stub, const unsigned long arguments[6], struct kept*): patterns in the registers that a function
// must keep, and below the stack pointer, where a stub that uses the stack would leave something.
    .text
    .globl call_stub
call_stub:
    stp x29, x30, [sp, #-112]!
    stp x19, x20, [sp, #16]
    stp x21, x22, [sp, #32]
    stp x23, x24, [sp, #48]
    stp x25, x26, [sp, #64]
    stp x27, x28, [sp, #80]
    str x2, [sp, #96]

    mov x10, #0x5a
    mov x9, #16
1:  sub x11, sp, x9, lsl #3
    str x10, [x11]
    subs x9, x9, #1
    b.ne 1b

    mov x9, x0
    mov x10, x1
    ldp x0, x1, [x10]
    ldp x2, x3, [x10, #16]
    ldp x4, x5, [x10, #32]
    mov x19, #0x101
    mov x20, #0x102
    mov x21, #0x103
    mov x22, #0x104
    mov x23, #0x105
    mov x24, #0x106
    mov x25, #0x107
    mov x26, #0x108
    mov x27, #0x109
    mov x28, #0x10a
    mov x29, #0x10b
    blr x9

    ldr x2, [sp, #96]
    stp x19, x20, [x2]
    stp x21, x22, [x2, #16]
    stp x23, x24, [x2, #32]
    stp x25, x26, [x2, #48]
    stp x27, x28, [x2, #64]
    str x29, [x2, #80]
    str xzr, [x2, #88]
    mov x9, #16
2:  sub x11, sp, x9, lsl #3
    ldr x10, [x11]
    cmp x10, #0x5a
    b.eq 3f
    str x9, [x2, #88]
3:  subs x9, x9, #1
    b.ne 2b

    ldp x19, x20, [sp, #16]
    ldp x21, x22, [sp, #32]
    ldp x23, x24, [sp, #48]
    ldp x25, x26, [sp, #64]
    ldp x27, x28, [sp, #80]
    ldp x29, x30, [sp], #112
    ret
    .section .note.GNU-stack, "", @progbits
