using System.Runtime.InteropServices;

namespace Xen.Privcmd;

/// <summary>Who has eventfds for an <see cref="EventPoller{T}"/>, whose thread makes the calls.</summary>
/// <typeparam name="T">What an eventfd is about.</typeparam>
internal interface IEventPollerOwner<T>
{
    /// <summary>What there is to wait for, now.</summary>
    T[] List();

    /// <summary>The eventfd of one of them.</summary>
    SafeHandle FileOf(T entry);

    /// <summary>It has been signalled; it may have been taken away since it was listed.</summary>
    void OnReady(T entry);

    /// <summary>An eventfd has been closed: what there is will be asked for again.</summary>
    void OnClosed();
}
