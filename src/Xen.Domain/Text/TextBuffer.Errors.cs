using Xen.Sys;

namespace Xen.Domain;

/// <content>Errors.</content>
public ref partial struct TextBuffer
{
    /// <summary>Appends the name of an error: <c>EPERM</c>, or <c>errno 203</c> where there is none.</summary>
    /// <param name="errno">Positive.</param>
    public void AddErrno(int errno)
    {
        if (!XenErrno.TryGetName(errno, out var name))
        {
            Add("errno "u8);
            AddDecimal((uint)errno);
            return;
        }

        for (var i = 0; i < name.Length; i++)
            Add((byte)name[i]);
    }
}
