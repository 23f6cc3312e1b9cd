using System;

namespace VirtioHosting;

/// <summary>Something that the user has to change: an option, a key, a guest that cannot be served.</summary>
/// <param name="message">What is wrong, and what to do.</param>
public sealed class UsageException(string message) : Exception(message);
