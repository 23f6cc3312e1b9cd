using System;
using Xen.Sys;

namespace Xen.Store;

/// <summary>Base of what goes wrong with a XenStore. A caller's own mistakes are <see cref="ArgumentException"/>s.</summary>
public abstract class XenStoreException : XenException
{
    private protected XenStoreException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
