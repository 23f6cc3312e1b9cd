using System;
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Xen.Virtio.Linux.Tests.Console;

/// <summary>Keeps the numbers of what was logged, by any thread.</summary>
internal sealed class ConsoleLogLines : ILogger
{
    public ConcurrentQueue<int> Events { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) => Events.Enqueue(eventId.Id);
}
