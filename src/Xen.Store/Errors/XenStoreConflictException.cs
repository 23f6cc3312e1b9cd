using System.Globalization;

namespace Xen.Store;

/// <summary>A transaction met others that changed what it saw, each time that it was tried.</summary>
public sealed class XenStoreConflictException : XenStoreException
{
    /// <summary>Makes one.</summary>
    /// <param name="attempts">How often it was tried.</param>
    public XenStoreConflictException(int attempts)
        : base(string.Create(
            CultureInfo.InvariantCulture,
            $"the transaction was in conflict with others {attempts} times in a row: EAGAIN (try later, or touch fewer nodes)")) =>
        Attempts = attempts;

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; }
}
