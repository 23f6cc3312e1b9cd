using System.Buffers;
using System.Text;

namespace Xen.Store.Cli.Text;

/// <summary>A value in its printable form, as a string.</summary>
internal static class ValueString
{
    /// <summary>In quotes.</summary>
    public static string Quote(byte[] value)
    {
        var text = new ArrayBufferWriter<byte>();
        ValueText.Escape(value, text);
        return $"\"{Encoding.ASCII.GetString(text.WrittenSpan)}\"";
    }
}
