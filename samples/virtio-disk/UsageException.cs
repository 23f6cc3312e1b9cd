using System;

namespace VirtioDisk;

/// <summary>What the user asked for cannot be done to this guest.</summary>
/// <param name="message">What is wrong, and what to do.</param>
internal sealed class UsageException(string message) : Exception(message);
