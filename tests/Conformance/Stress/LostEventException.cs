using System;

namespace Conformance.Stress;

/// <summary>A receiver was not woken.</summary>
/// <param name="message">Which event it was.</param>
internal sealed class LostEventException(string message) : Exception(message);
