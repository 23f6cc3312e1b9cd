using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Xen.Store;

namespace Xen.Testing.Store.Machine;

// Commands to the daemon itself, which has no log here and is never updated.
internal sealed partial class StoreStep
{
    private XenStoreError? Control(Payload payload)
    {
        if (payload.Count == 0)
            return XenStoreError.Invalid;
        var words = new string[payload.Count - 1];
        for (var index = 0; index < words.Length; index++)
            words[index] = payload.Text(index + 1);
        return (payload.Text(0), words) switch
        {
            ("check", []) or ("log", ["on" or "off"]) or ("logfile", [_]) or ("print", [_]) => Acknowledge(),
            ("help", []) => ReplyText("check\nlog\nlogfile\nprint\nquota\nquota-soft\nhelp\n"),
            ("quota", []) => ReplyText(Lines(State.Quotas.ByName)),
            ("quota", ["set", var name, var value]) => SetGlobalQuota(name, CNumber.ParseDecimal(Encoding.Latin1.GetBytes(value))),
            ("quota", [not "set" and var domain]) => ShowDomain(unchecked((uint)CNumber.ParseDecimal(Encoding.Latin1.GetBytes(domain)))),
            ("quota-soft", []) => ReplyText(""),
            _ => XenStoreError.Invalid,
        };
    }

    private static string Lines(IEnumerable<KeyValuePair<string, int>> values) => string.Concat(
        values.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Key}: {entry.Value}\n")));

    private XenStoreError? ShowDomain(uint number)
    {
        if (!State.Domains.TryGetValue(number, out var domain))
            return XenStoreError.NotFound;
        var transactions = State.Connections.Values
            .Where(caller => caller.Domain == number && number != 0)
            .Sum(caller => caller.Transactions.Count);
        return ReplyText(Lines(
        [
            new("nodes", domain.NodeCount),
            new("watches", domain.WatchCount),
            new("transactions", transactions),
        ]));
    }

    private XenStoreError? SetGlobalQuota(string name, int value)
    {
        if (value < 1 || State.Quotas.With(name, value) is not { } quotas)
            return XenStoreError.Invalid;
        State = State with { Quotas = quotas };
        return Acknowledge();
    }
}
