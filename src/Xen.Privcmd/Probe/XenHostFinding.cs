namespace Xen.Privcmd;

/// <summary>Something about a machine, in words that a user can act on.</summary>
/// <param name="Id">For programs, stable: <c>device-missing</c>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Subject">What it is about: a device file, an ioctl, an interface; null for the machine as a whole.</param>
/// <param name="Summary">What was found, as a sentence.</param>
/// <param name="Reason">Why, or what it means.</param>
/// <param name="Action">What to do; null if there is nothing.</param>
public sealed record XenHostFinding(
    string Id, XenFindingSeverity Severity, string? Subject, string Summary, string Reason, string? Action);
