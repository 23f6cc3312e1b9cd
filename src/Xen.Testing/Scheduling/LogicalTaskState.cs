namespace Xen.Testing.Scheduling;

/// <summary>Whether a task can run.</summary>
public enum LogicalTaskState
{
    /// <summary>It can run a step.</summary>
    Runnable,

    /// <summary>It waits for another task.</summary>
    Blocked,

    /// <summary>It has ended.</summary>
    Done,
}
