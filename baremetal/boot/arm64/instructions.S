// Instructions that C# has no word for, as functions.
    .text

    .globl read_counter                         // ulong read_counter()
read_counter:
    isb
    mrs x0, cntvct_el0
    ret

    .globl read_counter_frequency               // ulong read_counter_frequency()
read_counter_frequency:
    mrs x0, cntfrq_el0
    ret

    .globl memory_barrier                       // void memory_barrier()
memory_barrier:
    dmb ish
    ret

    .globl atomic_and                           // void atomic_and(ulong* location, ulong mask)
atomic_and:
    ldaxr x2, [x0]
    and x2, x2, x1
    stlxr w3, x2, [x0]
    cbnz w3, atomic_and
    ret
