// 16 rows in a register; included inside a namespace, under the compiler target that has these instructions.

constexpr int LANES = 16;
constexpr int VECTORS = 2, TOKENS = 8;     // of a tile in prefill: sums in half of the registers
constexpr int OFFSET4 = 8, OFFSET8 = 128;  // what a weight's stored number has too much

using Ints = __m512i;
using Floats = __m512;

INLINE Ints splat(int32_t value) { return _mm512_set1_epi32(value); }
INLINE Ints add(Ints a, Ints b) { return _mm512_add_epi32(a, b); }
INLINE Floats splat(float value) { return _mm512_set1_ps(value); }
INLINE Floats to_floats(Ints values) { return _mm512_cvtepi32_ps(values); }
INLINE Floats mul(Floats a, Floats b) { return _mm512_mul_ps(a, b); }
INLINE Floats fma(Floats a, Floats b, Floats sum) { return _mm512_fmadd_ps(a, b, sum); }
INLINE Floats load(const float *from) { return _mm512_loadu_ps(from); }
INLINE Floats load_half(const uint16_t *from) { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)from)); }
INLINE void store_half(uint16_t *to, Floats values) { _mm256_storeu_si256((__m256i *)to, _mm512_cvtps_ph(values, 0)); }
INLINE void store(float *to, Floats values) { _mm512_storeu_ps(to, values); }
INLINE float total(Floats values) { return _mm512_reduce_add_ps(values); }

INLINE Ints load_weights(const uint8_t *from) { return _mm512_loadu_si512(from); }
INLINE Ints low(Ints raw) { return _mm512_and_si512(raw, _mm512_set1_epi8(15)); }
INLINE Ints high(Ints raw) { return low(_mm512_srli_epi16(raw, 4)); }
INLINE Ints whole(Ints raw) { return _mm512_xor_si512(raw, _mm512_set1_epi8(-128)); }
INLINE Ints dot4(Ints sum, Ints weights, Ints x) { return _mm512_dpbusd_epi32(sum, weights, x); }
