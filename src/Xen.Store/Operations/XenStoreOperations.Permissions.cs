using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Connection;
using Xen.Store.Operations;
using Xen.Store.Protocol;

namespace Xen.Store;

/// <content>Permissions.</content>
public abstract partial class XenStoreOperations
{
    /// <summary>A node's permissions: the owner first, whose rights are those of all who are not named.</summary>
    /// <param name="path">The node.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<XenStorePermission[]> GetPermissionsAsync(string path, CancellationToken cancellationToken = default)
    {
        using var request = Prepare(MessageType.GetPermissions, path);
        await SendAsync(request, cancellationToken).ConfigureAwait(false);
        return PermissionsOf(request);
    }

    /// <summary>A node's permissions: the owner first, whose rights are those of all who are not named.</summary>
    /// <param name="path">The node.</param>
    public XenStorePermission[] GetPermissions(string path)
    {
        using var request = Prepare(MessageType.GetPermissions, path);
        Send(request);
        return PermissionsOf(request);
    }

    /// <summary>Gives a node permissions. Only its owner, and the control domain, may.</summary>
    /// <param name="path">The node.</param>
    /// <param name="permissions">At least one: the owner first, whose rights are those of all who are not named.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask SetPermissionsAsync(
        string path, IReadOnlyList<XenStorePermission> permissions, CancellationToken cancellationToken = default) =>
        DoAsync(PrepareSet(path, permissions), cancellationToken);

    /// <summary>Gives a node permissions. Only its owner, and the control domain, may.</summary>
    /// <param name="path">The node.</param>
    /// <param name="permissions">At least one: the owner first, whose rights are those of all who are not named.</param>
    public void SetPermissions(string path, IReadOnlyList<XenStorePermission> permissions) => Do(PrepareSet(path, permissions));

    internal static XenStorePermission[]? ParsePermissions(ReadOnlySpan<byte> payload)
    {
        var permissions = new XenStorePermission[StringList.Count(payload)];
        var count = 0;
        foreach (var text in new StringList(payload))
        {
            if (!XenStorePermission.TryParse(text, out permissions[count++]))
                return null;
        }

        return permissions;
    }

    private static XenStorePermission[] PermissionsOf(PendingRequest request) =>
        ParsePermissions(request.Reply) ?? throw request.Nonsense("an entry is no permission");

    private PendingRequest PrepareSet(string path, IReadOnlyList<XenStorePermission> permissions)
    {
        ArgumentNullException.ThrowIfNull(permissions);
        if (permissions.Count == 0)
            throw new ArgumentException("a node has at least one permission: its owner's", nameof(permissions));
        foreach (var permission in permissions)
        {
            if ((permission.Rights & ~XenStoreAccessRights.ReadWrite) != 0)
                throw new ArgumentException($"{permission.Rights} are no rights", nameof(permissions));
        }

        Span<byte> bytes = stackalloc byte[PathArgument.Capacity];
        var name = PathArgument.Encode(path, bytes);
        var payload = name.Length + 1L + (permissions.Count * (XenStorePermission.MaximumLength + 1L));
        var request = _requester.Rent();
        var writer = request.Begin(
            MessageType.SetPermissions, _transactionId, (int)Math.Min(payload, XenStoreLimits.MaximumPayload));
        writer.AddString(name);
        Span<byte> text = stackalloc byte[XenStorePermission.MaximumLength];
        foreach (var permission in permissions)
            writer.AddString(text[..permission.Format(text)]);
        request.End(writer);
        return request;
    }
}
