using System;
using System.Threading;
using Xen.Virtio.Devices;

namespace Xen.Virtio.Tests.Support;

/// <summary>Notes that outlive devices; they can be told to have a thread of the process killed before or after a write.</summary>
internal sealed class MemoryNotes(int count) : IDeviceNotes
{
    private readonly ulong[] _words = new ulong[count];
    private string? _victim;
    private volatile int _left;

    public int Count => _words.Length;

    public Span<ulong> Words => _words;

    /// <summary>Half steps until the thread is killed: two for each write, before it and after it.</summary>
    public int StepsLeft => _left;

    /// <summary>Whether it has been killed.</summary>
    public bool IsDead { get; private set; }

    public void Arm(string thread, int steps)
    {
        _left = steps;
        IsDead = false;
        _victim = thread;
    }

    public void Disarm() => _victim = null;

    public ulong Read(int index) => _words[index];

    public void Write(int index, ulong value)
    {
        Step();
        _words[index] = value;
        Step();
    }

    private void Step()
    {
        if (_victim is not { } victim || Thread.CurrentThread.Name != victim)
            return;
        if (_left == 0)
        {
            IsDead = true;
            throw new KilledException();
        }

        _left--;
    }
}
