using System;
using System.Net.Sockets;
using System.Text;

namespace VirtioHosting.Daemon;

/// <summary>Tells systemd how far the daemon is: sd_notify(3).</summary>
internal static class ServiceManager
{
    private const string Variable = "NOTIFY_SOCKET";

    /// <summary>Sends a state, if there is somebody to send it to.</summary>
    /// <param name="state"><c>READY=1</c>, for instance.</param>
    internal static void Notify(string state)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 1 } name || name[0] is not ('/' or '@'))
            return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            // A name in the abstract space begins with a NUL.
            socket.SendTo(
                Encoding.UTF8.GetBytes(state),
                new UnixDomainSocketEndPoint(name[0] == '@' ? "\0" + name[1..] : name));
        }
        catch (SocketException)
        {
            // Whoever is not told waits in vain, and says so.
        }
    }
}
