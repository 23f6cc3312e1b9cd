using VirtioGpio;
using VirtioHosting;

return await new HostProgram("virtio-gpio", "Virtio GPIO chips for guests on Xen: daemon and tool.", [new GpioKind()]).RunAsync(args);
