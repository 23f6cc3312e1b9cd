# A PVH domain starts here, in 32-bit protected mode without paging. ebx: struct hvm_start_info.
# Page tables: addresses 0 to 4 GiB as they are, by pages of 2 MiB, and the first 2 MiB, where the image is, by small ones,
# so that the first page and the one below the stack can be left out.
    .set PRESENT, 1
    .set WRITABLE, 2
    .set LARGE, 0x80

    .section .text.boot, "ax"
    .code32
    .globl start_pvh
start_pvh:
    cld
    lgdt gdt_descriptor

    movl $page_directories_pointer + PRESENT + WRITABLE, page_root
    mov $page_directories_pointer, %edi
    mov $page_directories + PRESENT + WRITABLE, %eax
    mov $4, %ecx
1:  mov %eax, (%edi)
    add $8, %edi
    add $0x1000, %eax
    loop 1b

    mov $page_directories, %edi
    mov $PRESENT + WRITABLE + LARGE, %eax
    mov $4 * 512, %ecx
2:  mov %eax, (%edi)
    add $8, %edi
    add $0x200000, %eax
    loop 2b
    movl $page_table + PRESENT + WRITABLE, page_directories

    mov $page_table, %edi
    mov $PRESENT + WRITABLE, %eax
    mov $512, %ecx
3:  mov %eax, (%edi)
    add $8, %edi
    add $0x1000, %eax
    loop 3b
    movl $0, page_table                         # a null reference is a page fault
    mov $stack_guard, %edi
    shr $9, %edi
    movl $0, page_table(%edi)                   # and so is a stack that is too deep

    mov $page_root, %eax
    mov %eax, %cr3
    mov %cr4, %eax
    or $0x620, %eax                             # PAE, OSFXSR, OSXMMEXCPT: compiled code uses SSE
    mov %eax, %cr4
    mov $0xc0000080, %ecx                       # EFER
    rdmsr
    or $0x100, %eax                             # LME
    wrmsr
    mov %cr0, %eax
    and $~4, %eax                               # not EM
    or $0x80010023, %eax                        # PG, WP, NE, MP, PE
    mov %eax, %cr0
    ljmp $8, $long_mode

    .code64
long_mode:
    mov $16, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    lea stack_top(%rip), %rsp

    lea task_state(%rip), %rax                  # its address, in the four pieces of its descriptor
    lea gdt_task(%rip), %rdx
    mov %ax, 2(%rdx)
    shr $16, %rax
    mov %al, 4(%rdx)
    mov %ah, 7(%rdx)
    lea trap_stack_top(%rip), %rax
    mov %rax, task_state + 36(%rip)             # IST1: traps have a stack of their own
    mov $24, %eax
    ltr %ax

    mov %ebx, %edi
    lea image_table(%rip), %rsi
    xor %ebp, %ebp
    call domain_start_pvh
    ud2

    .section .data
    .align 8
gdt:
    .quad 0, 0x00af9a000000ffff, 0x00cf92000000ffff
gdt_task:
    .word 103, 0
    .byte 0, 0x89, 0, 0
    .quad 0
gdt_descriptor:
    .word . - gdt - 1
    .long gdt

    .section .bss
    .align 4096
page_root:
    .skip 4096
page_directories_pointer:
    .skip 4096
page_directories:
    .skip 4 * 4096
page_table:
    .skip 4096
task_state:
    .skip 104
    .align 16
    .skip 8192
trap_stack_top:
