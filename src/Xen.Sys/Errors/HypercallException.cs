using System.Globalization;

namespace Xen.Sys;

/// <summary>Xen, or the kernel driver on the way to it, refused an operation.</summary>
public sealed class HypercallException : XenException
{
    /// <summary>Makes one.</summary>
    /// <param name="operation">
    /// The operation in Xen's words: <c>dm_op create_ioreq_server</c>. The numbers come from them, by
    /// <see cref="HypercallNames"/>.
    /// </param>
    /// <param name="errno">Positive error number.</param>
    /// <param name="domain">The domain it was about, if any.</param>
    /// <param name="hint">What the user can do about it, if that is known.</param>
    public HypercallException(string operation, int errno, DomainId? domain = null, string? hint = null)
        : base(Describe(operation, errno, domain, hint))
    {
        Operation = operation;
        Errno = errno;
        Domain = domain;
        if (HypercallNames.TryFind(operation, out var hypercall, out var subOperation))
        {
            Hypercall = hypercall;
            SubOperation = subOperation;
        }
    }

    /// <summary>The operation that failed, in Xen's words.</summary>
    public string Operation { get; }

    /// <summary>The hypercall, a <c>__HYPERVISOR_*</c> number; null for an operation of the kernel's drivers.</summary>
    public uint? Hypercall { get; }

    /// <summary>The sub-operation's number within the hypercall; null if there is none.</summary>
    public ulong? SubOperation { get; }

    /// <summary>The error as a positive number; its name is in the message.</summary>
    public int Errno { get; }

    /// <summary>The error's name: <c>ESRCH</c>.</summary>
    public string ErrnoName => XenErrno.Name(Errno);

    /// <summary>The domain that the operation was about.</summary>
    public DomainId? Domain { get; }

    private static string Describe(string operation, int errno, DomainId? domain, string? hint)
    {
        var about = domain is { } id ? $" on domain {id}" : "";
        var advice = hint ?? XenErrno.Advice(operation, errno);
        return $"{operation}{about} failed: {XenErrno.Name(errno)}{(advice is null ? "" : $" ({advice})")}"
            + Numbers(operation);
    }

    private static string Numbers(string operation)
    {
        if (!HypercallNames.TryFind(operation, out var hypercall, out var subOperation))
            return "";
        return subOperation is { } number
            ? string.Create(CultureInfo.InvariantCulture, $" [hypercall {hypercall}, sub-operation {number}]")
            : string.Create(CultureInfo.InvariantCulture, $" [hypercall {hypercall}]");
    }
}
