using System;
using System.Globalization;
using System.Text;
using Xen.Store;
using Xen.Store.Protocol;
using Xen.Sys;
using Xen.Testing.Store;

namespace Xen.Domain.Tests.Support;

/// <summary>What a toolstack writes to a store.</summary>
internal sealed class StoreTool(InMemoryXenStore store) : IDisposable
{
    private readonly IXenStoreTransport _connection = store.Connect();

    public void Dispose() => _connection.Dispose();

    /// <summary>As libxl does: the domain's part of the store is for it to read, and its data for it to write.</summary>
    internal void MakeDomain(ushort id, string name)
    {
        store.CreateDomain(new DomainId(id));
        var path = string.Create(CultureInfo.InvariantCulture, $"/local/domain/{id}");
        Ask(MessageType.MakeDirectory, path + "\0");
        Ask(MessageType.SetPermissions, string.Create(CultureInfo.InvariantCulture, $"{path}\0n0\0r{id}\0"));
        Write(path + "/name", name);
        Ask(MessageType.MakeDirectory, path + "/data\0");
        Ask(MessageType.SetPermissions, string.Create(CultureInfo.InvariantCulture, $"{path}/data\0n{id}\0"));
    }

    internal void Write(string path, string value) => Ask(MessageType.Write, path + "\0" + value);

    internal void Ask(MessageType type, string payload)
    {
        var message = new byte[StoreClient.MemoryLength];
        var writer = new MessageWriter(message, type, 1, 0);
        writer.Add(Encoding.ASCII.GetBytes(payload));
        Assert.True(writer.TryEnd(out var size));
        Assert.Equal(size, _connection.Send(message.AsSpan(0, size), TimeSpan.Zero));
        Assert.True(_connection.Receive(message, TimeSpan.Zero) > 0);
        Assert.NotEqual(MessageType.Error, MessageHeader.Read(message).Type);
    }
}
