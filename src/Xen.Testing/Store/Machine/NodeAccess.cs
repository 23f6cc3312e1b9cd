using System;
using Xen.Store;

namespace Xen.Testing.Store.Machine;

/// <summary>What a connection can do with a node: the wire's rights, and what only owners can.</summary>
[Flags]
internal enum NodeAccess
{
    None = 0,
    Read = XenStoreAccessRights.Read,
    Write = XenStoreAccessRights.Write,
    Own = 4,
    All = Read | Write | Own,
}
