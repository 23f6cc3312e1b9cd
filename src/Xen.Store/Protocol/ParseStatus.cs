namespace Xen.Store.Protocol;

/// <summary>How far a parser came.</summary>
public enum ParseStatus
{
    /// <summary>There is a message.</summary>
    Complete,

    /// <summary>More bytes must come first.</summary>
    NeedMoreData,

    /// <summary>The message is longer than the protocol allows: nothing behind it can be trusted.</summary>
    TooLong,
}
