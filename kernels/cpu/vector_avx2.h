// 8 rows in a register; included inside a namespace, under the compiler target that has these instructions.

constexpr int LANES = 8;
constexpr int VECTORS = 1, TOKENS = 4;  // of a tile in prefill: what 16 registers hold

using Ints = __m256i;
using Floats = __m256;

INLINE Ints splat(int32_t value) { return _mm256_set1_epi32(value); }
INLINE Ints add(Ints a, Ints b) { return _mm256_add_epi32(a, b); }
INLINE Floats splat(float value) { return _mm256_set1_ps(value); }
INLINE Floats to_floats(Ints values) { return _mm256_cvtepi32_ps(values); }
INLINE Floats mul(Floats a, Floats b) { return _mm256_mul_ps(a, b); }
INLINE Floats fma(Floats a, Floats b, Floats sum) { return _mm256_fmadd_ps(a, b, sum); }
INLINE Floats load(const float *from) { return _mm256_loadu_ps(from); }
INLINE Floats load_half(const uint16_t *from) { return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)from)); }
INLINE void store(float *to, Floats values) { _mm256_storeu_ps(to, values); }

INLINE Ints load_weights(const uint8_t *from) { return _mm256_loadu_si256((const __m256i *)from); }
INLINE Ints low(Ints raw) { return _mm256_and_si256(raw, _mm256_set1_epi8(15)); }
INLINE Ints high(Ints raw) { return low(_mm256_srli_epi16(raw, 4)); }
