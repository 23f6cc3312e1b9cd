using System;
using System.Globalization;

namespace Xen.Store;

/// <summary>The daemon did not answer in the time that <see cref="XenStoreOptions.RequestTimeout"/> gives it.</summary>
public sealed class XenStoreTimeoutException : XenStoreException
{
    /// <summary>Makes one.</summary>
    /// <param name="operation">The request, in a word.</param>
    /// <param name="timeout">The time that it had.</param>
    public XenStoreTimeoutException(string operation, TimeSpan timeout)
        : base(string.Create(
            CultureInfo.InvariantCulture,
            $"XenStore {operation} had no answer within {timeout.TotalSeconds} s (it may still take effect)"))
    {
    }
}
