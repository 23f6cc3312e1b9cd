using VirtioGpio;
using VirtioHosting;

const string Description = "Virtio GPIO chips for guests on Xen: daemon and tool.";
return await new HostProgram("virtio-gpio", Description, [new GpioKind()]).RunAsync(args);
