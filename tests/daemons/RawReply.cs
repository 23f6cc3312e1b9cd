using System.Text;

namespace TestSupport;

/// <summary>A packet from the store's daemon.</summary>
internal sealed record RawReply(uint Type, uint Request, uint Transaction, byte[] Payload)
{
    public bool IsError => Type == RawStore.Error;

    /// <summary>The payload as text, with the zeros that it has.</summary>
    public string Text => Encoding.UTF8.GetString(Payload);

    public override string ToString() => $"type {Type}: {Text.Replace("\0", "\\0", System.StringComparison.Ordinal)}";
}
