using VirtioHosting;
using VirtioRng;

return await new HostProgram("virtio-rng", "Random numbers for guests on Xen: daemon and tool.", [new RngKind()]).RunAsync(args);
