using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using Xen.Virtio.Storage;
using Xen.Virtio.Storage.Nbd;

namespace Xen.Benchmarks.Virtio;

/// <summary>A block device with a window of one request against one of 32, in turns, over back ends of several kinds.</summary>
internal static class DepthComparison
{
    private const int ImageBytes = 64 << 20;
    private const int Wide = 32;
    private static readonly TimeSpan s_turn = TimeSpan.FromSeconds(0.4);

    internal static int Run(int turns)
    {
        Console.WriteLine(
            $".NET {Environment.Version}, {Environment.ProcessorCount} processors, {turns} turns; random reads of 4 KiB, 32 under "
            + $"way in the guest; requests per second\n\n{"",-36}{"depth 1",12}{"depth 32",12}{"ratio: medians",16}{"best",8}");
        using (var slow = new SlowDisk(ImageBytes, TimeSpan.FromMicroseconds(200)))
            Compare("200 us for each request", slow, turns);

        var folder = Directory.CreateTempSubdirectory("depth-");
        try
        {
            var image = Path.Combine(folder.FullName, "disk.img");
            var content = new byte[ImageBytes];
            new Random(1).NextBytes(content);
            File.WriteAllBytes(image, content);
            using (var file = RawFileBackend.Open(image))
                Compare("raw file in the page cache", file, turns);
            CompareNbd(folder, image, turns);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return 0;
    }

    private static void CompareNbd(DirectoryInfo folder, string image, int turns)
    {
        var socket = Path.Combine(folder.FullName, "socket");
        using var server = Process.Start(
            "qemu-nbd", ["--persistent", "--shared=4", "--format=raw", "--export-name=disk", $"--socket={socket}", image])
            ?? throw new IOException("qemu-nbd does not start");
        try
        {
            var endpoint = NbdEndpoint.Unix(socket, "disk");
            NbdBackend? backend = null;
            for (var attempt = 0; backend is null; attempt++)
            {
                try
                {
                    backend = NbdBackend.Connect(endpoint);
                }
                catch (BlockBackendException e) when (e.InnerException is SocketException && attempt < 1000)
                {
                    Thread.Sleep(5);
                }
            }

            using (backend)
                Compare("qemu-nbd on a Unix socket", backend, turns);
        }
        finally
        {
            server.Kill();
            server.WaitForExit();
        }
    }

    private static void Compare(string name, IBlockBackend disk, int turns)
    {
        var (narrow, wide) = (new List<double>(), new List<double>());
        for (var turn = -1; turn < turns; turn++)
        {
            // Who begins alternates; the first turn warms up.
            int[] depths = turn % 2 == 0 ? [1, Wide] : [Wide, 1];
            foreach (var depth in depths)
            {
                using var guest = new DepthGuest(disk, depth);
                var speed = guest.Run(s_turn);
                if (turn >= 0)
                    (depth == 1 ? narrow : wide).Add(speed);
            }
        }

        Console.WriteLine(
            $"{name,-36}{Median(narrow),12:F0}{Median(wide),12:F0}{Median(wide) / Median(narrow),16:F2}{wide.Max() / narrow.Max(),8:F2}");
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
