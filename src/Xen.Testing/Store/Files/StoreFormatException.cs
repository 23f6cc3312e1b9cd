using System;

namespace Xen.Testing.Store.Files;

/// <summary>A file is no store, or is damaged.</summary>
public sealed class StoreFormatException : FormatException
{
    /// <summary>Makes one.</summary>
    /// <param name="problem">What is wrong.</param>
    /// <param name="path">The node where it is, if there is one.</param>
    /// <param name="innerException">The cause, if it was an exception.</param>
    public StoreFormatException(string problem, string? path = null, Exception? innerException = null)
        : base(path is null ? $"no store: {problem}" : $"no store: {path}: {problem}", innerException) => Path = path;

    /// <summary>The node where it is; null if it is in no node.</summary>
    public string? Path { get; }
}
