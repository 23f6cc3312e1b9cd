using System;
using System.IO;
using System.Threading;
using Microsoft.Extensions.Logging;
using VirtioHosting.Daemon;
using Xen.Machine;

namespace VirtioHosting.State;

/// <summary>Keeps a part's state in a file, from before the guest is told that its change is done.</summary>
internal sealed class StateKeeper : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ISavedState _part;
    private readonly string _path;
    private readonly ILogger _logger;
    private byte[] _last = [];
    private bool _hasFailed;
    private bool _hasEnded;

    private StateKeeper(ISavedState part, string path, ILogger logger)
    {
        _part = part;
        _path = path;
        _logger = logger;
        part.StateChanged += OnChange;
    }

    /// <summary>Whether the part goes on where it was when its file was written.</summary>
    internal bool HasRestored { get; private init; }

    /// <summary>Begins: restores what is in the file, if it can be used, and writes every change from now on.</summary>
    /// <param name="part">The part.</param>
    /// <param name="path">The file.</param>
    /// <param name="mayRestore">Whether what is in the file is of this part.</param>
    /// <param name="logger">Told if the file cannot be used or written.</param>
    internal static StateKeeper Begin(ISavedState part, string path, bool mayRestore, ILogger logger)
    {
        var isThere = mayRestore && File.Exists(path);
        var isRestored = isThere && StateFile.TryRead(path) is { } state && part.TryRestoreState(state);
        if (isThere && !isRestored)
            logger.StateUnusable(path);
        var keeper = new StateKeeper(part, path, logger) { HasRestored = isRestored };
        keeper.Save();
        return keeper;
    }

    /// <summary>Writes no more: what is in the file stays there.</summary>
    public void Dispose()
    {
        _part.StateChanged -= OnChange;
        lock (_gate)
            _hasEnded = true;
    }

    private void OnChange(object? sender, EventArgs e) => Save();

    // The state is taken within the lock, so that the last one written is the last one there was.
    private void Save()
    {
        lock (_gate)
        {
            if (_hasEnded)
                return;
            var state = _part.SaveState();
            if (state.AsSpan().SequenceEqual(_last))
                return;
            try
            {
                StateFile.Write(_path, state);
                _last = state;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // The guest is served nevertheless; only a restart of the daemon would harm it.
                if (!_hasFailed)
                    _logger.StateNotSaved(_path, error.Message);
                _hasFailed = true;
            }
        }
    }
}
