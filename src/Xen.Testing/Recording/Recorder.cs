using System;
using System.IO;
using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Recording;

/// <summary>Writes calls to a file, each when it has ended: what was written is whole, however the program ends.</summary>
/// <remarks>
/// The transport and the capabilities of a program share one recorder. README.md beside this file has the format.
/// Thread-safe; what the file throws reaches the caller of the call that was to be written.
/// </remarks>
public sealed class Recorder : IDisposable
{
    private readonly Stream _stream;
    private readonly Lock _gate = new();
    private long _number;

    /// <summary>Starts a recording.</summary>
    /// <param name="stream">Where to; disposed of with this.</param>
    public Recorder(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        Write(RecordingWriter.Header());
    }

    /// <summary>Starts a recording in a new file, or in place of an old one.</summary>
    /// <param name="path">The file.</param>
    public static Recorder Create(string path) =>
        new(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read));

    /// <summary>Ends the recording.</summary>
    public void Dispose() => _stream.Dispose();

    internal void Write(RecordedCall call)
    {
        lock (_gate)
            Write(RecordingWriter.Line(call with { Number = ++_number }));
    }

    /// <summary>Carries out a call of a capability, and writes it with its results or its refusal.</summary>
    /// <remarks>What the call gave is disposed of if it cannot be written: its caller never sees it.</remarks>
    internal T Record<T>(RecordedCall call, Func<T> run, Func<T, RecordedCall, RecordedCall> complete)
    {
        T result;
        try
        {
            result = run();
        }
        catch (HypercallException error)
        {
            Write(call with { Error = error.Operation, Result = HypercallResult.Failure(error.Errno) });
            throw;
        }

        try
        {
            Write(complete(result, call));
            return result;
        }
        catch
        {
            (result as IDisposable)?.Dispose();
            throw;
        }
    }

    private void Write(byte[] line)
    {
        _stream.Write(line);
        _stream.Flush();
    }
}
