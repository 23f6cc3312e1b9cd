namespace Xen.Store;

/// <summary>What a wait ended with.</summary>
internal enum ReadyFile
{
    /// <summary>Its time was over.</summary>
    None,

    /// <summary>The first file is ready.</summary>
    First,

    /// <summary>The second file is ready.</summary>
    Second,
}
