using Xen.Store;

namespace Xen.DeviceModel;

/// <summary>The watch of the guest's end of a device. A guest may write there as often as it likes.</summary>
/// <param name="watch">The watch: of the directory, and of what is right below it, whose first write makes the
/// directory.</param>
internal sealed class FrontendWatch(XenStoreWatch watch)
{
    private volatile bool _isPresent;
    private volatile bool _isRefused;

    /// <summary>The watch.</summary>
    internal XenStoreWatch Watch => watch;

    /// <summary>Whether the directory is known to be there: then all that matters is whether it goes away.</summary>
    internal bool IsPresent
    {
        get => _isPresent;
        set => _isPresent = value;
    }

    /// <summary>Whether the store refused to set it again: it says nothing any more.</summary>
    internal bool IsRefused
    {
        get => _isRefused;
        set => _isRefused = value;
    }

    /// <summary>Whether an event is a reason to look at the device.</summary>
    internal bool IsOfInterest(XenStoreWatchEvent change) => change.Kind switch
    {
        // It says that the watch is set, which is known.
        XenStoreWatchEventKind.Initial => false,
        XenStoreWatchEventKind.Changed => !_isPresent || change.Path == watch.Path,
        _ => true,
    };
}
