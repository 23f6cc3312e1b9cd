namespace Xen.Store.Protocol;

/// <summary>What is wrong with a path.</summary>
public enum PathFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is empty.</summary>
    Empty,

    /// <summary>It is longer than the protocol allows.</summary>
    TooLong,

    /// <summary>It has a character that is none of <c>A-Z a-z 0-9 - / _ @</c>.</summary>
    BadCharacter,

    /// <summary>It has two slashes in a row.</summary>
    EmptyName,

    /// <summary>It ends with a slash.</summary>
    TrailingSlash,
}
