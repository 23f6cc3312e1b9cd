using System;

namespace Xen.Store.Protocol;

/// <summary>The names by which errors go over the wire.</summary>
public static class ErrorNames
{
    /// <summary>An error's name, without a NUL.</summary>
    /// <param name="error">The error.</param>
    public static ReadOnlySpan<byte> Name(XenStoreError error) => error switch
    {
        XenStoreError.NotPermitted => "EPERM"u8,
        XenStoreError.NotFound => "ENOENT"u8,
        XenStoreError.InputOutput => "EIO"u8,
        XenStoreError.TooBig => "E2BIG"u8,
        XenStoreError.Conflict => "EAGAIN"u8,
        XenStoreError.OutOfMemory => "ENOMEM"u8,
        XenStoreError.AccessDenied => "EACCES"u8,
        XenStoreError.Busy => "EBUSY"u8,
        XenStoreError.AlreadyExists => "EEXIST"u8,
        XenStoreError.IsDirectory => "EISDIR"u8,
        XenStoreError.QuotaExceeded => "ENOSPC"u8,
        XenStoreError.ReadOnly => "EROFS"u8,
        XenStoreError.NotImplemented => "ENOSYS"u8,
        XenStoreError.NotEmpty => "ENOTEMPTY"u8,
        XenStoreError.AlreadyConnected => "EISCONN"u8,
        _ => "EINVAL"u8,
    };

    /// <summary>The error of a name.</summary>
    /// <param name="name">The payload of an error reply, with or without the NUL that ends it.</param>
    public static XenStoreError Parse(ReadOnlySpan<byte> name)
    {
        name = name.TrimEnd((byte)0);
        // oxenstored's own word for what the C daemon calls ENOSPC.
        if (name.SequenceEqual("EQUOTA"u8))
            return XenStoreError.QuotaExceeded;
        foreach (var error in All)
        {
            if (name.SequenceEqual(Name(error)))
                return error;
        }

        return XenStoreError.Unknown;
    }

    private static ReadOnlySpan<XenStoreError> All =>
    [
        XenStoreError.NotFound, XenStoreError.Conflict, XenStoreError.AccessDenied, XenStoreError.Invalid,
        XenStoreError.AlreadyExists, XenStoreError.NotPermitted, XenStoreError.TooBig, XenStoreError.QuotaExceeded,
        XenStoreError.OutOfMemory, XenStoreError.Busy, XenStoreError.IsDirectory, XenStoreError.InputOutput,
        XenStoreError.ReadOnly, XenStoreError.NotImplemented, XenStoreError.NotEmpty, XenStoreError.AlreadyConnected,
    ];
}
