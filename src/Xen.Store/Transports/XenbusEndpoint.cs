using System;
using System.IO;
using Microsoft.Win32.SafeHandles;

namespace Xen.Store;

/// <summary>Linux's xenbus device: the way to the store in any domain.</summary>
internal sealed class XenbusEndpoint : XenStoreEndpoint
{
    internal const string DevicePath = "/dev/xen/xenbus";

    private readonly string _path;

    internal XenbusEndpoint(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
    }

    public override string Name => _path == DevicePath ? "xenbus" : $"xenbus:{_path}";

    public override IXenStoreTransport Open()
    {
        if (!OperatingSystem.IsLinux())
            throw new XenStoreConnectException(Name, "the xenbus device is Linux's");
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return new XenbusTransport(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            file?.Dispose();
            throw new XenStoreConnectException(Name, error.Message, error);
        }
    }
}
