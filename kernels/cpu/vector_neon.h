// 4 rows in a register; included inside a namespace, under the compiler target that has these instructions.

constexpr int LANES = 4;
constexpr int VECTORS = 4, TOKENS = 4;   // of a tile in prefill: sums in half of the registers
constexpr int OFFSET4 = 8, OFFSET8 = 0;  // what a weight's stored number has too much

using Ints = int32x4_t;
using Floats = float32x4_t;

INLINE Ints splat(int32_t value) { return vdupq_n_s32(value); }
INLINE Ints add(Ints a, Ints b) { return vaddq_s32(a, b); }
INLINE Floats splat(float value) { return vdupq_n_f32(value); }
INLINE Floats to_floats(Ints values) { return vcvtq_f32_s32(values); }
INLINE Floats mul(Floats a, Floats b) { return vmulq_f32(a, b); }
INLINE Floats fma(Floats a, Floats b, Floats sum) { return vfmaq_f32(sum, a, b); }
INLINE Floats load(const float *from) { return vld1q_f32(from); }
INLINE Floats load_half(const uint16_t *from) { return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(from))); }
INLINE void store_half(uint16_t *to, Floats values) { vst1_u16(to, vreinterpret_u16_f16(vcvt_f16_f32(values))); }
INLINE void store(float *to, Floats values) { vst1q_f32(to, values); }
INLINE float total(Floats values) { return vaddvq_f32(values); }

INLINE Ints load_weights(const uint8_t *from) { return vreinterpretq_s32_u8(vld1q_u8(from)); }
INLINE Ints high(Ints raw) { return vreinterpretq_s32_u8(vshrq_n_u8(vreinterpretq_u8_s32(raw), 4)); }
INLINE Ints low(Ints raw) { return vandq_s32(raw, vdupq_n_s32(0x0f0f0f0f)); }
INLINE Ints whole(Ints raw) { return raw; }
INLINE Ints dot4(Ints sum, Ints weights, Ints x) {
    return vdotq_s32(sum, vreinterpretq_s8_s32(weights), vreinterpretq_s8_s32(x));
}
