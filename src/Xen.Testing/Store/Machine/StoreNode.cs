using System;
using System.Collections.Immutable;

namespace Xen.Testing.Store.Machine;

/// <summary>A node. Never changes.</summary>
internal sealed record StoreNode
{
    // A header and each entry of the permissions, in the C daemon's database.
    private const int HeaderSize = 24;
    private const int PermissionSize = 8;

    /// <summary>Its value.</summary>
    internal ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>The names of its children in the order of their making, each with a NUL.</summary>
    internal ReadOnlyMemory<byte> Children { get; init; }

    /// <summary>Who may do what; never empty, and the first entry is the owner's.</summary>
    internal required ImmutableArray<NodePermission> Permissions { get; init; }

    /// <summary>When it was written: a number that no other writing has.</summary>
    internal ulong Generation { get; init; }

    /// <summary>The domain that it belongs to.</summary>
    internal uint Owner => Permissions[0].Domain;

    /// <summary>Bytes, as the C daemon counts them.</summary>
    internal int Size => HeaderSize + (Permissions.Length * PermissionSize) + Value.Length + Children.Length;

    /// <summary>The node with another child.</summary>
    /// <param name="name">The child's name.</param>
    internal StoreNode WithChild(ReadOnlySpan<byte> name)
    {
        var children = new byte[Children.Length + name.Length + 1];
        Children.Span.CopyTo(children);
        name.CopyTo(children.AsSpan(Children.Length));
        return this with { Children = children };
    }

    /// <summary>The node without a child.</summary>
    /// <param name="name">The child's name.</param>
    /// <returns>Null if it has no such child.</returns>
    internal StoreNode? WithoutChild(ReadOnlySpan<byte> name)
    {
        var all = Children.Span;
        for (var start = 0; start < all.Length;)
        {
            var length = all[start..].IndexOf((byte)0);
            if (all.Slice(start, length).SequenceEqual(name))
            {
                var children = new byte[all.Length - length - 1];
                all[..start].CopyTo(children);
                all[(start + length + 1)..].CopyTo(children.AsSpan(start));
                return this with { Children = children };
            }

            start += length + 1;
        }

        return null;
    }
}
