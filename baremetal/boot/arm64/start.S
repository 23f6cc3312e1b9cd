// A domain starts here, at EL1 with the MMU and the data cache off, wherever the loader put the image at a multiple of
// 2 MiB. x0: the device tree.
    .set LARGEST_ADDRESS_BITS, 39
    .set TABLE, 3
    .set BLOCK, 0x701                           // normal memory (MAIR 0), accessed, inner shareable, for EL1 to write
    .set PAGE, 0x703
    .set MAIR_NORMAL, 0xff                      // write-back, allocating: what Xen demands of memory that it shares
    .set TCR, (64 - LARGEST_ADDRESS_BITS) | 1 << 8 | 1 << 10 | 3 << 12 | 1 << 23   // 4 KiB, cached walks, no TTBR1
    .set SCTLR, 0x30d00800 | 1 << 0 | 1 << 2 | 1 << 3 | 1 << 12     // reserved, MMU, data cache, SP check, code cache

    .section .text.boot, "ax"
    .globl image_start
image_start:                                    // the header of an Image, Linux's Documentation/arm64/booting.rst
    b start
    .long 0
    .quad 0                                     // offset from a multiple of 2 MiB
    .quad image_size
    .quad 0xa                                   // little-endian, pages of 4 KiB, anywhere in memory
    .quad 0, 0, 0
    .ascii "ARM\x64"
    .long 0

start:
    mov x19, x0
    msr daifset, #0xf                           // events are asked for, never taken
    adr x20, image_start

    // No address in the image is right before this: they are those of an image at 0.
    adrp x0, relocations_start
    add x0, x0, :lo12:relocations_start
    adrp x1, relocations_end
    add x1, x1, :lo12:relocations_end
1:  cmp x0, x1
    b.hs 2f
    ldp x2, x3, [x0], #16                       // where, kind
    ldr x4, [x0], #8                            // what
    cbz w3, 1b                                  // R_AARCH64_NONE
    cmp w3, #1027                               // R_AARCH64_RELATIVE; the linker makes no other
    b.ne .
    add x4, x4, x20
    str x4, [x2, x20]
    b 1b

2:  adrp x0, bss_start
    add x0, x0, :lo12:bss_start
    adrp x1, bss_end
3:  str xzr, [x0], #8
    cmp x0, x1
    b.lo 3b

    // 0 to 512 GiB as they are, by blocks of 1 GiB. All of it as memory: what is none, Xen has mapped as a device, and
    // that is stronger.
    adrp x21, page_root
    mov x0, x21
    mov x1, #BLOCK
    mov x2, #512
    mov x3, #0x40000000
4:  str x1, [x0], #8
    add x1, x1, x3
    subs x2, x2, #1
    b.ne 4b
    adrp x22, page_tables
    mov x0, #0                                  // a null reference is a fault
    bl unmap
    adrp x0, stack_guard                        // and so is a stack that is too deep
    bl unmap

    // What was written with the cache off is in memory; lines from before must not hide it.
    dsb sy
    mrs x2, ctr_el0
    ubfx x2, x2, #16, #4
    mov x3, #4
    lsl x3, x3, x2                              // the smallest line of the data caches
    mov x0, x20
    adrp x1, image_end
5:  dc ivac, x0
    add x0, x0, x3
    cmp x0, x1
    b.lo 5b
    ic iallu
    tlbi vmalle1
    dsb sy
    isb

    mov x0, #MAIR_NORMAL
    msr mair_el1, x0
    ldr x0, =TCR
    mrs x1, id_aa64mmfr0_el1
    and x1, x1, #0xf                            // bits of a physical address; 5 means 48, and more needs larger pages
    mov x2, #5
    cmp x1, x2
    csel x1, x1, x2, lo
    orr x0, x0, x1, lsl #32
    msr tcr_el1, x0
    msr ttbr0_el1, x21
    adrp x0, exception_vectors
    add x0, x0, :lo12:exception_vectors
    msr vbar_el1, x0
    mov x0, #3 << 20                            // CPACR_EL1.FPEN: compiled code uses the vector registers
    msr cpacr_el1, x0
    isb
    ldr x0, =SCTLR
    msr sctlr_el1, x0
    isb

    msr spsel, #1
    adrp x0, exception_stack_top
    add x0, x0, :lo12:exception_stack_top
    mov sp, x0
    msr spsel, #0
    adrp x0, stack_top
    add x0, x0, :lo12:stack_top
    mov sp, x0
    mov x29, #0
    mov x30, #0
    mov x0, x19
    adrp x1, image_table
    add x1, x1, :lo12:image_table
    bl domain_start
    brk #0

// unmap: takes the page at x0 out of the tables at x21, taking pages for smaller blocks from x22 on.
unmap:
    mov x7, x30
    ubfx x1, x0, #30, #9
    add x1, x21, x1, lsl #3
    mov x2, #0x200000
    mov x3, #BLOCK
    bl split
    ubfx x1, x0, #21, #9
    add x1, x4, x1, lsl #3
    mov x2, #0x1000
    mov x3, #PAGE
    bl split
    ubfx x1, x0, #12, #9
    str xzr, [x4, x1, lsl #3]
    ret x7

// split: x4 is the table behind the entry at x1; if that is a block, it becomes a table of 512 entries of x2 bytes,
// with the attributes x3.
split:
    ldr x4, [x1]
    ubfx x5, x4, #12, #36
    lsl x5, x5, #12
    tbz x4, #1, 6f
    mov x4, x5
    ret
6:  orr x3, x3, x5
    mov x4, x22
    mov x5, #512
7:  str x3, [x22], #8
    add x3, x3, x2
    subs x5, x5, #1
    b.ne 7b
    orr x5, x4, #TABLE
    str x5, [x1]
    ret

    .section .bss
    .align 12
page_root:
    .skip 4096
page_tables:
    .skip 4 * 4096
