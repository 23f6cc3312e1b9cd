# What Xen and its tools read before they load the image. One image boots as a PV domain and as a PVH domain: it is linked
# at the addresses of its physical frames, and a PV domain's initial mapping starts at address 0.

    .macro begin type
    .align 4
    .long 4, 9f - 8f, \type
    .asciz "Xen"
8:
    .endm

    .macro end
9:  .align 4
    .endm

    .section .note.Xen, "a", @note
    begin 6                                     # XEN_ELFNOTE_GUEST_OS
    .asciz "xen-sdk-dotnet"
    end
    begin 5                                     # XEN_ELFNOTE_XEN_VERSION
    .asciz "xen-3.0"
    end
    begin 8                                     # XEN_ELFNOTE_LOADER
    .asciz "generic"
    end
    begin 1                                     # XEN_ELFNOTE_ENTRY, of a PV domain
    .quad start_pv
    end
    begin 2                                     # XEN_ELFNOTE_HYPERCALL_PAGE, filled before a PV domain starts
    .quad hypercall_page
    end
    begin 3                                     # XEN_ELFNOTE_VIRT_BASE
    .quad 0
    end
    begin 4                                     # XEN_ELFNOTE_PADDR_OFFSET
    .quad 0
    end
    begin 9                                     # XEN_ELFNOTE_PAE_MODE
    .asciz "yes"
    end
    begin 10                                    # XEN_ELFNOTE_FEATURES
    .asciz "!writable_page_tables|pae_pgdir_above_4gb"
    end
    begin 18                                    # XEN_ELFNOTE_PHYS32_ENTRY, of a PVH domain
    .long start_pvh
    end
