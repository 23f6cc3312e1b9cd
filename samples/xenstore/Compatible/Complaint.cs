namespace Xen.Store.Cli.Compatible;

/// <summary>What is wrong with an option. Xen's programs say so and go on as if it were not there.</summary>
/// <param name="Kind">What.</param>
/// <param name="Option">The option as it was written.</param>
internal sealed record Complaint(ComplaintKind Kind, string Option)
{
    public override string ToString() => Kind switch
    {
        ComplaintKind.UnknownLetter or ComplaintKind.UnknownName => $"there is no option {Option}",
        ComplaintKind.Ambiguous => $"option {Option} may mean several",
        ComplaintKind.UnwantedValue => $"option {Option} takes no value",
        _ => $"option {Option} wants a value",
    };
}
