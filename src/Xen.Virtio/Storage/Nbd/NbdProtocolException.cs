using System;

namespace Xen.Virtio.Storage.Nbd;

/// <summary>A server says what it must not say: the connection ends. Does not leave the back end.</summary>
internal sealed class NbdProtocolException(string message) : Exception(message);
