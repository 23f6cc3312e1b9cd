using System;
using System.Collections.Generic;
using Microsoft.Extensions.Logging;

namespace Xen.Virtio.Linux.Tests.I2c;

/// <summary>Keeps what was logged: the number of the event, and its text.</summary>
internal sealed class LogLines : ILogger
{
    public List<(int Id, string Text)> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) => Lines.Add((eventId.Id, formatter(state, exception)));
}
