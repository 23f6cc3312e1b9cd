using Xen.Virtio.Spec;

namespace Xen.Virtio.Tests.Queues;

/// <summary>Every combination of features that changes what a queue does.</summary>
public static class QueueKinds
{
    /// <summary>Feature bits of each kind of queue.</summary>
    public static TheoryData<ulong> All
    {
        get
        {
            var all = new TheoryData<ulong>();
            ulong[] bits =
            [
                VirtioFeatures.RingPacked, VirtioFeatures.IndirectDescriptors, VirtioFeatures.EventIndex,
                VirtioFeatures.InOrder,
            ];
            for (var set = 0; set < 1 << bits.Length; set++)
            {
                var features = VirtioFeatures.Version1;
                for (var i = 0; i < bits.Length; i++)
                    features |= (set & (1 << i)) != 0 ? bits[i] : 0;
                all.Add(features);
            }

            return all;
        }
    }

    /// <summary>Split and packed, with everything else.</summary>
    public static TheoryData<ulong> Layouts => new(
        VirtioFeatures.Version1 | VirtioFeatures.IndirectDescriptors | VirtioFeatures.EventIndex,
        VirtioFeatures.Version1 | VirtioFeatures.IndirectDescriptors | VirtioFeatures.EventIndex
        | VirtioFeatures.RingPacked);
}
