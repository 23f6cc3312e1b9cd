// long hypercall(nr, a1, a2, a3, a4, a5), by the procedure call standard: x0 to x5.
// Xen takes the number in x16 and the arguments in x0 to x4, and answers in x0. It may change the argument registers
// and x16, which are the caller's to save here as well. The immediate 0xEA1 says that this is a hypercall of Xen's.

    .text
    .globl hypercall
hypercall:
    mov x16, x0
    mov x0, x1
    mov x1, x2
    mov x2, x3
    mov x3, x4
    mov x4, x5
    hvc #0xEA1
    ret
