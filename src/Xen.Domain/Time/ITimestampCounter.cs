namespace Xen.Domain;

/// <summary>The counter of the CPU that Xen's clock is kept by: <c>rdtsc</c> on x86.</summary>
public interface ITimestampCounter
{
    /// <summary>Reads it, not before what was read before.</summary>
    ulong Read();
}
