using System;

namespace Xen.Testing.Hypervisor;

/// <summary>A device model broke the IOREQ protocol: the real Xen would have crashed the guest or left it hanging.</summary>
/// <param name="message">What it did.</param>
public sealed class IoreqProtocolException(string message) : Exception(message);
