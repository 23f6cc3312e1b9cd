namespace Xen.Testing.Linux;

/// <summary>A piece of the process's address space that a driver has filled. Used under the kernel's gate.</summary>
internal abstract unsafe class VirtualArea
{
    /// <summary>Where it starts.</summary>
    internal nuint Start { get; private set; }

    /// <summary>Its length in bytes, whole pages.</summary>
    internal nuint Length { get; private set; }

    internal nuint End => Start + Length;

    /// <summary>It is a buffer for hypercalls, which its user keeps for the next one.</summary>
    internal virtual bool IsBuffer => false;

    /// <summary>Whether a part of it may be unmapped.</summary>
    internal virtual bool MaySplit => false;

    /// <summary>It has its place in the address space, where nothing is yet.</summary>
    internal void Place(nuint start, nuint length)
    {
        Start = start;
        Length = length;
        Appear((byte*)start);
    }

    /// <summary>A piece of it is left.</summary>
    internal void Shrink(nuint start, nuint end) => (Start, Length) = (start, end - start);

    /// <summary>What is left behind a piece in the middle that was unmapped.</summary>
    internal virtual VirtualArea Remainder() => this;

    /// <summary>Its memory is not there any more.</summary>
    internal virtual void Vanish()
    {
    }

    /// <summary>Shows its memory.</summary>
    /// <exception cref="System.InvalidOperationException">The host refuses.</exception>
    protected virtual void Appear(byte* address)
    {
    }
}
