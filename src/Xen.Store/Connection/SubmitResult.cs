namespace Xen.Store.Connection;

/// <summary>What became of a request that was to be sent.</summary>
internal enum SubmitResult
{
    /// <summary>It is among those to be sent.</summary>
    Accepted,

    /// <summary>There are too many under way.</summary>
    Full,

    /// <summary>The connection is at its end.</summary>
    Broken,
}
