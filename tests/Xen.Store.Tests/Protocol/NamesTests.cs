using System;
using System.Linq;
using System.Text;
using Xen.Store.Protocol;

namespace Xen.Store.Tests.Protocol;

/// <summary>Numbers and names of the protocol are those of public/io/xs_wire.h.</summary>
public sealed class NamesTests
{
    private const string Operations =
        "control directory read get_perms watch unwatch transaction_start transaction_end introduce release "
        + "get_domain_path write mkdir rm set_perms other other is_domain_introduced resume set_target other "
        + "reset_watches directory_part get_feature set_feature get_quota set_quota other";

    [Fact]
    public void Operations_have_the_words_of_the_documentation_in_the_order_of_their_numbers() =>
        Assert.Equal(
            Operations.Split(' '), Enumerable.Range(0, 28).Select(static number => RequestNames.Name((MessageType)number)));

    [Fact]
    public void What_only_looks_may_be_repeated()
    {
        MessageType[] looking =
        [
            MessageType.Directory, MessageType.Read, MessageType.GetPermissions, MessageType.GetDomainPath,
            MessageType.IsDomainIntroduced, MessageType.DirectoryPart, MessageType.GetFeature, MessageType.GetQuota,
        ];
        Assert.Equal(looking, Enum.GetValues<MessageType>().Where(RequestNames.IsIdempotent));
    }

    [Theory]
    [InlineData("EPERM", XenStoreError.NotPermitted, 1)]
    [InlineData("ENOENT", XenStoreError.NotFound, 2)]
    [InlineData("EIO", XenStoreError.InputOutput, 5)]
    [InlineData("E2BIG", XenStoreError.TooBig, 7)]
    [InlineData("EAGAIN", XenStoreError.Conflict, 11)]
    [InlineData("ENOMEM", XenStoreError.OutOfMemory, 12)]
    [InlineData("EACCES", XenStoreError.AccessDenied, 13)]
    [InlineData("EBUSY", XenStoreError.Busy, 16)]
    [InlineData("EEXIST", XenStoreError.AlreadyExists, 17)]
    [InlineData("EISDIR", XenStoreError.IsDirectory, 21)]
    [InlineData("EINVAL", XenStoreError.Invalid, 22)]
    [InlineData("ENOSPC", XenStoreError.QuotaExceeded, 28)]
    [InlineData("EROFS", XenStoreError.ReadOnly, 30)]
    [InlineData("ENOSYS", XenStoreError.NotImplemented, 38)]
    [InlineData("ENOTEMPTY", XenStoreError.NotEmpty, 39)]
    [InlineData("EISCONN", XenStoreError.AlreadyConnected, 106)]
    public void Error_has_a_name_and_a_number(string name, XenStoreError error, int number)
    {
        Assert.Equal(number, (int)error);
        Assert.Equal(name, Encoding.UTF8.GetString(ErrorNames.Name(error)));
        Assert.Equal(error, ErrorNames.Parse(Encoding.UTF8.GetBytes(name)));
        Assert.Equal(error, ErrorNames.Parse(Encoding.UTF8.GetBytes(name + "\0")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("enoent")]
    [InlineData("ENOENTX")]
    [InlineData("ENOEN")]
    [InlineData("2")]
    public void Other_names_are_unknown(string name) =>
        Assert.Equal(XenStoreError.Unknown, ErrorNames.Parse(Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void Every_error_that_is_declared_has_its_name() => Assert.All(
        Enum.GetValues<XenStoreError>().Where(static error => error != XenStoreError.Unknown),
        static error => Assert.Equal(error, ErrorNames.Parse(ErrorNames.Name(error))));
}
