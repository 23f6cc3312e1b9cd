using System;
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace VirtioDevices.Tests;

/// <summary>Keeps warnings.</summary>
internal sealed class ListLoggers : ILoggerFactory, ILogger
{
    internal ConcurrentQueue<string> Warnings { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // There is this one.
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            Warnings.Enqueue(formatter(state, exception));
    }

    public void Dispose()
    {
        // Nothing is open.
    }
}
