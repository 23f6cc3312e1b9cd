using System.Threading;

namespace Xen.Store.Connection;

/// <summary>Requests that were used, to be used again.</summary>
internal sealed class RequestPool
{
    private const int Capacity = 64;

    private readonly Lock _gate = new();
    private readonly PendingRequest?[] _requests = new PendingRequest?[Capacity];
    private int _count;

    internal PendingRequest Rent()
    {
        lock (_gate)
        {
            if (_count > 0)
                return _requests[--_count]!;
        }

        return new PendingRequest(this);
    }

    internal void Return(PendingRequest request)
    {
        lock (_gate)
        {
            if (_count < Capacity)
                _requests[_count++] = request;
        }
    }
}
