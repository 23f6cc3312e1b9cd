using Xen.Store;

namespace Xen.Testing.Store.Machine;

/// <summary>One entry of a node's permissions.</summary>
/// <param name="Rights">What the domain may do.</param>
/// <param name="Domain">Its number, which need not be one of a domain: 32 bits, as the daemon keeps them.</param>
/// <param name="IsIgnored">
/// Whether the entry counts for nothing, since its domain was not there, or is younger than the node: a new domain does
/// not inherit from an old one of its number.
/// </param>
internal readonly record struct NodePermission(XenStoreAccessRights Rights, uint Domain, bool IsIgnored = false);
