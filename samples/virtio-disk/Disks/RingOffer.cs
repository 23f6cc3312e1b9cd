namespace VirtioDisk.Disks;

/// <summary>Which layouts of queues a driver can choose from.</summary>
internal enum RingOffer
{
    /// <summary>Packed ones, too: Linux takes these.</summary>
    Both,

    /// <summary>Split ones alone.</summary>
    Split,
}
