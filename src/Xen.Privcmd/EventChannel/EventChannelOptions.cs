using System;
using Microsoft.Extensions.Logging;

namespace Xen.Privcmd;

/// <summary>How <see cref="LinuxEventChannels"/> waits.</summary>
public sealed class EventChannelOptions
{
    /// <summary>
    /// For how long a wait asks for pending ports again and again before it lets the thread sleep: saves the time that
    /// waking a thread takes, for the price of a processor. Zero, the default, is never.
    /// </summary>
    public TimeSpan Spin { get; init; }

    /// <summary>Gets what is worth to know; null for nobody.</summary>
    public ILogger? Logger { get; init; }
}
