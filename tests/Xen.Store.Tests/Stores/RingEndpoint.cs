using System;
using System.Collections.Concurrent;
using System.IO;
using System.Threading;

namespace Xen.Store.Tests.Stores;

/// <summary>A domain's way to the store over its ring. As a kernel does, it takes all that is to be sent at once.</summary>
internal sealed class RingEndpoint(FakeDomain domain) : XenStoreEndpoint
{
    public override string Name => $"ring of domain {domain.Domid}";

    public override IXenStoreTransport Open() => new Transport(domain);

    private sealed class Transport : IXenStoreTransport
    {
        private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(50);

        private readonly BlockingCollection<byte[]> _outgoing = [];
        private readonly FakeDomain _domain;
        private volatile bool _isDisposed;

        internal Transport(FakeDomain domain)
        {
            _domain = domain;
            new Thread(SendAll) { IsBackground = true, Name = $"kernel of domain {domain.Domid}" }.Start();
        }

        public XenStoreTransportTraits Traits => XenStoreTransportTraits.None;

        public int Send(ReadOnlySpan<byte> bytes, TimeSpan timeout)
        {
            try
            {
                _outgoing.Add(bytes.ToArray());
                return bytes.Length;
            }
            catch (InvalidOperationException error)
            {
                throw new IOException("closed", error);
            }
        }

        public int Receive(Span<byte> buffer, TimeSpan timeout)
        {
            while (!_isDisposed)
            {
                try
                {
                    return _domain.Receive(buffer, timeout == Timeout.InfiniteTimeSpan ? Slice : timeout);
                }
                catch (TimeoutException)
                {
                    if (timeout != Timeout.InfiniteTimeSpan)
                        return -1;
                }
            }

            return 0;
        }

        public void Dispose()
        {
            _isDisposed = true;
            _outgoing.CompleteAdding();
        }

        private void SendAll()
        {
            foreach (var bytes in _outgoing.GetConsumingEnumerable())
                _domain.Send(bytes);
        }
    }
}
