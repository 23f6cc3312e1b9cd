namespace Xen.Benchmarks.DeviceModel;

/// <summary>What one turn took.</summary>
/// <param name="Nanoseconds">For one operation.</param>
/// <param name="Allocated">Bytes that the thread which is measured allocated in the whole turn.</param>
internal readonly record struct Turn(double Nanoseconds, long Allocated);
