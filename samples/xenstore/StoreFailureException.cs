using System;

namespace Xen.Store.Cli;

/// <summary>A command cannot do its work; what is to be said, and how the tool is to end.</summary>
/// <param name="code">The exit code.</param>
/// <param name="message">What is to be said; empty for nothing.</param>
internal sealed class StoreFailureException(int code, string message) : Exception(message)
{
    /// <summary>The exit code.</summary>
    public int Code { get; } = code;
}
