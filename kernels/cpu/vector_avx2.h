// 8 rows in a register; included inside a namespace, under the compiler target that has these instructions.

constexpr int LANES = 8;

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
INLINE void store_half(uint16_t *to, Floats values) { _mm_storeu_si128((__m128i *)to, _mm256_cvtps_ph(values, 0)); }
INLINE void store(float *to, Floats values) { _mm256_storeu_ps(to, values); }
INLINE float total(Floats values) {
    __m128 sum = _mm_add_ps(_mm256_castps256_ps128(values), _mm256_extractf128_ps(values, 1));
    sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
    return _mm_cvtss_f32(_mm_add_ss(sum, _mm_movehdup_ps(sum)));
}

INLINE Ints load_weights(const uint8_t *from) { return _mm256_loadu_si256((const __m256i *)from); }
INLINE Ints low(Ints raw) { return _mm256_and_si256(raw, _mm256_set1_epi8(15)); }
INLINE Ints high(Ints raw) { return low(_mm256_srli_epi16(raw, 4)); }
