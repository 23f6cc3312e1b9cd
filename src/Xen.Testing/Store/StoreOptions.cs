namespace Xen.Testing.Store;

/// <summary>How a store in memory is.</summary>
public sealed record StoreOptions
{
    /// <summary>Which daemon it plays.</summary>
    public StoreRelease Release { get; init; } = StoreRelease.Xen417;

    /// <summary>What domains may take, until a request of the privileged domain changes it.</summary>
    public StoreQuotas Quotas { get; init; } = new();
}
