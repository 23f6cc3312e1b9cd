using VirtioHosting;
using VirtioI2c;

return await new HostProgram("virtio-i2c", "Virtio I2C adapters for guests on Xen: daemon and tool.", [new I2cKind()]).RunAsync(args);
