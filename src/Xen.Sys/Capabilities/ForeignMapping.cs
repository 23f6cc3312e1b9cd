using System;
using System.Threading;

namespace Xen.Sys;

/// <summary>What all mappings share: their views are counted, and the memory is given back exactly once.</summary>
public abstract unsafe class ForeignMapping : IForeignMapping
{
    // Bit 31: the owner has it. The rest: open views.
    private const int Owned = int.MinValue;

    private readonly int[]? _errors;
    private readonly byte* _address;
    private int _state;

    /// <summary>Takes over memory that is mapped.</summary>
    /// <param name="address">Its first byte.</param>
    /// <param name="pageCount">Its length in pages of <see cref="XenPage.Size"/>.</param>
    /// <param name="access">How it is mapped.</param>
    /// <param name="errors">0 or a positive errno for each page; empty if all are there. Copied if one is not 0.</param>
    protected ForeignMapping(byte* address, int pageCount, ForeignAccess access, ReadOnlySpan<int> errors)
    {
        _address = address;
        PageCount = pageCount;
        Access = access;
        _errors = errors.ContainsAnyExcept(0) ? errors.ToArray() : null;

        // Last: the finalizer of an object whose constructor failed gives nothing back, since its creator does.
        _state = Owned;
    }

    /// <summary>Gives the memory back if its owner forgot to.</summary>
    ~ForeignMapping() => Dispose(isDisposing: false);

    /// <inheritdoc/>
    public byte* Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return _address;
        }
    }

    /// <inheritdoc/>
    public int PageCount { get; }

    /// <inheritdoc/>
    public ForeignAccess Access { get; }

    private bool IsDisposed => Volatile.Read(ref _state) >= 0;

    /// <inheritdoc/>
    public int GetError(int page)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(page);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(page, PageCount);
        return _errors is null ? 0 : _errors[page];
    }

    /// <inheritdoc/>
    public ForeignView OpenView()
    {
        var state = Volatile.Read(ref _state);
        while (true)
        {
            ObjectDisposedException.ThrowIf(state >= 0, this);
            var seen = Interlocked.CompareExchange(ref _state, state + 1, state);
            if (seen == state)
                return new ForeignView(this, _address);
            state = seen;
        }
    }

    /// <summary>Gives the memory back, now or when the last view ends.</summary>
    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Unmaps the memory. Called once, when nobody has it any more.</summary>
    /// <param name="address">Its first byte.</param>
    /// <param name="pageCount">Its length in pages.</param>
    protected abstract void Unmap(byte* address, int pageCount);

    /// <summary>Says that the owner is done. Memory with a view that nobody ever disposed of stays mapped.</summary>
    /// <param name="isDisposing">False from a finalizer.</param>
    protected virtual void Dispose(bool isDisposing)
    {
        if (Interlocked.And(ref _state, ~Owned) == Owned)
            Unmap(_address, PageCount);
    }

    // A view that was copied may end more often than it began: what is more than all open views is none's end.
    internal void Release()
    {
        var state = Volatile.Read(ref _state);
        while ((state & ~Owned) != 0)
        {
            var seen = Interlocked.CompareExchange(ref _state, state - 1, state);
            if (seen == state)
            {
                if (state == 1)
                    Unmap(_address, PageCount);
                return;
            }

            state = seen;
        }
    }
}
