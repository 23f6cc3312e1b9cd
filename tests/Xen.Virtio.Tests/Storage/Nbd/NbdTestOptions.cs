using System;
using Xen.Virtio.Storage.Nbd;

namespace Xen.Virtio.Tests.Storage.Nbd;

/// <summary>What the server can do, and what it does wrong.</summary>
internal sealed class NbdTestOptions
{
    public string ExportName { get; init; } = "disk";

    public NbdExportFlags Flags { get; set; } = NbdExportFlags.HasFlags | NbdExportFlags.Flush
        | NbdExportFlags.ForceUnitAccess | NbdExportFlags.Trim | NbdExportFlags.WriteZeroes;

    public bool Structured { get; set; } = true;

    public bool Go { get; set; } = true;

    public bool NoZeroes { get; set; } = true;

    public (uint Minimum, uint Preferred, uint Maximum)? Blocks { get; set; }

    /// <summary>Says another size.</summary>
    public ulong? Size { get; set; }

    /// <summary>How many bytes the server sends on a connection before it ends it.</summary>
    public Func<int, int> SendLimit { get; set; } = _ => int.MaxValue;

    /// <summary>How many bytes the server takes on a connection before it ends it.</summary>
    public Func<int, int> ReceiveLimit { get; set; } = _ => int.MaxValue;

    /// <summary>Changes the bytes of the handshake before they are sent.</summary>
    public Action<int, byte[]>? Tamper { get; set; }

    /// <summary>How often the server says each thing of the handshake.</summary>
    public int Repeat { get; set; } = 1;

    /// <summary>Cuts reads into chunks, some of them holes, in any order.</summary>
    public Random? Chunks { get; set; }
}
