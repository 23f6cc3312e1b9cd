using System;
using System.IO;
using System.Net.Sockets;

namespace Xen.Store;

/// <summary>No connection could be made: there is no daemon, or no permission to talk to it.</summary>
public sealed class XenStoreConnectException : XenStoreException
{
    /// <summary>Makes one.</summary>
    /// <param name="endpoint">Where the store should be.</param>
    /// <param name="reason">Why there is no connection.</param>
    /// <param name="innerException">The cause.</param>
    public XenStoreConnectException(string endpoint, string reason, Exception? innerException = null)
        : base($"no connection to {endpoint}: {reason} ({Advice(innerException)})", innerException) => Endpoint = endpoint;

    /// <summary>Where the store should be.</summary>
    public string Endpoint { get; }

    /// <summary>Whether nothing is there at all, rather than closed to us.</summary>
    public bool IsMissing => Kind(InnerException) is Missing;

    /// <summary>Whether something is there, but we may not use it.</summary>
    public bool IsDenied => Kind(InnerException) is Denied;

    private const string Missing = "is this a Xen machine, and does xenstored run? see docs/troubleshooting.md";
    private const string Denied = "run as root";

    private static string Advice(Exception? cause) => Kind(cause) ?? "see docs/troubleshooting.md";

    private static string? Kind(Exception? cause) => cause switch
    {
        null or FileNotFoundException or DirectoryNotFoundException => Missing,
        UnauthorizedAccessException => Denied,
        SocketException { SocketErrorCode: SocketError.AccessDenied } => Denied,
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable or SocketError.ConnectionRefused } => Missing,
        _ => null,
    };
}
