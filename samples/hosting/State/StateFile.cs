using System;
using System.Buffers.Binary;
using System.IO;
using System.Security.Cryptography;

namespace VirtioHosting.State;

/// <summary>A file that holds what was written last or what was written before, never a mixture.</summary>
internal static class StateFile
{
    private const uint Magic = 0x31534456; // "VDS1"
    private const int HeaderLength = sizeof(uint) + SHA256.HashSizeInBytes;
    private const int LongestPayload = 1 << 20;

    /// <summary>Replaces a file.</summary>
    /// <exception cref="IOException">There is no room, or no folder.</exception>
    internal static void Write(string path, ReadOnlySpan<byte> payload)
    {
        var bytes = new byte[HeaderLength + payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        SHA256.HashData(payload, bytes.AsSpan(sizeof(uint)));
        payload.CopyTo(bytes.AsSpan(HeaderLength));
        var temporary = path + ".new";
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads a file.</summary>
    /// <returns>Null if there is none, or if it is damaged or something else.</returns>
    internal static byte[]? TryRead(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length is < HeaderLength or > HeaderLength + LongestPayload)
                return null;
            var bytes = File.ReadAllBytes(path);
            if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
                return null;
            var payload = bytes[HeaderLength..];
            return SHA256.HashData(payload).AsSpan().SequenceEqual(bytes.AsSpan(sizeof(uint), SHA256.HashSizeInBytes))
                ? payload
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
