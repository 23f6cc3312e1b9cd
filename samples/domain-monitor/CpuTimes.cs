using System;
using Xen.Sys;

namespace DomainMonitor;

/// <summary>What the domains of one table had run, for the next one to compare with.</summary>
/// <param name="current">Room for the table that is being printed.</param>
/// <param name="previous">Room for the one before.</param>
/// <remarks>Both are in the order of domains. Domains beyond the capacity are not compared.</remarks>
internal ref struct CpuTimes(Span<CpuTime> current, Span<CpuTime> previous)
{
    /// <summary>How many domains can be compared.</summary>
    internal const int Capacity = 256;

    private Span<CpuTime> _current = current;
    private Span<CpuTime> _previous = previous;
    private int _currentCount;
    private int _previousCount;
    private int _position;
    private ulong _currentTime;
    private ulong _previousTime;

    /// <summary>Begins a table.</summary>
    /// <param name="time">System time.</param>
    internal void Begin(ulong time)
    {
        var free = _previous;
        _previous = _current;
        _previousCount = _currentCount;
        _previousTime = _currentTime;
        _current = free;
        _currentCount = 0;
        _currentTime = time;
        _position = 0;
    }

    /// <summary>Notes a domain, each with a higher number than the one before.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="running">Nanoseconds that it has run.</param>
    /// <param name="permille">Of the time since the last table; 1000 is one CPU.</param>
    /// <returns>False if the last table had no such domain: one that has run less since is another one.</returns>
    internal bool Note(DomainId domain, ulong running, out ulong permille)
    {
        if (_currentCount < _current.Length)
            _current[_currentCount++] = new CpuTime { Domain = domain, Running = running };

        permille = 0;
        while (_position < _previousCount && _previous[_position].Domain.Value < domain.Value)
            _position++;
        if (_position == _previousCount || _previous[_position].Domain.Value != domain.Value)
            return false;
        var before = _previous[_position].Running;
        var unit = (_currentTime - _previousTime) / 1000;
        if (running < before || unit == 0)
            return false;
        permille = (running - before) / unit;
        return true;
    }
}
