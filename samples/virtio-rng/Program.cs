using VirtioHosting;
using VirtioRng;

const string Description = "Random numbers for guests on Xen: daemon and tool.";
return await new HostProgram("virtio-rng", Description, [new RngKind()]).RunAsync(args);
