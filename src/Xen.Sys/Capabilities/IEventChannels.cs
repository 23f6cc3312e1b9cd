using System;
using System.Threading;

namespace Xen.Sys;

/// <summary>Event channels of the domain that this program runs in.</summary>
/// <remarks>Thread-safe; one thread at a time waits. Disposal closes all ports, and ends a wait that is under way.</remarks>
public interface IEventChannels : IDisposable
{
    /// <summary>Connects to a port that another domain (or Xen on its behalf) has left unbound for us.</summary>
    /// <param name="remote">The other domain.</param>
    /// <param name="remotePort">Its port.</param>
    /// <returns>Our end. It is pending once at the start, in case a notification came before.</returns>
    /// <exception cref="HypercallException">EINVAL: not such a port, or bound already. ESRCH: no such domain.</exception>
    EventChannelPort BindInterdomain(DomainId remote, EventChannelPort remotePort);

    /// <summary>Makes a port that a domain may connect to.</summary>
    /// <param name="remote">The domain.</param>
    /// <returns>Our end.</returns>
    /// <exception cref="HypercallException">ESRCH: no such domain. ENOSPC: no port is left.</exception>
    EventChannelPort BindUnbound(DomainId remote);

    /// <summary>Makes a port that Xen signals when a virtual interrupt comes.</summary>
    /// <param name="virq"><c>VIRQ_*</c>, public/xen.h; a global one, or one of the first vCPU.</param>
    /// <returns>Our end.</returns>
    /// <exception cref="HypercallException">EEXIST: someone has it. EINVAL: no such interrupt.</exception>
    EventChannelPort BindVirq(uint virq);

    /// <summary>Closes our end.</summary>
    /// <param name="port">A port that this object bound.</param>
    /// <exception cref="HypercallException">ENOTCONN: it is not bound here.</exception>
    void Unbind(EventChannelPort port);

    /// <summary>Closes all ports that this object bound.</summary>
    void Reset();

    /// <summary>Signals the other end.</summary>
    /// <param name="port">A port that this object bound.</param>
    /// <returns>The kernel's answer; it fails with ENOTCONN if the port is not bound here.</returns>
    HypercallResult Notify(EventChannelPort port);

    /// <summary>Lets a port that <see cref="Wait"/> reported become pending again.</summary>
    /// <param name="port">The port. Unmask before looking at the shared memory, or a notification is lost.</param>
    void Unmask(EventChannelPort port);

    /// <summary>Waits until ports are pending. One thread at a time.</summary>
    /// <param name="pending">Filled with ports, which are masked from here until unmasked.</param>
    /// <param name="timeout">How long to wait at most; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many ports were written; 0 when the time ran out or the wait was cancelled.</returns>
    /// <exception cref="HypercallException">The event channel device failed.</exception>
    /// <exception cref="InvalidOperationException">Another thread waits.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed of, before or in the middle.</exception>
    int Wait(Span<EventChannelPort> pending, TimeSpan timeout, CancellationToken cancellationToken);
}
