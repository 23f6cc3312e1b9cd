# The page that Xen fills: the builder for a PV domain, a write to an MSR for PVH and HVM.
    .section .text.hypercall_page, "ax"
    .align 4096
    .globl hypercall_page
hypercall_page:
    .skip 4096, 0x90
