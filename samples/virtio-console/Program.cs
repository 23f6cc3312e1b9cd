using VirtioConsole;
using VirtioHosting;

const string Description = "Virtio consoles for guests on Xen: daemon and tool.";
return await new HostProgram("virtio-console", Description, [new ConsoleKind()]).RunAsync(args);
