namespace Xen.Store.Cli.Compatible;

/// <summary>What can be wrong with an option.</summary>
internal enum ComplaintKind
{
    /// <summary>A letter that no command has.</summary>
    UnknownLetter,

    /// <summary>A long name that no command has.</summary>
    UnknownName,

    /// <summary>The beginning of several names.</summary>
    Ambiguous,

    /// <summary>A value for an option that takes none.</summary>
    UnwantedValue,

    /// <summary>No value for an option that takes one.</summary>
    MissingValue,
}
