using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Xen.Store;

namespace Xen.Testing.Store.Machine;

// Transactions: what they look at, what they keep to themselves, and what becomes of it.
internal sealed partial class StoreStep
{
    /// <summary>Notes that the transaction, if there is one, looks at a node or writes it.</summary>
    private XenStoreError? NoteAccess(string path, StoreNode? node)
    {
        if (_transaction is not { } transaction || transaction.Accessed.ContainsKey(path))
            return null;
        if (IsUnprivileged && transaction.Accessed.Count >= Quota("transaction-nodes", State.Quotas.TransactionNodes))
        {
            FailTransaction();
            return XenStoreError.QuotaExceeded;
        }

        _transaction = transaction with
        {
            Accessed = transaction.Accessed.Add(path, new AccessedNode
            {
                Order = transaction.Accessed.Count,
                Generation = node?.Generation,
                OriginalPermissions = node?.Permissions ?? default,
                Node = node,
            }),
        };
        return null;
    }

    private void FailTransaction()
    {
        if (_transaction is not null)
            _transaction = _transaction with { HasFailed = true };
    }

    private XenStoreError? StartTransaction()
    {
        if (_transaction is not null)
            return XenStoreError.Busy;
        var caller = Caller!;
        if (IsUnprivileged && caller.Transactions.Count > Quota("transactions", State.Quotas.Transactions))
            return XenStoreError.QuotaExceeded;
        State = State with { Generation = State.Generation + 1 };
        var id = caller.NextTransaction;
        while (id == 0 || caller.Transactions.ContainsKey(id))
            id++;
        SetCaller(caller with
        {
            Transactions = caller.Transactions.Add(id, new StoreTransaction()),
            NextTransaction = id + 1,
        });
        return ReplyText(id.ToString(CultureInfo.InvariantCulture));
    }

    private XenStoreError? EndTransaction(Payload payload)
    {
        var answer = payload.Single;
        if (answer is not ("T" or "F"))
            return XenStoreError.Invalid;
        if (_transaction is not { } transaction)
            return XenStoreError.NotFound;

        _transaction = null;
        SetCaller(Caller! with { Transactions = Caller!.Transactions.Remove(_header.TransactionId) });
        if (answer == "T" && Commit(transaction) is { } error)
            return error;
        return Acknowledge();
    }

    private XenStoreError? Commit(StoreTransaction transaction)
    {
        if (transaction.HasFailed)
            return XenStoreError.OutOfMemory;
        if (CheckCounts(transaction) is { } error)
            return error;
        var accessed = transaction.Accessed.OrderBy(entry => entry.Value.Order).ToImmutableArray();
        if (accessed.Any(entry => entry.Value.Generation != State.Nodes.GetValueOrDefault(entry.Key)?.Generation))
            return XenStoreError.Conflict;

        foreach (var (path, entry) in accessed)
        {
            if (!entry.IsModified)
                continue;
            if (entry.Node is { } node)
                WriteCommitted(path, node);
            else
                State = State with { Nodes = State.Nodes.Remove(path) };
            if (entry.Wakes != WatchScope.None)
                Wake(path, null, entry.Wakes, entry.OriginalPermissions);
        }

        foreach (var (domain, nodes) in transaction.Counts)
            CountNode(domain, nodes);
        return null;
    }

    private void WriteCommitted(string path, StoreNode node)
    {
        var generation = State.Generation + 1;
        State = State with
        {
            Generation = generation,
            Nodes = State.Nodes.SetItem(path, node with { Generation = generation }),
        };
    }

    private XenStoreError? CheckCounts(StoreTransaction transaction)
    {
        var isBounded = transaction.HasMadeNodes && IsUnprivileged;
        foreach (var (number, nodes) in transaction.Counts)
        {
            if (FindDomain(number) is not { } domain)
                return XenStoreError.OutOfMemory;
            if (isBounded && number != 0 && domain.NodeCount + nodes >= Quota("nodes", State.Quotas.Nodes))
                return XenStoreError.QuotaExceeded;
        }

        return null;
    }

    /// <summary>Counts nodes of an owner: at once, or when the transaction is committed.</summary>
    /// <returns>False if there is no such domain.</returns>
    private bool CountNode(uint owner, int nodes)
    {
        if (_transaction is not { } transaction)
        {
            // One that is gone has nothing to count.
            if ((nodes < 0 ? State.Domains.GetValueOrDefault(owner) : FindDomain(owner)) is not { } domain)
                return false;
            SetDomain(owner, domain with { NodeCount = domain.NodeCount + nodes });
            return true;
        }

        var counts = transaction.Counts;
        var index = 0;
        while (index < counts.Length && counts[index].Domain != owner)
            index++;
        _transaction = transaction with
        {
            Counts = index == counts.Length
                ? counts.Add((owner, nodes))
                : counts.SetItem(index, (owner, counts[index].Nodes + nodes)),
        };
        return true;
    }
}
