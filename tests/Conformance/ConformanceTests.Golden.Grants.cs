using Conformance.Golden;
using Xen.Sys;

namespace Conformance;

/// <content>The golden table's lines about the grant driver.</content>
public abstract partial class ConformanceTests
{
    [Fact]
    [Golden(
        "gntdev/name-a-reference-that-is-not-there", "gntdev/its-place", "gntdev/map-it", "gntdev/give-it-back",
        "gntdev/give-it-back-again", "gntdev/name-no-reference")]
    public void Reference_that_is_not_there_shows_when_it_is_mapped()
    {
        using var gntdev = new RawDevice(_xen.Kernel, RawDevice.GrantDevice);
        var map = new ioctl_gntdev_map_grant_ref { count = 1 };
        map.refs[0].domid = Hvm.Value;
        map.refs[0].@ref = 9;
        Golden("gntdev/name-a-reference-that-is-not-there", gntdev.Ioctl(XenAbi.IOCTL_GNTDEV_MAP_GRANT_REF, ref map));
        Golden("gntdev/its-place", (long)map.index);
        Golden("gntdev/map-it", gntdev.TryMap(1, isReadOnly: false, map.index, out _));
        Golden("gntdev/give-it-back", GiveBack());
        Golden("gntdev/give-it-back-again", GiveBack());
        map.count = 0;
        Golden("gntdev/name-no-reference", gntdev.Ioctl(XenAbi.IOCTL_GNTDEV_MAP_GRANT_REF, ref map));

        HypercallResult GiveBack()
        {
            var unmap = new ioctl_gntdev_unmap_grant_ref { index = map.index, count = 1 };
            return gntdev.Ioctl(XenAbi.IOCTL_GNTDEV_UNMAP_GRANT_REF, ref unmap);
        }
    }
}
