using System;
using System.Runtime;

namespace Xen.BareMetal;

/// <summary>Exceptions: no program expects one, so each is the end.</summary>
// SAFETY: the frames are on the stack of the exception.
internal static unsafe class Exceptions
{
    [RuntimeExport("domain_exception")]
    private static void OnException(ExceptionFrame* frame, ulong faultAddress)
    {
        ref var platform = ref Start.BeginPanic();
        var text = default(PanicText);
        text.Add("panic: "u8);
        text.Add(Name(frame));
        text.WriteLine(ref platform);
        text.AddRegister("esr"u8, frame->Esr);
        text.AddRegister("far"u8, faultAddress);
        text.WriteLine(ref platform);
        End(ref platform, ref text, frame);
    }

    [RuntimeExport("domain_fatal")]
    private static void OnFatal(byte* reason, int length, ExceptionFrame* frame)
    {
        ref var platform = ref Start.BeginPanic();
        var text = default(PanicText);
        text.Add("panic: "u8);
        text.Add(new ReadOnlySpan<byte>(reason, length));
        text.WriteLine(ref platform);
        End(ref platform, ref text, frame);
    }

    private static void End(ref DomainPlatform platform, scoped ref PanicText text, ExceptionFrame* frame)
    {
        text.AddRegister("elr"u8, frame->Elr);
        text.AddRegister("sp"u8, frame->Sp);
        text.AddRegister("spsr"u8, frame->Spsr);
        text.WriteLine(ref platform);
        for (var number = 0; number < 31; number++)
        {
            // Two digits in base ten.
            text.Add("x"u8);
            text.AddHexadecimal((ulong)((number / 10 * 16) + (number % 10)), 2);
            text.AddRegister(""u8, frame->X[number]);
            if (number % 4 == 3)
                text.WriteLine(ref platform);
        }

        text.WriteLine(ref platform);
        platform.Crash();
    }

    // The class of the exception, Arm ARM D17.2.37, for those of the program itself.
    private static ReadOnlySpan<byte> Name(ExceptionFrame* frame) => (frame->Vector & 3) switch
    {
        0 => (frame->Esr >> 26) switch
        {
            0x00 => "undefined instruction"u8,
            0x07 => "vector registers are off"u8,
            0x21 => "instruction abort"u8,
            0x22 => "misaligned program counter"u8,
            0x25 => "data abort"u8,
            0x26 => "misaligned stack pointer"u8,
            0x3c => "breakpoint instruction"u8,
            _ => "synchronous exception"u8,
        },
        1 => "unexpected IRQ"u8,
        2 => "unexpected FIQ"u8,
        _ => "SError"u8,
    };
}
