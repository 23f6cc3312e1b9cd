using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace Xen.Sys.Tests;

public sealed class XenErrnoTests
{
    // All of public/errno.h: no other constant of type int is one word behind this prefix.
    private static readonly Dictionary<string, int> Numbers = typeof(XenAbi)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral && field.FieldType == typeof(int))
        .Where(field => field.Name.StartsWith("XEN_E", StringComparison.Ordinal))
        .Where(field => !field.Name["XEN_".Length..].Contains('_', StringComparison.Ordinal))
        .ToDictionary(field => field.Name, field => (int)field.GetRawConstantValue()!);

    [Fact]
    public void Every_number_of_the_header_has_a_name_and_a_message()
    {
        Assert.True(Numbers.Count >= 49, $"only {Numbers.Count} numbers");
        foreach (var (name, number) in Numbers)
        {
            Assert.True(XenErrno.TryGetName(number, out var found), name);
            Assert.Equal(number, Numbers["XEN_" + found]);
            Assert.Equal(found, XenErrno.Name(number));
            Assert.False(string.IsNullOrWhiteSpace(XenErrno.Message(number)), name);
        }
    }

    [Fact]
    public void Every_name_of_the_header_has_its_number()
    {
        foreach (var (name, number) in Numbers)
        {
            Assert.True(XenErrno.TryGetNumber(name, out var prefixed), name);
            Assert.Equal(number, prefixed);
            Assert.True(XenErrno.TryGetNumber(name.AsSpan("XEN_".Length), out var plain), name);
            Assert.Equal(number, plain);
        }
    }

    [Theory]
    [InlineData("XEN_EAGAIN", "EAGAIN")]
    [InlineData("XEN_EWOULDBLOCK", "EAGAIN")]
    [InlineData("XEN_EDEADLOCK", "EDEADLK")]
    public void Of_two_names_the_usual_one_is_given(string constant, string name) =>
        Assert.Equal(name, XenErrno.Name(Numbers[constant]));

    [Theory]
    [InlineData("EINTR", 4)]
    [InlineData("ENOTTY", 25)]
    public void Numbers_of_Linux_alone_have_names_too(string name, int number)
    {
        Assert.Equal(name, XenErrno.Name(number));
        Assert.True(XenErrno.TryGetNumber(name, out var found));
        Assert.Equal(number, found);
        Assert.NotNull(XenErrno.Message(number));
    }

    [Fact]
    public void Advice_about_IOREQ_servers_is_given_where_they_are_made()
    {
        Assert.Null(XenErrno.Advice(XenAbi.XEN_ENOSPC));
        Assert.Contains(
            "8 IOREQ servers",
            new HypercallException("dm_op create_ioreq_server", XenAbi.XEN_ENOSPC).Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain(
            "IOREQ", new HypercallException("evtchn NOTIFY", XenAbi.XEN_ENOSPC).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("XEN_")]
    [InlineData("esrch")]
    [InlineData("ESRC")]
    [InlineData("ESRCHX")]
    public void What_is_no_name_has_no_number(string name)
    {
        Assert.False(XenErrno.TryGetNumber(name, out var number));
        Assert.Equal(0, number);
    }

    [Fact]
    public void Number_without_a_name_is_written_as_a_number()
    {
        Assert.False(XenErrno.TryGetName(203, out _));
        Assert.Equal("errno 203", XenErrno.Name(203));
        Assert.Null(XenErrno.Message(203));
        Assert.Null(XenErrno.Advice(203));
        Assert.Equal("errno 0", XenErrno.Name(0));
    }

    [Fact]
    public void Lookup_allocates_nothing()
    {
        Assert.Equal(0, Allocation.Least(Look));

        static void Look()
        {
            for (var number = 1; number < 200; number++)
            {
                if (XenErrno.TryGetName(number, out var name))
                    XenErrno.TryGetNumber(name, out _);
                XenErrno.Message(number);
            }
        }
    }
}
