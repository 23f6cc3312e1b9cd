using System;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Xen.Store;
using Xen.Store.Protocol;

namespace Xen.Testing.Store.Machine;

// The requests about nodes.
internal sealed partial class StoreStep
{
    private XenStoreError? Read(Payload payload) =>
        TryFind(payload.Single, NodeAccess.Read, out _, out var node) ?? Reply(node!.Value.Span);

    private XenStoreError? Directory(Payload payload) =>
        TryFind(payload.Single, NodeAccess.Read, out _, out var node) ?? Reply(node!.Children.Span);

    private XenStoreError? DirectoryPart(Payload payload)
    {
        if (payload.Count != 2)
            return XenStoreError.Invalid;
        if (TryFind(payload.Text(0), NodeAccess.Read, out _, out var node) is { } error)
            return error;

        Span<byte> part = stackalloc byte[XenStoreLimits.MaximumPayload];
        Utf8Formatter.TryFormat(node!.Generation, part, out var length);
        part[length++] = 0;
        var offset = unchecked((uint)CNumber.ParseDecimal(payload[1]));
        var names = offset < node.Children.Length ? node.Children.Span[(int)offset..] : default;
        // Room for the NUL that ends the list.
        var room = XenStoreLimits.MaximumPayload - length - 1;
        while (!names.IsEmpty && names.IndexOf((byte)0) is var name && name < room)
        {
            names[..(name + 1)].CopyTo(part[length..]);
            length += name + 1;
            room -= name + 1;
            names = names[(name + 1)..];
        }

        if (names.IsEmpty)
            part[length++] = 0;
        return Reply(part[..length]);
    }

    private XenStoreError? Write(Payload payload)
    {
        if (payload.Count == 0)
            return XenStoreError.Invalid;
        var error = TryFind(payload.Text(0), NodeAccess.Write, out var path, out var node);
        if (error is not (null or XenStoreError.NotFound))
            return error;
        error = node is null
            ? CreateNode(path!, payload.Rest)
            : WriteNode(path!, node with { Value = payload.Rest.ToArray() }, true);
        if (error is not null)
            return error;
        Wake(path!, null, WatchScope.Ancestors);
        return Acknowledge();
    }

    private XenStoreError? MakeDirectory(Payload payload)
    {
        var error = TryFind(payload.Single, NodeAccess.Write, out var path, out var node);
        if (node is null)
        {
            if (error != XenStoreError.NotFound)
                return error;
            if (CreateNode(path!, default) is { } failure)
                return failure;
            Wake(path!, null, WatchScope.Ancestors);
        }

        return Acknowledge();
    }

    private XenStoreError? Remove(Payload payload)
    {
        var error = TryFind(payload.Single, NodeAccess.Write, out var path, out var node);
        if (node is null)
        {
            if (error != XenStoreError.NotFound)
                return error;
            // What is not there is removed, if it could be there.
            var failure = TryRead(NodePaths.Parent(path!), out var parent);
            return parent is not null ? Acknowledge() : IsForEverybody(failure) ? failure : error;
        }

        return path == "/" ? XenStoreError.Invalid : RemoveTree(path!) ?? Acknowledge();
    }

    private XenStoreError? GetPermissions(Payload payload)
    {
        if (TryFind(payload.Single, NodeAccess.Read, out _, out var node) is { } error)
            return error;
        var text = new StringBuilder();
        foreach (var permission in node!.Permissions)
        {
            // The daemon's buffer has room for ten characters.
            var number = unchecked((int)permission.Domain).ToString(CultureInfo.InvariantCulture);
            text.Append(Letter(permission.Rights)).Append(number.AsSpan(0, int.Min(number.Length, 10))).Append('\0');
        }

        return Reply(Encoding.Latin1.GetBytes(text.ToString()));
    }

    private XenStoreError? SetPermissions(Payload payload)
    {
        var count = payload.Count - 1;
        if (count < 1)
            return XenStoreError.Invalid;
        if (IsUnprivileged && count > Quota("permissions", State.Quotas.Permissions))
            return XenStoreError.QuotaExceeded;
        if (!TryParse(payload.Rest, count, out var permissions))
            return XenStoreError.Invalid;
        permissions = WithKnownDomains(permissions);
        if (permissions[0].IsIgnored)
            return XenStoreError.NotFound;
        if (payload.Bytes[0] == (byte)'@')
            return SetSpecialPermissions(payload.Text(0), permissions) ?? Acknowledge();

        if (TryFind(payload.Text(0), NodeAccess.Write | NodeAccess.Own, out var path, out var node) is { } error)
            return error;
        if (IsUnprivileged && permissions[0].Domain != node!.Owner)
            return XenStoreError.NotPermitted;
        CountNode(node!.Owner, -1);
        CountNode(permissions[0].Domain, 1);
        if (WriteNode(path!, node with { Permissions = permissions }, true) is { } failure)
        {
            CountNode(permissions[0].Domain, -1);
            CountNode(node.Owner, 1);
            return failure;
        }

        Wake(path!, null, WatchScope.Ancestors, node.Permissions);
        return Acknowledge();
    }

    private static bool TryParse(ReadOnlySpan<byte> payload, int count, out ImmutableArray<NodePermission> permissions)
    {
        var entries = ImmutableArray.CreateBuilder<NodePermission>(count);
        var strings = new StringList(payload);
        permissions = default;
        while (entries.Count < count && strings.MoveNext())
        {
            var text = strings.Current;
            if (text.Length < 2 || !TryParseRights(text[0], out var rights))
                return false;
            var number = CNumber.Parse(text[1..], out var length);
            if (length != text.Length - 1)
                return false;
            entries.Add(new NodePermission(rights, unchecked((uint)number)));
        }

        permissions = entries.ToImmutable();
        return entries.Count == count;
    }

    private static bool TryParseRights(byte letter, out XenStoreAccessRights rights)
    {
        rights = letter switch
        {
            (byte)'r' => XenStoreAccessRights.Read,
            (byte)'w' => XenStoreAccessRights.Write,
            (byte)'b' => XenStoreAccessRights.ReadWrite,
            _ => XenStoreAccessRights.None,
        };
        return rights != XenStoreAccessRights.None || letter == (byte)'n';
    }

    private static char Letter(XenStoreAccessRights rights) => "nrwb"[(int)rights];
}
