using Xen.Store;
using Xen.Store.Protocol;

namespace Xen.Testing.Store.Machine;

internal sealed partial class StoreStep
{
    private bool Is421 => State.Release >= StoreRelease.Xen421;

    private static bool NeedsPrivilege(MessageType type) => type is MessageType.Control or MessageType.Introduce
        or MessageType.Release or MessageType.IsDomainIntroduced or MessageType.Resume or MessageType.SetTarget
        or MessageType.SetFeature or MessageType.GetQuota or MessageType.SetQuota;

    private static bool HasNoTransaction(MessageType type) =>
        type is MessageType.Watch or MessageType.Unwatch;

    private bool IsKnown(MessageType type) => type switch
    {
        MessageType.WatchEvent or MessageType.Error => false,
        <= MessageType.SetTarget or MessageType.ResetWatches or MessageType.DirectoryPart => true,
        <= MessageType.SetQuota => Is421 && type >= MessageType.GetFeature,
        _ => false,
    };

    private XenStoreError? Process(in MessageHeader header, Payload payload)
    {
        if (!IsKnown(header.Type))
            return XenStoreError.NotImplemented;
        if (IsUnprivileged && NeedsPrivilege(header.Type))
            return XenStoreError.AccessDenied;
        var id = HasNoTransaction(header.Type) ? 0 : header.TransactionId;
        if (id != 0 && !Caller!.Transactions.TryGetValue(id, out _transaction))
            return XenStoreError.NotFound;

        var error = Dispatch(header.Type, payload);
        if (_transaction is not null && Caller is { } caller && caller.Transactions.ContainsKey(id))
            SetCaller(caller with { Transactions = caller.Transactions.SetItem(id, _transaction) });
        return error;
    }

    private XenStoreError? Dispatch(MessageType type, Payload payload) => type switch
    {
        MessageType.Control => Control(payload),
        MessageType.Directory => Directory(payload),
        MessageType.Read => Read(payload),
        MessageType.GetPermissions => GetPermissions(payload),
        MessageType.Watch => Watch(payload),
        MessageType.Unwatch => Unwatch(payload),
        MessageType.TransactionStart => StartTransaction(),
        MessageType.TransactionEnd => EndTransaction(payload),
        MessageType.Introduce => Introduce(payload),
        MessageType.Release => Release(payload),
        MessageType.GetDomainPath => GetDomainPath(payload),
        MessageType.Write => Write(payload),
        MessageType.MakeDirectory => MakeDirectory(payload),
        MessageType.Remove => Remove(payload),
        MessageType.SetPermissions => SetPermissions(payload),
        MessageType.IsDomainIntroduced => IsDomainIntroduced(payload),
        MessageType.Resume => Resume(payload),
        MessageType.SetTarget => SetTarget(payload),
        MessageType.ResetWatches => ResetWatches(),
        MessageType.DirectoryPart => DirectoryPart(payload),
        MessageType.GetFeature => GetFeature(payload),
        MessageType.SetFeature => SetFeature(payload),
        MessageType.GetQuota => GetQuota(payload),
        MessageType.SetQuota => SetQuota(payload),
        _ => XenStoreError.NotImplemented,
    };
}
