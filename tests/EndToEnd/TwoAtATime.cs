// A boot of Xen in QEMU keeps one processor busy, and machines have two at least. Tests of one class run one after the other.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
[assembly: TestCollectionOrderer(typeof(EndToEnd.LongestFirst))]
