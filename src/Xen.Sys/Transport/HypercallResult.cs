namespace Xen.Sys;

/// <summary>What Xen answered: a value of 0 or more, or a negative error number.</summary>
/// <param name="Value">The result register as it is.</param>
/// <remarks>A value, not an exception, so that the hypercall layer can serve a domain without a runtime.</remarks>
public readonly record struct HypercallResult(long Value)
{
    /// <summary>True if the hypercall was carried out.</summary>
    public bool IsSuccess => Value >= 0;

    /// <summary>The error as a positive number of <c>XenAbi.XEN_E*</c>; 0 on success.</summary>
    public int Errno => Value < 0 ? (int)-Value : 0;

    /// <summary>A failure with this error number.</summary>
    /// <param name="errno">Positive.</param>
    public static HypercallResult Failure(int errno) => new(-errno);
}
