# A hypercall page that records what arrives, and a caller that shows what is left of its registers.
    .text

# 128 entries of 32 bytes, as in the real page.
    .align 4096
    .globl hypercall_page
hypercall_page:
    .set number, 0
    .rept 128
    .align 32
    movq $number, recorded(%rip)
    jmp record
    .set number, number + 1
    .endr
    .align 4096

# What Xen does at most: it answers in rax, and changes the argument registers, rcx and r11.
record:
    mov %rdi, recorded + 8(%rip)
    mov %rsi, recorded + 16(%rip)
    mov %rdx, recorded + 24(%rip)
    mov %r10, recorded + 32(%rip)
    mov %r8, recorded + 40(%rip)
    mov $-1, %rdi
    mov $-2, %rsi
    mov $-3, %rdx
    mov $-4, %r10
    mov $-5, %r8
    mov $-6, %r9
    mov $-7, %rcx
    mov $-8, %r11
    mov $-38, %rax
    ret

# long call_stub(void* stub, const unsigned long arguments[6], struct kept*): patterns in every register that a function
# must keep, and below the return address of the call, where a stub that uses the stack would leave something.
    .globl call_stub
call_stub:
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15
    push %rdx
    mov %rdi, %rax
    mov %rsi, %r11

    mov $16, %ecx
1:  neg %rcx
    movq $0x5a, -8(%rsp, %rcx, 8)
    neg %rcx
    loop 1b

    mov (%r11), %rdi
    mov 8(%r11), %rsi
    mov 16(%r11), %rdx
    mov 24(%r11), %rcx
    mov 32(%r11), %r8
    mov 40(%r11), %r9
    mov $0x101, %rbx
    mov $0x102, %rbp
    mov $0x103, %r12
    mov $0x104, %r13
    mov $0x105, %r14
    mov $0x106, %r15
    call *%rax

    mov (%rsp), %rdx
    mov %rbx, (%rdx)
    mov %rbp, 8(%rdx)
    mov %r12, 16(%rdx)
    mov %r13, 24(%rdx)
    mov %r14, 32(%rdx)
    mov %r15, 40(%rdx)
    movq $0, 48(%rdx)
    mov $16, %ecx
2:  neg %rcx
    cmpq $0x5a, -8(%rsp, %rcx, 8)
    je 3f
    movq $1, 48(%rdx)
3:  neg %rcx
    loop 2b

    pop %rdx
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    ret

    .bss
    .align 8
    .globl recorded
recorded:
    .skip 48
    .section .note.GNU-stack, "", @progbits
