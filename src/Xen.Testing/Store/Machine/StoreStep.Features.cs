using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Xen.Store;

namespace Xen.Testing.Store.Machine;

// Features and quotas of domains, as of Xen 4.21: docs/misc/xenstore.txt.
internal sealed partial class StoreStep
{
    private bool HasFeature(StoreFeatures feature) =>
        ((State.Domains.GetValueOrDefault(Caller!.Domain)?.Features ?? (uint)StoreFeatures.All) & (uint)feature) != 0;

    /// <summary>What the caller's domain may take of something; all, if the quota is 0.</summary>
    private int Quota(string name, int global)
    {
        var value = State.Domains.GetValueOrDefault(Caller!.Domain)?.OwnQuotas.GetValueOrDefault(name, global) ?? global;
        return value == 0 ? int.MaxValue : value;
    }

    private XenStoreError? GetFeature(Payload payload)
    {
        if (payload.Count > 1)
            return XenStoreError.Invalid;
        if (payload.Count == 0 || payload[0].IsEmpty)
        {
            var own = State.Domains.GetValueOrDefault(Caller!.Domain)?.Features;
            return ReplyNumber(own ?? (uint)StoreFeatures.All);
        }

        if (IsUnprivileged)
            return XenStoreError.AccessDenied;
        return State.Domains.TryGetValue(Number(payload, 0), out var domain)
            ? ReplyNumber(domain.Features ?? (uint)StoreFeatures.All)
            : XenStoreError.NotFound;
    }

    private XenStoreError? SetFeature(Payload payload)
    {
        if (payload.Count != 2)
            return XenStoreError.Invalid;
        var number = Number(payload, 0);
        var features = Number(payload, 1);
        if ((features & ~(uint)StoreFeatures.All) != 0)
            return XenStoreError.Invalid;
        if (FindDomain(number) is not { } domain)
            return XenStoreError.NotFound;
        if (domain.IsIntroduced)
            return XenStoreError.Busy;
        SetDomain(number, domain with { Features = features });
        return Acknowledge();
    }

    private XenStoreError? GetQuota(Payload payload)
    {
        var global = State.Quotas.ByName.ToDictionary();
        switch (payload.Count)
        {
            case 0:
            case 1 when payload[0].IsEmpty:
                return ReplyText(string.Join(' ', State.Quotas.ByName.Select(entry => entry.Key)));
            case 1:
                return global.TryGetValue(payload.Text(0), out var value) ? ReplyNumber((uint)value) : XenStoreError.Invalid;
            case 2:
                if (!State.Domains.TryGetValue(Number(payload, 0), out var domain))
                    return XenStoreError.NotFound;
                var name = payload.Text(1);
                return global.TryGetValue(name, out value)
                    ? ReplyNumber((uint)domain.OwnQuotas.GetValueOrDefault(name, value))
                    : XenStoreError.Invalid;
            default:
                return XenStoreError.Invalid;
        }
    }

    private XenStoreError? SetQuota(Payload payload)
    {
        if (payload.Count is not (2 or 3))
            return XenStoreError.Invalid;
        var name = payload.Text(payload.Count - 2);
        var value = CNumber.ParseDecimal(payload[payload.Count - 1]);
        if (value < 0 || State.Quotas.With(name, value) is not { } quotas)
            return XenStoreError.Invalid;
        if (payload.Count == 2)
        {
            State = State with { Quotas = quotas };
            return Acknowledge();
        }

        if (FindDomain(Number(payload, 0)) is not { } domain)
            return XenStoreError.NotFound;
        SetDomain(Number(payload, 0), domain with { OwnQuotas = domain.OwnQuotas.SetItem(name, value) });
        return Acknowledge();
    }

    private XenStoreError? ReplyNumber(uint number) => ReplyText(number.ToString(CultureInfo.InvariantCulture));
}
