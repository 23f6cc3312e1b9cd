using System;
using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Xen.Store.Protocol;

namespace Xen.Store.Tests.Protocol;

/// <summary>Paths and permissions in their text form.</summary>
public sealed class PathTests
{
    [Theory]
    [InlineData("/", PathFault.None)]
    [InlineData("/a", PathFault.None)]
    [InlineData("/local/domain/0/device-model/1_2/@x", PathFault.None)]
    [InlineData("data/updated", PathFault.None)]
    [InlineData("@releaseDomain", PathFault.None)]
    [InlineData("", PathFault.Empty)]
    [InlineData("//", PathFault.EmptyName)]
    [InlineData("/a//b", PathFault.EmptyName)]
    [InlineData("/a/", PathFault.TrailingSlash)]
    [InlineData("a/", PathFault.TrailingSlash)]
    [InlineData("/a b", PathFault.BadCharacter)]
    [InlineData("/a\0", PathFault.BadCharacter)]
    [InlineData("/ä", PathFault.BadCharacter)]
    [InlineData("/a.b", PathFault.BadCharacter)]
    [InlineData("/a:b", PathFault.BadCharacter)]
    public void Path_is_checked_as_the_documentation_says(string path, PathFault fault) =>
        Assert.Equal(fault, PathRules.Check(Encoding.UTF8.GetBytes(path)));

    [Theory]
    [InlineData("/", 3072)]
    [InlineData("", 2048)]
    public void Path_has_a_longest_form(string prefix, int longest)
    {
        var path = Encoding.UTF8.GetBytes(prefix + new string('x', longest - prefix.Length));
        Assert.Equal(PathFault.None, PathRules.Check(path));
        Assert.Equal(PathFault.TooLong, PathRules.Check([.. path, (byte)'x']));
    }

    [Fact]
    public void Every_character_is_allowed_or_not()
    {
        var allowed = Enumerable.Range(0, 256).Select(static value => (byte)value)
            .Where(static value => PathRules.Check([(byte)'/', value, (byte)'a']) == PathFault.None);
        Assert.Equal(
            "-0123456789@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz", Encoding.Latin1.GetString([.. allowed]));
    }

    [Theory]
    [InlineData("@introduceDomain", true)]
    [InlineData("/@introduceDomain", false)]
    [InlineData("", false)]
    public void Special_paths_begin_with_an_at_sign(string path, bool isSpecial) =>
        Assert.Equal(isSpecial, PathRules.IsSpecial(Encoding.UTF8.GetBytes(path)));

    [Theory]
    [InlineData("n0", XenStoreAccessRights.None, 0)]
    [InlineData("r5", XenStoreAccessRights.Read, 5)]
    [InlineData("w32751", XenStoreAccessRights.Write, 32751)]
    [InlineData("b65535", XenStoreAccessRights.ReadWrite, 65535)]
    public void Permission_is_a_letter_and_a_domain(string text, XenStoreAccessRights rights, int domain)
    {
        Assert.True(XenStorePermission.TryParse(text, out var permission));
        Assert.Equal(new XenStorePermission(rights, new((ushort)domain)), permission);
        Assert.True(XenStorePermission.TryParse(Encoding.UTF8.GetBytes(text), out permission));
        Assert.Equal(text, permission.ToString());
        Span<byte> bytes = stackalloc byte[XenStorePermission.MaximumLength];
        Assert.Equal(text, Encoding.UTF8.GetString(bytes[..permission.Format(bytes)]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("r")]
    [InlineData("5")]
    [InlineData("x5")]
    [InlineData("R5")]
    [InlineData("r 5")]
    [InlineData("r-5")]
    [InlineData("r65536")]
    [InlineData("r5 ")]
    [InlineData("r5\0")]
    [InlineData("r00000000000000000005")]
    [InlineData(null)]
    public void Other_texts_are_no_permission(string? text) => Assert.False(XenStorePermission.TryParse(text, out _));

    [Fact]
    public void Permission_survives_its_text() => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20_260_104, 7919),
        Prop.ForAll(Gen.Choose(0, 4 * 65536 - 1).ToArbitrary(), static number =>
        {
            var permission = new XenStorePermission((XenStoreAccessRights)(number % 4), new((ushort)(number / 4)));
            Assert.True(XenStorePermission.TryParse(permission.ToString(), out var again));
            Assert.Equal(permission, again);
        }));
}
