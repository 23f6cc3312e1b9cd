using System;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using Xen.Virtio.Devices.Console;

namespace Xen.Virtio.Linux.Tests.Console;

/// <summary>Uses an end as the device does: what comes to nothing is tried again after <c>Changed</c>.</summary>
internal sealed class EndUser : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly IConsoleEnd _end;
    private readonly ManualResetEventSlim _canRead = new();
    private readonly ManualResetEventSlim _canWrite = new();
    private int _changes;

    public EndUser(IConsoleEnd end)
    {
        _end = end;
        end.Changed += OnChanged;
    }

    public int Changes => Volatile.Read(ref _changes);

    public byte[] Read(int count)
    {
        var data = new byte[count];
        var read = 0;
        while (read < count)
        {
            _canRead.Reset();
            var taken = _end.Read(data.AsSpan(read, Math.Min(count - read, 4096)));
            read += taken;
            if (taken == 0 && !_canRead.Wait(Patience))
                throw new TimeoutException($"{read} of {count} bytes were read");
        }

        return data;
    }

    public void Write(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            _canWrite.Reset();
            var taken = _end.Write(data);
            data = data[taken..];
            if (!data.IsEmpty && !_canWrite.Wait(Patience))
                throw new TimeoutException($"{data.Length} bytes were not written");
        }
    }

    public void WaitConnected(bool isConnected = true) => WaitUntil(() => _end.IsConnected == isConnected);

    public static void WaitUntil(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience));

    public static byte[] RandomBytes(int count, int seed)
    {
        var data = new byte[count];
        new Random(seed).NextBytes(data);
        return data;
    }

    public static string Hash(ReadOnlySpan<byte> data) => Convert.ToHexString(SHA256.HashData(data));

    public static byte[] ReadFrom(Stream stream, int count, Action? between = null)
    {
        var data = new byte[count];
        for (var read = 0; read < count;)
        {
            between?.Invoke();
            var taken = stream.Read(data, read, Math.Min(count - read, 4096));
            if (taken == 0)
                throw new EndOfStreamException($"{read} of {count} bytes came");
            read += taken;
        }

        return data;
    }

    public void Dispose()
    {
        _end.Changed -= OnChanged;
        _canRead.Dispose();
        _canWrite.Dispose();
    }

    private void OnChanged(object? sender, EventArgs e)
    {
        Interlocked.Increment(ref _changes);
        _canRead.Set();
        _canWrite.Set();
    }
}
