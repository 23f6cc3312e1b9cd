using System;
using Xen.Store.Protocol;

namespace Xen.Store.Tests.Protocol;

/// <summary>Whatever bytes come, nothing is thrown and nothing is read that is not there.</summary>
public sealed class FuzzTests
{
    private const int Inputs = 1_000_000;

    private static readonly byte[][] s_words =
    [
        "/a/b\0"u8.ToArray(), "ENOENT\0"u8.ToArray(), "12\0a\0bb\0\0"u8.ToArray(), "r5\0"u8.ToArray(), "b65535\0"u8.ToArray(),
        "@releaseDomain\05\0"u8.ToArray(), [0], [0, 0], [0xff], "//"u8.ToArray(), [2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0],
    ];

    [Fact]
    public void Million_inputs_neither_throw_nor_reach_beyond_their_end()
    {
        var random = new Random(20_260_105);
        var bytes = new byte[256];
        var (complete, tooLong, events, parts, permissions, paths) = (0, 0, 0, 0, 0, 0);
        for (var i = 0; i < Inputs; i++)
        {
            // A span is its own guard: to read beyond it throws.
            var input = Fill(random, bytes);
            switch (MessageParser.Read(input, out var message, out var size))
            {
                case ParseStatus.Complete:
                    complete++;
                    Assert.True(size <= input.Length && message.Payload.Length == size - MessageHeader.Size);
                    break;
                case ParseStatus.NeedMoreData:
                    Assert.True(size > input.Length && message.Payload.IsEmpty);
                    break;
                default:
                    tooLong++;
                    Assert.True(message.Payload.IsEmpty);
                    break;
            }

            if (WatchEventPayload.TryParse(input, out var watchEvent))
            {
                events++;
                Assert.True(watchEvent.Path.Length + watchEvent.Token.Length < input.Length);
            }

            if (DirectoryPartPayload.TryParse(input, out var part))
            {
                parts++;
                Assert.True(part.Generation.Length + part.Names.Length + (part.IsLast ? 2 : 1) == input.Length);
            }

            var (strings, length) = (0, 0);
            foreach (var text in new StringList(input))
            {
                strings++;
                length += text.Length;
                if (XenStorePermission.TryParse(text, out _))
                    permissions++;
            }

            Assert.True(strings == StringList.Count(input) && length <= input.Length);
            if (PathRules.Check(input) == PathFault.None)
                paths++;
            ErrorNames.Parse(input);
        }

        // The inputs are such that every parser says yes to some.
        Assert.All([complete, tooLong, events, parts, permissions, paths], static count => Assert.InRange(count, 100, Inputs));
    }

    [Fact]
    public void Stream_of_random_bytes_is_read_until_a_length_is_impossible()
    {
        var random = new Random(20_260_106);
        var chunk = new byte[700];
        for (var stream = 0; stream < 3000; stream++)
        {
            var buffer = new MessageBuffer();
            var status = ParseStatus.NeedMoreData;
            for (var i = 0; i < 20 && status != ParseStatus.TooLong; i++)
            {
                random.NextBytes(chunk);
                // Lengths that are believed, now and then.
                for (var offset = 14; offset < chunk.Length; offset += random.Next(1, 200))
                    chunk.AsSpan(offset, Math.Min(2, chunk.Length - offset)).Clear();
                var space = buffer.FreeSpace;
                Assert.False(space.IsEmpty);
                var count = Math.Min(space.Length, chunk.Length);
                chunk.AsSpan(0, count).CopyTo(space);
                buffer.Advance(count);
                do
                    status = buffer.Read(out var message);
                while (status == ParseStatus.Complete);
            }
        }
    }

    private static ReadOnlySpan<byte> Fill(Random random, byte[] bytes)
    {
        var length = 0;
        for (var pieces = random.Next(6); pieces > 0; pieces--)
        {
            if (random.Next(3) == 0)
            {
                var count = random.Next(20);
                random.NextBytes(bytes.AsSpan(length, count));
                length += count;
            }
            else
            {
                var word = s_words[random.Next(s_words.Length)];
                word.CopyTo(bytes, length);
                length += word.Length;
            }
        }

        if (length > 0 && random.Next(4) == 0)
            bytes[random.Next(length)] ^= (byte)(1 << random.Next(8));
        return bytes.AsSpan(0, length);
    }
}
