# A PV domain starts here, in long mode, on page tables that Xen's builder made. rsi: struct start_info.
    .section .text.boot, "ax"
    .code64
    .globl start_pv
start_pv:
    cld
    lea stack_top(%rip), %rsp
    mov %rsi, %rdi
    lea image_table(%rip), %rsi
    xor %ebp, %ebp
    call domain_start_pv
    ud2
