using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Xen.Store;
using Xen.Sys;

namespace Xen.Testing.Store.Machine;

// Domains: the requests about them, and what happens to them.
internal sealed partial class StoreStep
{
    private bool IsThere(uint number) => number == 0 || State.Machine.ContainsKey(number);

    private StoreDomain? Introduced(uint number) =>
        State.Domains.TryGetValue(number, out var domain) && domain.IsIntroduced ? domain : null;

    /// <summary>A domain that the store knows, or gets to know now since the hypervisor has it.</summary>
    private StoreDomain? FindDomain(uint number)
    {
        if (State.Domains.TryGetValue(number, out var domain))
            return domain;
        if (!IsThere(number))
            return null;
        domain = new StoreDomain { Generation = State.Generation };
        SetDomain(number, domain);
        return domain;
    }

    private ImmutableArray<NodePermission> WithKnownDomains(ImmutableArray<NodePermission> permissions) =>
        [.. permissions.Select(entry => FindDomain(entry.Domain) is null ? entry with { IsIgnored = true } : entry)];

    private XenStoreError? Introduce(Payload payload)
    {
        if (payload.Count < 3)
            return XenStoreError.Invalid;
        var number = Number(payload, 0);
        // The frame, in between, is not looked at.
        if (Number(payload, 2) == 0 || !Introduce(number))
            return XenStoreError.Invalid;
        foreach (var (other, caller) in State.Connections)
        {
            if (caller.Domain == number && number != 0)
                Reset(other);
        }

        return Acknowledge();
    }

    /// <summary>Begins to serve a domain.</summary>
    /// <returns>False if there is no such domain.</returns>
    internal bool Introduce(uint number)
    {
        if (FindDomain(number) is not { } domain)
            return false;
        if (domain.IsIntroduced)
            return true;
        SetDomain(number, domain with { IsIntroduced = true, IsShutdown = false });
        WakeSpecial(IntroduceDomain, number);
        return true;
    }

    private XenStoreError? Release(Payload payload)
    {
        if (ParseIntroduced(payload, out var number) is { } error)
            return error;
        Forget(number);
        return Acknowledge();
    }

    private XenStoreError? Resume(Payload payload)
    {
        if (ParseIntroduced(payload, out var number) is { } error)
            return error;
        SetDomain(number, State.Domains[number] with { IsShutdown = false });
        return Acknowledge();
    }

    private XenStoreError? ParseIntroduced(Payload payload, out uint number)
    {
        number = payload.Single is null ? 0 : Number(payload, 0);
        if (number == 0)
            return XenStoreError.Invalid;
        return Introduced(number) is null ? XenStoreError.NotFound : null;
    }

    private XenStoreError? SetTarget(Payload payload)
    {
        if (payload.Count < 2)
            return XenStoreError.Invalid;
        var (number, target) = (Number(payload, 0), Number(payload, 1));
        if (Introduced(number) is not { } domain || Introduced(target) is null)
            return XenStoreError.NotFound;
        SetDomain(number, domain with { Target = target });
        return Acknowledge();
    }

    private XenStoreError? GetDomainPath(Payload payload) =>
        payload.Single is null ? XenStoreError.Invalid : ReplyText(NodePaths.OfDomain(Number(payload, 0)));

    private XenStoreError? IsDomainIntroduced(Payload payload)
    {
        if (payload.Single is null)
            return XenStoreError.Invalid;
        var number = Number(payload, 0);
        return ReplyText(number == DomainId.Self.Value || Introduced(number) is not null ? "T" : "F");
    }

    private static uint Number(Payload payload, int index) => unchecked((uint)CNumber.ParseDecimal(payload[index]));

    /// <summary>Ends a domain's connections, and removes what belonged to it.</summary>
    private void Forget(uint number)
    {
        State = State with { Connections = State.Connections.RemoveRange(
            State.Connections.Where(entry => entry.Value.Domain == number).Select(entry => entry.Key)) };
        var domain = State.Domains[number];
        if (domain.NodeCount > 0)
            RemoveOwned("/", number);
        State = State with
        {
            Domains = Untarget(State.Domains.Remove(number), number),
            IntroducePermissions = Without(State.IntroducePermissions, number),
            ReleasePermissions = Without(State.ReleasePermissions, number),
        };
        if (domain.IsIntroduced)
            WakeSpecial(ReleaseDomain, number);
    }

    private static ImmutableSortedDictionary<uint, StoreDomain> Untarget(
        ImmutableSortedDictionary<uint, StoreDomain> domains, uint target) => domains.SetItems(domains
            .Where(entry => entry.Value.Target == target)
            .Select(entry => KeyValuePair.Create(entry.Key, entry.Value with { Target = null }))
            .ToArray());

    private static ImmutableArray<NodePermission> Without(ImmutableArray<NodePermission> permissions, uint domain)
    {
        if (permissions[0].Domain == domain)
            permissions = permissions.SetItem(0, permissions[0] with { Domain = 0 });
        return [permissions[0], .. permissions.Skip(1).Where(entry => entry.Domain != domain)];
    }

    /// <summary>Looks which domains the hypervisor has no more, or has shut down.</summary>
    internal void CheckDomains()
    {
        foreach (var (number, domain) in State.Domains)
        {
            if (!IsThere(number))
            {
                Forget(number);
            }
            else if (domain is { IsIntroduced: true, IsShutdown: false } && State.Machine.GetValueOrDefault(number))
            {
                SetDomain(number, State.Domains[number] with { IsShutdown = true });
                WakeSpecial(ReleaseDomain, number);
            }
        }
    }
}
