// Memory that the platform owns, and the table by which it finds that, in the order of struct ImageTable.
    .section .data
    .align 3
    .globl image_table
image_table:
    .quad hypercall
    .quad shared_info_page
    .quad buffer_pages
    .quad (buffer_pages_end - buffer_pages) / 4096

// The compiler puts this value between arrays on the stack and return addresses. It is not secret: it finds bugs.
    .globl __security_cookie
__security_cookie:
    .quad 0x5ca1ab1e0ddba11

    .section .bss
    .align 12
    .globl stack_guard, stack_top, exception_stack_top
stack_guard:
    .skip 4096
    .skip 64 * 1024
stack_top:
    .skip 8192
exception_stack_top:
    .align 12
shared_info_page:
    .skip 4096
buffer_pages:
    .skip 9 * 4096
buffer_pages_end:
