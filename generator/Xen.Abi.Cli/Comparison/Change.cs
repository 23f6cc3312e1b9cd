using System.Collections.Generic;

namespace Xen.Abi.Cli.Comparison;

/// <summary>A difference between two sides.</summary>
/// <param name="Header">The header that declares it.</param>
/// <param name="Line">The line there, on the second side if it has it.</param>
/// <param name="Kind">The kind of declaration.</param>
/// <param name="Name">Its name.</param>
/// <param name="How">What happened to it.</param>
/// <param name="Summary">What was added or removed, in short: size or value.</param>
/// <param name="Details">What has changed.</param>
internal sealed record Change(
    string Header, int Line, string Kind, string Name, ChangeKind How, string Summary, IReadOnlyList<Detail> Details)
{
    /// <summary>The targets on which it is so.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];
}

/// <summary>What happened to a declaration or a member.</summary>
internal enum ChangeKind
{
    /// <summary>Only the second side has it.</summary>
    Added,

    /// <summary>Only the first side has it.</summary>
    Removed,

    /// <summary>Both have it, but not alike.</summary>
    Changed,
}

/// <summary>One difference within a declaration.</summary>
/// <param name="How">What happened.</param>
/// <param name="Member">The member; empty for the declaration itself.</param>
/// <param name="What">What about it: <c>size</c>, <c>offset</c>.</param>
/// <param name="From">As it is on the first side; empty if it is not there.</param>
/// <param name="To">As it is on the second side; empty if it is not there.</param>
internal sealed record Detail(ChangeKind How, string Member, string What, string From, string To);
