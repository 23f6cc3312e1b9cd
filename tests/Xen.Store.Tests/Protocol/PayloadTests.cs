using System.Collections.Generic;
using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Xen.Store.Protocol;

namespace Xen.Store.Tests.Protocol;

/// <summary>Payloads: lists of strings, events, parts of directories.</summary>
public sealed class PayloadTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a", new[] { "a" })]
    [InlineData("a\0", new[] { "a" })]
    [InlineData("\0", new[] { "" })]
    [InlineData("a\0b", new[] { "a", "b" })]
    [InlineData("a\0\0b\0", new[] { "a", "", "b" })]
    [InlineData("\0\0", new[] { "", "" })]
    public void Strings_of_a_payload_end_with_NULs_the_last_one_perhaps_without(string payload, string[] strings)
    {
        Assert.Equal(strings, Walk(payload));
        Assert.Equal(strings.Length, StringList.Count(Encoding.UTF8.GetBytes(payload)));
    }

    [Fact]
    public void Strings_survive_being_put_together() => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20_260_103, 7919),
        Prop.ForAll(Gen.Elements('a', 'b', '/', 'ü').ListOf().Select(static list => new string([.. list])).ListOf().ToArbitrary(), static list =>
        {
            string[] strings = [.. list];
            var payload = string.Concat(strings.Select(static text => text + "\0"));
            Assert.Equal(strings, Walk(payload));
            Assert.Equal(strings.Length, StringList.Count(Encoding.UTF8.GetBytes(payload)));
        }));

    [Theory]
    [InlineData("/a\05\0", true, "/a", "5")]
    [InlineData("/a\05", true, "/a", "5")]
    [InlineData("@releaseDomain\0token with spaces\0", true, "@releaseDomain", "token with spaces")]
    // With a depth, newer daemons add what the domain is: passed over.
    [InlineData("/a\05\0more\0", true, "/a", "5")]
    [InlineData("/a\0\0", true, "/a", "")]
    [InlineData("/a\0", false, "", "")]
    [InlineData("/a", false, "", "")]
    [InlineData("", false, "", "")]
    public void Event_has_a_path_and_a_token(string payload, bool isOne, string path, string token)
    {
        Assert.Equal(isOne, WatchEventPayload.TryParse(Encoding.UTF8.GetBytes(payload), out var parts));
        Assert.Equal((path, token), (Encoding.UTF8.GetString(parts.Path), Encoding.UTF8.GetString(parts.Token)));
    }

    [Theory]
    [InlineData("12\0a\0bb\0", true, "12", "a\0bb\0", false)]
    [InlineData("12\0a\0bb\0\0", true, "12", "a\0bb\0", true)]
    // Behind the last name there is nothing but the end.
    [InlineData("12\0\0", true, "12", "", true)]
    [InlineData("12\0", false, "", "", false)]
    [InlineData("12", false, "", "", false)]
    [InlineData("", false, "", "", false)]
    [InlineData("12\0a", false, "", "", false)]
    public void Part_of_a_directory_has_a_generation_and_names_and_perhaps_the_end(
        string payload, bool isOne, string generation, string names, bool isLast)
    {
        Assert.Equal(isOne, DirectoryPartPayload.TryParse(Encoding.UTF8.GetBytes(payload), out var part));
        Assert.Equal(
            (generation, names, isLast),
            (Encoding.UTF8.GetString(part.Generation), Encoding.UTF8.GetString(part.Names), part.IsLast));
    }

    private static List<string> Walk(string payload)
    {
        var found = new List<string>();
        foreach (var text in new StringList(Encoding.UTF8.GetBytes(payload)))
            found.Add(Encoding.UTF8.GetString(text));
        return found;
    }
}
