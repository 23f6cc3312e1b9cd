namespace Xen.Virtio.Storage.Nbd;

/// <summary>Numbers of the NBD protocol (doc/proto.md of the NBD project). All integers are big-endian.</summary>
internal static class NbdProtocol
{
    /// <summary>NBDMAGIC, the first 8 bytes of a server.</summary>
    public const ulong InitMagic = 0x4e42444d41474943;

    /// <summary>IHAVEOPT: the server negotiates options; also before each option.</summary>
    public const ulong OptionMagic = 0x49484156454f5054;

    public const ulong OptionReplyMagic = 0x0003e889045565a9;
    public const uint RequestMagic = 0x25609513;
    public const uint SimpleReplyMagic = 0x67446698;
    public const uint StructuredReplyMagic = 0x668e33ef;

    /// <summary>Length of a request without its payload.</summary>
    public const int RequestSize = 28;

    /// <summary>Bytes in a simple reply, and in the part of a structured one that it has in common.</summary>
    public const int SimpleReplySize = 16;

    public const int StructuredReplySize = 20;

    // Handshake flags, both ways.
    public const ushort FixedNewstyle = 1;
    public const ushort NoZeroes = 2;

    // Options.
    public const uint OptionExportName = 1;
    public const uint OptionGo = 7;
    public const uint OptionStructuredReply = 8;

    // Replies to options.
    public const uint ReplyAck = 1;
    public const uint ReplyInfo = 3;
    public const uint ReplyErrorBit = 0x8000_0000;
    public const uint ReplyErrorUnsupported = ReplyErrorBit + 1;

    // Kinds of information about an export.
    public const ushort InfoExport = 0;
    public const ushort InfoBlockSize = 3;

    // Chunks of structured replies.
    public const ushort ChunkDone = 1;
    public const ushort ChunkNone = 0;
    public const ushort ChunkOffsetData = 1;
    public const ushort ChunkOffsetHole = 2;
    public const ushort ChunkErrorBit = 0x8000;

    // Flags of requests.
    public const ushort FlagForceUnitAccess = 1;
    public const ushort FlagNoHole = 2;

    // Errors.
    public const uint ErrorNotPermitted = 1;
    public const uint ErrorNoSpace = 28;
    public const uint ErrorNotSupported = 95;
    public const uint ErrorShutdown = 108;
}
