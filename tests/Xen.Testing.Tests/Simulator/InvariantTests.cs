using System;
using System.Collections.Generic;
using FsCheck;
using FsCheck.Fluent;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.Testing.Tests.Simulator;

/// <summary>Whatever is called in whatever order, the simulator does not contradict itself.</summary>
public sealed class InvariantTests
{
    [Fact]
    public void Random_sequences_of_calls_keep_the_invariants()
    {
        var property = Prop.ForAll(
            Gen.Choose(0, int.MaxValue - 1).ListOf(60).ToArbitrary(),
            numbers =>
            {
                using var xen = new SimulatedXen();
                using var play = new RandomPlay(xen);
                foreach (var number in numbers)
                {
                    var what = play.Act(number);
                    var found = play.Xen.FindContradictions();
                    Assert.True(found.Count == 0, $"after {what}: {string.Join("; ", found)}");
                }
            });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20_260_101, 7919), property);
    }

    [Fact]
    public void A_play_that_ends_leaves_nothing_behind()
    {
        for (var seed = 1; seed <= 50; seed++)
        {
            var random = new System.Random(seed);
            using var xen = new SimulatedXen();
            var play = new RandomPlay(xen);
            for (var i = 0; i < 200; i++)
                play.Act(random.Next());
            play.Dispose();
            Assert.Empty(play.Xen.FindContradictions());
            Assert.Equal(play.FreeAtTheStart, play.Xen.MachineMemory.FreeCount);
        }
    }

    /// <summary>A number becomes an operation; what has come of earlier ones is what it works on.</summary>
    private sealed unsafe class RandomPlay : IDisposable
    {
        private readonly List<IForeignMapping> _mappings = [];
        private readonly List<EventChannelPort> _ports = [];
        private readonly List<uint> _handles = [];
        private readonly List<SimulatedDomain> _domains = [];
        private readonly List<GrantReference> _grants = [];

        internal RandomPlay(SimulatedXen xen)
        {
            Xen = xen;

            // The control domain's table has its page before anything is counted.
            GrantTableOp.QuerySize(Xen, DomainId.Self, out _, out _).OrThrow("query_size");
            FreeAtTheStart = Xen.MachineMemory.FreeCount;
        }

        internal SimulatedXen Xen { get; }

        internal int FreeAtTheStart { get; }

        internal string Act(int number)
        {
            var (kind, rest) = (number % 24, number / 24);
            if (kind == 0 || _domains.Count == 0)
                return Create(rest);
            var domain = _domains[rest % _domains.Count];
            rest /= _domains.Count;
            try
            {
                return $"{Do(kind, domain, rest)} on domain {domain.Id}";
            }
            catch (HypercallException refused)
            {
                return refused.Message;
            }
        }

        public void Dispose()
        {
            foreach (var handle in _handles)
                Unmap(handle);
            _mappings.ForEach(mapping => mapping.Dispose());
            Xen.EventChannels.Reset();
            foreach (var domain in _domains)
                domain.Destroy();
        }

        private string Create(int rest)
        {
            var id = (ushort)(1 + (rest % 6));
            if (Xen.Find(new DomainId(id)) is null)
            {
                var kind = (SimulatedDomainKind)(rest / 6 % 3);
                _domains.Add(Xen.CreateDomain(id, vcpus: 1 + (rest / 18 % 3), frames: 16, kind));
            }

            return $"creation of {id}";
        }

        // Its vCPUs come now, later, or never.
        private string CreateByHypercall(int rest)
        {
            var id = new DomainId((ushort)(1 + (rest % 6)));
            var vcpus = 1 + ((uint)rest / 6 % 3);
            DomctlInterface.Probe(Xen, out var domctl).OrThrow("probe");
            if (Xen.Find(id) is null)
            {
                var configuration = new DomainConfiguration
                {
                    Flags = DomainCreationOptions.Hvm | DomainCreationOptions.HardwareAssistedPaging,
                    MaximumVcpus = vcpus,
                    MaximumEventChannelPort = 15,
                    MaximumGrantFrames = 4,
                };
                Domctl.CreateDomain(Xen, domctl, id, configuration, out _).OrThrow("createdomain");
                _domains.Add(Xen.Find(id)!);
            }

            if (rest / 18 % 2 == 0)
                Domctl.SetMaximumVcpus(Xen, domctl, id, vcpus);
            return $"createdomain or max_vcpus of {id}";
        }

        private string Do(int kind, SimulatedDomain domain, int rest)
        {
            var server = new IoreqServerId((ushort)(rest % 9));
            var (first, last) = ((ulong)(rest % 64), (ulong)(rest / 64 % 64));
            switch (kind)
            {
                case 1 or 2:
                    DmOp.CreateIoreqServer(Xen, domain.Id, (BufferedIoreqMode)(rest % 4), out _);
                    return "create_ioreq_server";
                case 3:
                    DmOp.DestroyIoreqServer(Xen, domain.Id, server);
                    return "destroy_ioreq_server";
                case 4:
                    DmOp.SetIoreqServerState(Xen, domain.Id, server, rest % 2 == 0);
                    return "set_ioreq_server_state";
                case 5 or 6:
                    DmOp.MapIoRange(Xen, domain.Id, server, (IoSpace)(rest % 4), first, last);
                    return "map_io_range";
                case 7:
                    DmOp.UnmapIoRange(Xen, domain.Id, server, (IoSpace)(rest % 4), first, last);
                    return "unmap_io_range";
                case 8:
                    DmOp.GetIoreqServerInfo(Xen, domain.Id, server, out _);
                    return "get_ioreq_server_info";
                case 9:
                    _mappings.Add(Xen.ForeignMemory.MapResource(
                        domain.Id, XenAbi.XENMEM_resource_ioreq_server, server.Value, (ulong)(rest % 3), 1));
                    return "a resource";
                case 10:
                    _mappings.Add(Xen.ForeignMemory.Map(
                        domain.Id, [new GuestFrameNumber(first), new GuestFrameNumber(last)], ForeignAccess.ReadWrite, new int[2]));
                    return "a mapping";
                case 11:
                    return Take(_mappings, rest, mapping => mapping.Dispose());
                case 12:
                    MemoryOp.DecreaseReservation(Xen, domain.Id, [first], 0, out _);
                    DmOp.RelocateMemory(Xen, domain.Id, new GuestFrameNumber(first), new GuestFrameNumber(last), 2);
                    MemoryOp.PopulatePhysmap(Xen, domain.Id, [last], 0, 0, out _);
                    return "changes of memory";
                case 13:
                    _ports.Add(Xen.EventChannels.BindInterdomain(
                        domain.Id, rest % 2 == 0 ? domain.OfferPort(default) : new EventChannelPort((uint)(rest % 30))));
                    return "a binding";
                case 14:
                    return Take(_ports, rest, port => Xen.EventChannels.Unbind(port));
                case 15:
                    domain.Pause();
                    EventChannelOp.Reset(Xen, domain.Id);
                    domain.Unpause();
                    return "a reset";
                case 16:
                    _grants.Add(domain.Grant(first, default, rest % 2 == 0));
                    return "a grant";
                case 17:
                    return Map(domain, rest);
                case 18:
                    return Take(_handles, rest, Unmap);
                case 19:
                    MemoryOp.AddToPhysmap(
                        Xen, domain.Id, PhysmapSpace.GrantTable, last % 3, new GuestFrameNumber(first));
                    return "a placed grant table";
                case 20:
                    return CreateByHypercall(rest);
                case 21:
                    _mappings.Add(Xen.ForeignMemory.MapResource(
                        domain.Id, XenAbi.XENMEM_resource_grant_table, 0, (ulong)(rest % 3), 1));
                    return "a grant table as a resource";
                case 22:
                    return Take(_ports, rest, port =>
                    {
                        Xen.EventChannels.Notify(port);
                        _ports.Add(port);
                    });
                default:
                    if (rest % 3 == 0)
                        domain.Destroy();
                    _domains.RemoveAll(gone => Xen.Find(gone.Id) != gone);
                    return "an end";
            }
        }

        private string Map(SimulatedDomain domain, int rest)
        {
            if (_grants.Count == 0)
                return "nothing";
            var map = new gnttab_map_grant_ref
            {
                dom = domain.Id.Value,
                @ref = _grants[rest % _grants.Count].Value,
                flags = (uint)(rest % 2 == 0 ? XenAbi.GNTMAP_host_map : XenAbi.GNTMAP_host_map | XenAbi.GNTMAP_readonly),
            };
            GrantTableOp.Map(Xen, new Span<gnttab_map_grant_ref>(ref map)).OrThrow("map_grant_ref");
            if (map.status == (short)GrantStatus.Okay)
                _handles.Add(map.handle);
            return "a mapped grant";
        }

        private void Unmap(uint handle)
        {
            var unmap = new gnttab_unmap_grant_ref { handle = handle };
            GrantTableOp.Unmap(Xen, new Span<gnttab_unmap_grant_ref>(ref unmap)).OrThrow("unmap_grant_ref");
        }

        private static string Take<T>(List<T> list, int rest, Action<T> use)
        {
            if (list.Count == 0)
                return "nothing";
            var taken = list[rest % list.Count];
            list.RemoveAt(rest % list.Count);
            use(taken);
            return $"the end of {taken}";
        }
    }
}
