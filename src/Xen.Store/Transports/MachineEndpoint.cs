using System;
using System.Linq;

namespace Xen.Store;

/// <summary>Looks for the store of this machine in the places where it may be.</summary>
internal sealed class MachineEndpoint : XenStoreEndpoint
{
    private const string PathVariable = "XENSTORED_PATH";

    private static readonly XenStoreEndpoint[] Places =
    [
        new UnixEndpoint("/run/xenstored/socket"),
        new UnixEndpoint("/var/run/xenstored/socket"),
        new XenbusEndpoint(XenbusEndpoint.DevicePath),
        new XenbusEndpoint("/proc/xen/xenbus"),
    ];

    public override string Name => "this machine's store";

    public override IXenStoreTransport Open()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } path)
            return new UnixEndpoint(path).Open();

        XenStoreConnectException? first = null;
        foreach (var place in Places)
        {
            try
            {
                return place.Open();
            }
            catch (XenStoreConnectException error)
            {
                // A place that is there but closed to us says more than one that is not there.
                if (first is null || (first.IsMissing && !error.IsMissing))
                    first = error;
            }
        }

        throw first!.IsMissing
            ? new XenStoreConnectException(Name, $"none of {string.Join(", ", Places.Select(place => place.Name))} is there")
            : first;
    }
}
