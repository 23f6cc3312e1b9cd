namespace Xen.Testing.Scheduling;

/// <summary>Something that goes on in steps, each of which runs without a break.</summary>
public interface ILogicalTask
{
    /// <summary>What to call it in a report.</summary>
    string Name { get; }

    /// <summary>Whether it can run a step now.</summary>
    LogicalTaskState State { get; }

    /// <summary>A run may end before this task has: it serves others, and waits for them for ever.</summary>
    bool IsServant { get; }

    /// <summary>Runs one step.</summary>
    void RunStep();
}
