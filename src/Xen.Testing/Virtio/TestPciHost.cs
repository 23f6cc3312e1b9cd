using System;
using System.Collections.Generic;
using Xen.Machine;

namespace Xen.Testing.Virtio;

/// <summary>A slot for one PCI function: keeps its windows where the guest places them.</summary>
public sealed class TestPciHost : IPciHost
{
    private readonly Dictionary<int, (ulong Address, IMmioDevice Window)> _windows = [];

    /// <summary>The windows that are mapped now, by base address register.</summary>
    public IReadOnlyDictionary<int, (ulong Address, IMmioDevice Window)> Windows => _windows;

    /// <summary>What arrives of the function's messages.</summary>
    public TestMsiSink Messages { get; } = new();

    /// <summary>The function's pin.</summary>
    public TestInterruptLine Interrupt { get; } = new();

    /// <inheritdoc/>
    public IMsiSink Msi => Messages;

    /// <inheritdoc/>
    public IInterruptLine Pin => Interrupt;

    /// <inheritdoc/>
    public void MapBar(int bar, ulong address, IMmioDevice window) => _windows.Add(bar, (address, window));

    /// <inheritdoc/>
    public void UnmapBar(int bar) => _windows.Remove(bar);

    /// <summary>Forgets the windows: the function, or the process that served it, is gone.</summary>
    public void Unplug() => _windows.Clear();

    /// <summary>Reads memory where windows may be; all ones if no window answers.</summary>
    /// <param name="address">Guest physical address.</param>
    /// <param name="data">Filled.</param>
    /// <returns>What the window answered.</returns>
    public IoResult Read(ulong address, Span<byte> data)
    {
        var result = Find(address, data.Length) is var (offset, window) ? window.Read(offset, data) : IoResult.NoDevice;
        if (result != IoResult.Ok)
            data.Fill(byte.MaxValue);
        return result;
    }

    /// <summary>Writes memory where windows may be.</summary>
    /// <param name="address">Guest physical address.</param>
    /// <param name="data">The value, little-endian.</param>
    /// <returns>What the window answered.</returns>
    public IoResult Write(ulong address, ReadOnlySpan<byte> data) =>
        Find(address, data.Length) is var (offset, window) ? window.Write(offset, data) : IoResult.NoDevice;

    private (ulong Offset, IMmioDevice Window)? Find(ulong address, int length)
    {
        foreach (var (start, window) in _windows.Values)
        {
            if (address >= start && address - start + (uint)length <= window.Length)
                return (address - start, window);
        }

        return null;
    }
}
