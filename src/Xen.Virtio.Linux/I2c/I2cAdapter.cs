namespace Xen.Virtio.Linux.I2c;

/// <summary>An adapter of the host.</summary>
/// <param name="Number">The N of <c>/dev/i2c-N</c>.</param>
/// <param name="Name">What its driver calls it; empty if the host does not say.</param>
/// <param name="Path">Its file.</param>
internal sealed record I2cAdapter(int Number, string Name, string Path);
