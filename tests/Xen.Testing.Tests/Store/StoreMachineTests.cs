using Xen.Store.Protocol;
using Xen.Testing.Store;
using Xen.Testing.Store.Machine;

namespace Xen.Testing.Tests.Store;

/// <summary>The store as a function. What it answers in detail is held by tests/Xen.Store.Conformance.</summary>
public sealed class StoreMachineTests
{
    [Fact]
    public void Same_arguments_give_the_same_result_and_the_old_state_stays()
    {
        var talk = new StoreTalk();
        var connection = talk.Connect();
        talk.Ask(connection, MessageType.Watch, "/a|token|");
        var before = talk.State;
        var dump = StoreTalk.Dump(before);

        var first = StoreTalk.Handle(before, connection, MessageType.Write, "/a/b|value", 0);
        var second = StoreTalk.Handle(before, connection, MessageType.Write, "/a/b|value", 0);

        Assert.Equal(dump, StoreTalk.Dump(before));
        Assert.NotEqual(dump, StoreTalk.Dump(first.State));
        Assert.Equal(StoreTalk.Dump(first.State), StoreTalk.Dump(second.State));
        Assert.Equal(talk.Note(first, connection), talk.Note(second, connection));
        Assert.Equal($"{connection}:/a|token| {connection}:/a/b|token| {connection}:/a/b|token|", talk.TakeEvents());
    }

    [Fact]
    public void Value_is_read_as_written_with_its_parents_made()
    {
        var talk = new StoreTalk();
        var connection = talk.Connect();
        Assert.Equal("OK|", talk.Ask(connection, MessageType.Write, "/a/b/c|va|lue"));
        Assert.Equal("va|lue", talk.Ask(connection, MessageType.Read, "/a/b/c|"));
        Assert.Equal("", talk.Ask(connection, MessageType.Read, "/a/b|"));
        Assert.Equal("c|", talk.Ask(connection, MessageType.Directory, "/a/b|"));
        Assert.Equal("ENOENT|", talk.Ask(connection, MessageType.Read, "/a/x|"));
    }

    [Fact]
    public void Transaction_is_alone_until_it_is_committed_and_conflicts_with_what_it_saw()
    {
        var talk = new StoreTalk();
        var (one, other) = (talk.Connect(), talk.Connect());
        talk.Ask(one, MessageType.Write, "/a|1");
        var id = uint.Parse(talk.Ask(one, MessageType.TransactionStart, "|").TrimEnd('|'), null);
        talk.Ask(one, MessageType.Write, "/a|2", id);
        Assert.Equal("1", talk.Ask(other, MessageType.Read, "/a|"));
        Assert.Equal("2", talk.Ask(one, MessageType.Read, "/a|", id));
        Assert.Equal("OK|", talk.Ask(one, MessageType.TransactionEnd, "T|", id));
        Assert.Equal("2", talk.Ask(other, MessageType.Read, "/a|"));

        id = uint.Parse(talk.Ask(one, MessageType.TransactionStart, "|").TrimEnd('|'), null);
        talk.Ask(one, MessageType.Read, "/a|", id);
        talk.Ask(other, MessageType.Write, "/a|3");
        Assert.Equal("EAGAIN|", talk.Ask(one, MessageType.TransactionEnd, "T|", id));
    }

    [Fact]
    public void Domain_sees_what_it_may()
    {
        var talk = new StoreTalk();
        var (tool, guest) = (talk.Connect(), talk.Connect(5));
        talk.Ask(tool, MessageType.Write, "/local/domain/5|");
        talk.Ask(tool, MessageType.SetPermissions, "/local/domain/5|n5|");
        Assert.Equal("OK|", talk.Ask(guest, MessageType.Write, "name|guest"));
        Assert.Equal("guest", talk.Ask(tool, MessageType.Read, "/local/domain/5/name|"));
        Assert.Equal("n5|", talk.Ask(guest, MessageType.GetPermissions, "name|"));
        Assert.Equal("EACCES|", talk.Ask(guest, MessageType.Read, "/tool|"));
        Assert.Equal("EACCES|", talk.Ask(guest, MessageType.Write, "/x|"));
        Assert.Equal("EACCES|", talk.Ask(guest, MessageType.Introduce, "6|1|1|"));

        talk.Note(StoreMachine.DestroyDomain(talk.State, new(5)), guest);
        Assert.False(talk.State.IsConnected(guest));
        Assert.Equal("ENOENT|", talk.Ask(tool, MessageType.Read, "/local/domain/5/name|"));
    }

    [Fact]
    public void Newer_release_has_depths_features_and_quotas()
    {
        var talk = new StoreTalk(new StoreOptions { Release = StoreRelease.Xen421 });
        var tool = talk.Connect();
        Assert.Equal("7|", talk.Ask(tool, MessageType.GetFeature, ""));
        Assert.Equal("1000|", talk.Ask(tool, MessageType.GetQuota, "nodes|"));
        Assert.Equal("OK|", talk.Ask(tool, MessageType.Watch, "/a|t|1|"));
        talk.TakeEvents();
        talk.Ask(tool, MessageType.Write, "/a/b|");
        talk.Ask(tool, MessageType.Write, "/a/b/c|");
        Assert.Equal($"{tool}:/a/b|t|", talk.TakeEvents());
        Assert.Equal("OK|", talk.Ask(tool, MessageType.Watch, "@introduceDomain|t|1|"));
        talk.TakeEvents();
        talk.Connect(9);
        Assert.Equal($"{tool}:@introduceDomain/9|t|", talk.TakeEvents());
    }
}
