namespace Xen.Machine;

/// <summary>What a PCI function is plugged into. Callable from within an access; never throws.</summary>
public interface IPciHost
{
    /// <summary>Where the function's message-signalled interrupts go.</summary>
    IMsiSink Msi { get; }

    /// <summary>The function's pin, INTA.</summary>
    IInterruptLine Pin { get; }

    /// <summary>The guest has placed a window and decodes it: it is to be reached there, and nowhere else.</summary>
    /// <remarks>
    /// What cannot be, since another window is there, is no error: the window is to be reached as soon as the place is free.
    /// </remarks>
    /// <param name="bar">Which base address register, 0 to 5.</param>
    /// <param name="address">Guest physical address. Any value: it comes from the guest.</param>
    /// <param name="window">Answers there.</param>
    void MapBar(int bar, ulong address, IMmioDevice window);

    /// <summary>The window is decoded no longer. Without effect if it is not mapped.</summary>
    /// <param name="bar">Which base address register, 0 to 5.</param>
    void UnmapBar(int bar);
}
