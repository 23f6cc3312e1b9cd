using System;

namespace VirtioHosting;

/// <summary>A command cannot do what it was asked to do.</summary>
/// <param name="code">How the program ends.</param>
/// <param name="message">What is wrong, and what to do.</param>
internal sealed class ToolException(int code, string message) : Exception(message)
{
    /// <summary>How the program ends.</summary>
    internal int Code => code;
}
