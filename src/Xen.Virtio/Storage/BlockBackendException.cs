using System;
using System.IO;

namespace Xen.Virtio.Storage;

/// <summary>A block back end cannot be opened. The message names it and says what to do.</summary>
public sealed class BlockBackendException : IOException
{
    /// <summary>Makes an exception without a message.</summary>
    public BlockBackendException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What failed and what to do.</param>
    public BlockBackendException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with its cause.</summary>
    /// <param name="message">What failed and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public BlockBackendException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
