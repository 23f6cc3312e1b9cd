using VirtioHosting;
using VirtioI2c;

const string Description = "Virtio I2C adapters for guests on Xen: daemon and tool.";
return await new HostProgram("virtio-i2c", Description, [new I2cKind()]).RunAsync(args);
