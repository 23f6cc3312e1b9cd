namespace Xen.Sys;

/// <summary>From values to exceptions, for callers that have a runtime.</summary>
public static class HypercallResultExtensions
{
    /// <summary>Throws if the hypercall failed.</summary>
    /// <param name="result">What Xen answered.</param>
    /// <param name="operation">The operation in Xen's words.</param>
    /// <param name="domain">The domain it was about, if any.</param>
    /// <returns>Xen's value, 0 or more.</returns>
    /// <exception cref="HypercallException">The result is a failure.</exception>
    public static long OrThrow(this HypercallResult result, string operation, DomainId? domain = null) =>
        result.IsSuccess ? result.Value : throw new HypercallException(operation, result.Errno, domain);
}
