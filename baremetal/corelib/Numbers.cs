namespace System
{
    public static class Math
    {
        public static int Min(int left, int right) => left < right ? left : right;
        public static uint Min(uint left, uint right) => left < right ? left : right;
        public static long Min(long left, long right) => left < right ? left : right;
        public static ulong Min(ulong left, ulong right) => left < right ? left : right;
        public static nuint Min(nuint left, nuint right) => left < right ? left : right;
        public static int Max(int left, int right) => left > right ? left : right;
        public static uint Max(uint left, uint right) => left > right ? left : right;
        public static long Max(long left, long right) => left > right ? left : right;
        public static ulong Max(ulong left, ulong right) => left > right ? left : right;
        public static int Clamp(int value, int low, int high) => Min(Max(value, low), high);
        public static uint Clamp(uint value, uint low, uint high) => Min(Max(value, low), high);
        public static ulong Clamp(ulong value, ulong low, ulong high) => Min(Max(value, low), high);

        /// <summary>The upper half of a product of 128 bits; <paramref name="low"/> is the lower one.</summary>
        public static ulong BigMul(ulong left, ulong right, out ulong low)
        {
            var lowLow = (left & 0xffffffff) * (right & 0xffffffff);
            var highLow = (left >> 32) * (right & 0xffffffff);
            var lowHigh = (left & 0xffffffff) * (right >> 32);
            var middle = (lowLow >> 32) + (highLow & 0xffffffff) + (lowHigh & 0xffffffff);
            low = (middle << 32) | (lowLow & 0xffffffff);
            return ((left >> 32) * (right >> 32)) + (highLow >> 32) + (lowHigh >> 32) + (middle >> 32);
        }
    }
}

namespace System.Numerics
{
    public static class BitOperations
    {
        public static int TrailingZeroCount(ulong value)
        {
            var count = 0;
            for (; count < 64 && (value & 1) == 0; count++)
                value >>= 1;
            return count;
        }
    }
}
