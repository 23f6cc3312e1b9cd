using VirtioConsole;
using VirtioHosting;

return await new HostProgram("virtio-console", "Virtio consoles for guests on Xen: daemon and tool.", [new ConsoleKind()]).RunAsync(args);
