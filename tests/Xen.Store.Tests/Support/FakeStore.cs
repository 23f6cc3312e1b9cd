using System.Collections.Generic;
using System.Threading;
using Xen.Store.Protocol;

namespace Xen.Store.Tests.Support;

/// <summary>The simplest answers that make sense: a node's value is its path and more.</summary>
internal sealed class FakeStore
{
    private int _lastTransaction;

    internal static string ValueOf(string path) => $"value of {path}";

    internal IEnumerable<Packet> Answer(Packet request)
    {
        switch (request.Type)
        {
            case MessageType.Read:
                yield return request.Answer(ValueOf(request.Subject));
                break;
            case MessageType.TransactionStart:
                yield return request.Answer($"{Interlocked.Increment(ref _lastTransaction)}\0");
                break;
            case MessageType.Watch:
                yield return request.Answer("OK\0");
                yield return Packet.Event(request.Subject, request.Text.Split('\0')[1]);
                break;
            case MessageType.GetDomainPath:
                yield return request.Answer($"/local/domain/{request.Subject}\0");
                break;
            default:
                yield return request.Answer("OK\0");
                break;
        }
    }
}
