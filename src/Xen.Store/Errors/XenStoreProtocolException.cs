namespace Xen.Store;

/// <summary>The daemon's answer to a request is not of the form that the protocol gives it.</summary>
public sealed class XenStoreProtocolException : XenStoreException
{
    /// <summary>Makes one.</summary>
    /// <param name="operation">The request, in a word.</param>
    /// <param name="reason">What is wrong with the answer.</param>
    public XenStoreProtocolException(string operation, string reason)
        : base($"the answer to XenStore {operation} makes no sense: {reason}")
    {
    }
}
