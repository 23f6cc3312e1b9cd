# Memory that the platform owns, and the table by which it finds that, in the order of struct ImageTable.
    .section .data
    .align 8
    .globl image_table
image_table:
    .quad hypercall_by_page
    .quad hypercall_by_vmcall
    .quad hypercall_by_vmmcall
    .quad hypercall_page
    .quad shared_info_page
    .quad stack_guard
    .quad buffer_pages
    .quad (buffer_pages_end - buffer_pages) / 4096
    .quad trap_entries_pv
    .quad trap_entries_pvh

# The compiler puts this value between arrays on the stack and return addresses. It is not secret: it finds bugs.
    .globl __security_cookie
__security_cookie:
    .quad 0x5ca1ab1e0ddba11

    .section .bss
    .align 4096
stack_guard:
    .skip 4096
    .skip 64 * 1024
    .globl stack_top, stack_guard
stack_top:
shared_info_page:
    .skip 4096
buffer_pages:
    .skip 9 * 4096
buffer_pages_end:
