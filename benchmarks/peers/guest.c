/* Makes the guest: an HVM domain with some memory, a few bytes of code, and no firmware. */
#include <sys/mman.h>
#include <xenforeignmemory.h>
#define XC_WANT_COMPAT_MAP_FOREIGN_API 1
#include <xenctrl.h>
#include <xen/hvm/save.h>

#include "guest.h"
#include "peer.h"

#define CODE_FRAME 1

/* 32-bit, flat:  mov eax, 0xdeadbeef;  mov ebx, device;  again: mov [ebx], eax;  mov ecx, [ebx + 4];  jmp again */
static const uint8_t code[] = {
    0xb8, 0xef, 0xbe, 0xad, 0xde,
    0xbb, 0x00, 0x00, 0x00, 0x0a,
    0x89, 0x03,
    0x8b, 0x4b, 0x04,
    0xeb, 0xf9,
};

static void write_code(unsigned domid)
{
    xenforeignmemory_handle *memory = xenforeignmemory_open(NULL, 0);
    xen_pfn_t frame = CODE_FRAME;
    int error = 0;
    must(memory != NULL, "xenforeignmemory_open");
    void *page = xenforeignmemory_map(memory, domid, PROT_READ | PROT_WRITE, 1, &frame, &error);
    must(page != NULL && error == 0, "map of the guest's code");
    memcpy(page, code, sizeof(code));
    xenforeignmemory_unmap(memory, page, 1);
    xenforeignmemory_close(memory);
}

struct context {
    struct hvm_save_descriptor header_tag;
    HVM_SAVE_TYPE(HEADER) header;
    struct hvm_save_descriptor cpu_tag;
    HVM_SAVE_TYPE(CPU) cpu;
    struct hvm_save_descriptor end_tag;
    HVM_SAVE_TYPE(END) end;
} __attribute__((packed));

/* Protected mode without paging, all segments flat. */
static void set_registers(xc_interface *control, unsigned domid)
{
    int size = xc_domain_hvm_getcontext(control, domid, NULL, 0);
    must(size > 0, "size of the context");
    uint8_t *present = calloc(1, size);
    must(present != NULL && xc_domain_hvm_getcontext(control, domid, present, size) > 0, "context");

    struct context context = { 0 };
    memcpy(&context, present, sizeof(context.header_tag) + sizeof(context.header));
    free(present);
    context.cpu_tag = (struct hvm_save_descriptor){ HVM_SAVE_CODE(CPU), 0, HVM_SAVE_LENGTH(CPU) };
    context.end_tag = (struct hvm_save_descriptor){ HVM_SAVE_CODE(END), 0, HVM_SAVE_LENGTH(END) };
    context.cpu.rip = CODE_FRAME * 4096;
    context.cpu.rflags = 2;
    context.cpu.cr0 = 0x11;
    context.cpu.dr6 = 0xffff0ff0;
    context.cpu.dr7 = 0x400;
    context.cpu.cs_limit = context.cpu.ds_limit = context.cpu.es_limit = context.cpu.ss_limit = 0xffffffff;
    context.cpu.cs_arbytes = 0xc9b;
    context.cpu.ds_arbytes = context.cpu.es_arbytes = context.cpu.ss_arbytes = 0xc93;
    context.cpu.tr_limit = 0x67;
    context.cpu.tr_arbytes = 0x8b;
    must(xc_domain_hvm_setcontext(control, domid, (uint8_t *)&context, sizeof(context)) == 0, "set the context");
}

unsigned make_guest(unsigned pages)
{
    struct xen_domctl_createdomain configuration = {
        .flags = XEN_DOMCTL_CDF_hvm | XEN_DOMCTL_CDF_hap,
        .max_vcpus = 1,
        .max_evtchn_port = 1023,
        .max_grant_frames = 4,
        .max_maptrack_frames = 128,
        .grant_opts = 1,
        .arch = { .emulation_flags = XEN_X86_EMU_LAPIC },
    };
    xc_interface *control = xc_interface_open(NULL, NULL, 0);
    uint32_t domid = 0;
    unsigned paging_mib = 4;
    must(control != NULL, "xc_interface_open");
    must(xc_domain_create(control, &domid, &configuration) == 0, "create a domain");
    must(xc_domain_max_vcpus(control, domid, 1) == 0, "max_vcpus");
    must(xc_domain_setmaxmem(control, domid, (pages + 16) * 4) == 0, "max_mem");
    must(xc_shadow_control(control, domid, XEN_DOMCTL_SHADOW_OP_SET_ALLOCATION, &paging_mib, 0) >= 0, "paging pool");
    xen_pfn_t *frames = calloc(pages, sizeof(*frames));
    must(frames != NULL, "calloc");
    for (unsigned i = 0; i < pages; i++)
        frames[i] = i;
    must(xc_domain_populate_physmap_exact(control, domid, pages, 0, 0, frames) == 0, "populate");
    free(frames);
    write_code(domid);
    set_registers(control, domid);
    xc_interface_close(control);
    return domid;
}

void end_guest(unsigned domid)
{
    xc_interface *control = xc_interface_open(NULL, NULL, 0);
    must(control != NULL && xc_domain_destroy(control, domid) == 0, "destroy");
    xc_interface_close(control);
}
