using System.Text;

namespace Xen.Domain.Tests.Support;

/// <summary>
/// A console daemon that listens to so many notifications in a period of its clock, and after them to none until the period
/// is over, as xenconsoled does.
/// </summary>
// SAFETY: the ring is the machine's, and places in it are taken modulo its size.
internal sealed unsafe class RateLimitedDaemon
{
    private const int Allowance = 30;
    private const ulong Period = 200_000_000;

    private readonly TestMachine _machine;
    private readonly StringBuilder _text = new();
    private ulong _periodEnd;
    private int _heard;
    private bool _isPending;
    private bool _hasTaken;

    internal RateLimitedDaemon(TestMachine machine)
    {
        _machine = machine;
        machine.Daemon = GoOn;
    }

    /// <summary>A way to Xen that has nothing but event channels.</summary>
    internal NotifyingTransport Transport => new(this);

    /// <summary>True for one that has ended: nobody listens.</summary>
    internal bool IsGone { get; init; }

    internal int Notifications { get; private set; }

    /// <summary>How often it had enough.</summary>
    internal int Periods { get; private set; }

    internal string Text => _text.ToString();

    internal void Notify()
    {
        Notifications++;
        if (IsGone)
            return;
        if (_machine.Time >= _periodEnd)
            BeginPeriod();
        _isPending = _heard == Allowance;
        if (_isPending)
            return;
        _heard++;
        Take();
    }

    internal void Take()
    {
        var ring = _machine.Console;
        _hasTaken = ring->out_cons != ring->out_prod;
        while (ring->out_cons != ring->out_prod)
            _text.Append((char)((byte*)&ring->@out)[ring->out_cons++ % ConsoleRing.OutputSize]);
    }

    // The domain sleeps: it is woken up if something was taken. Else the period ends, and what is pending is heard.
    private bool GoOn()
    {
        if (_hasTaken || !_isPending)
        {
            var isWoken = _hasTaken;
            _hasTaken = false;
            return isWoken;
        }

        Periods++;
        _machine.Time = _periodEnd;
        _isPending = false;
        BeginPeriod();
        _heard++;
        Take();
        _hasTaken = false;
        return true;
    }

    private void BeginPeriod()
    {
        _periodEnd = _machine.Time + Period;
        _heard = 0;
    }
}
