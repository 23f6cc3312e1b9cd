using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using VirtioHosting;
using Xen.DeviceModel;

namespace VirtioConsole.Ports;

/// <summary>Which device has which link or socket, so that no console takes away another one's. Thread-safe.</summary>
/// <param name="patience">
/// How long a path of another guest may stay in use: a guest that boots again has another number, and may come before
/// the one that it was has been let go of.
/// </param>
internal sealed class PathsInUse(TimeSpan patience)
{
    private readonly object _gate = new();
    private readonly Dictionary<string, BackendDeviceId> _owners = [];

    /// <summary>Takes a path.</summary>
    /// <param name="path">The path, with numbers in their places.</param>
    /// <param name="device">Who takes it.</param>
    /// <exception cref="UsageException">Another device has it, or this one has it twice.</exception>
    internal void Take(string path, BackendDeviceId device)
    {
        path = Path.GetFullPath(path);
        var begin = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (_owners.TryGetValue(path, out var owner))
            {
                var rest = patience - Stopwatch.GetElapsedTime(begin);
                if (owner.Frontend == device.Frontend || rest <= TimeSpan.Zero)
                {
                    throw new UsageException(
                        $"{path} is domain {owner.Frontend}'s already; put {Placeholder(owner, device)} into it");
                }

                Monitor.Wait(_gate, rest);
            }

            _owners.Add(path, device);
        }
    }

    /// <summary>Gives a path back.</summary>
    internal void GiveBack(string path)
    {
        lock (_gate)
        {
            _owners.Remove(Path.GetFullPath(path));
            Monitor.PulseAll(_gate);
        }
    }

    private static string Placeholder(BackendDeviceId owner, BackendDeviceId device) =>
        owner.Frontend == device.Frontend ? "%n" : "%d";
}
