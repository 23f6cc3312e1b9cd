using Xen.Sys;

namespace Xen.Store;

/// <summary>A domain came or went.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Domain">The domain; null for <see cref="XenStoreDomainEventKind.ShutDown"/>.</param>
public readonly record struct XenStoreDomainEvent(XenStoreDomainEventKind Kind, DomainId? Domain);
