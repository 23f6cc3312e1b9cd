using System;

namespace Xen.Store;

/// <summary>Where a store is, and how to get a connection to it; a client that reconnects asks again.</summary>
public abstract class XenStoreEndpoint
{
    /// <summary>Its name in messages, in the form of <see cref="Parse"/> if there is one: <c>unix:/run/xenstored/socket</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Opens a connection.</summary>
    /// <exception cref="XenStoreConnectException">There is no store, or no way to it. Says what to do.</exception>
    public abstract IXenStoreTransport Open();

    /// <summary>
    /// The store of this machine: the socket that <c>XENSTORED_PATH</c> names, if it is set; else the first that can be
    /// opened of <c>/run/xenstored/socket</c>, <c>/var/run/xenstored/socket</c> (dom0, beside the daemon),
    /// <c>/dev/xen/xenbus</c> and <c>/proc/xen/xenbus</c> (any domain).
    /// </summary>
    public static XenStoreEndpoint Default { get; } = new MachineEndpoint();

    /// <summary>A daemon's Unix socket.</summary>
    /// <param name="path">The socket.</param>
    public static XenStoreEndpoint Unix(string path) => new UnixEndpoint(path);

    /// <summary>A xenbus device of Linux.</summary>
    /// <param name="path">The device file.</param>
    public static XenStoreEndpoint Xenbus(string path = XenbusEndpoint.DevicePath) => new XenbusEndpoint(path);

    /// <summary>Reads a user's words: <c>unix:PATH</c>, <c>xenbus</c>, <c>xenbus:PATH</c>.</summary>
    /// <param name="text">The words.</param>
    /// <exception cref="FormatException">They are of another form.</exception>
    public static XenStoreEndpoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (kind, path) = text.Split(':', 2) is [var first, var second] ? (first, second) : (text, null);
        return (kind, path) switch
        {
            ("unix", { Length: > 0 }) => Unix(path),
            ("xenbus", null) => Xenbus(),
            ("xenbus", { Length: > 0 }) => Xenbus(path),
            _ => throw new FormatException($"'{text}' is no store: say unix:PATH, xenbus or xenbus:PATH"),
        };
    }

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
