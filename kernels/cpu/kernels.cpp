// Products of INT4 and INT8 weights with float activations on CPUs, behind a plain C interface; for one new token
// also what lies between the products, so that none of them waits for Python.
//
// Weights lie in bands of 16 rows: word w (4 bytes) of all 16 rows, then word w + 1. A step of decoding is then one
// sequential stream, and a vector instruction serves 8 or 16 rows at once. Nibbles are stored with 8 added.
// Activations become INT8 with a scale per 128 columns (per 32 where weights are grouped), so that an outlier costs
// only its neighbours precision. Each kind of vector unit has its file of primitives; product.h is written on them.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <functional>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>
#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#if defined(__linux__)
#include <sys/auxv.h>
#endif
#endif

#define INLINE static inline __attribute__((always_inline))
#define PRAGMA(...) _Pragma(#__VA_ARGS__)
#if defined(__clang__)
#define UNROLL PRAGMA(unroll)
#define TARGET(name) PRAGMA(clang attribute push(__attribute__((target(name))), apply_to = function))
#define TARGET_END PRAGMA(clang attribute pop)
#else
#define UNROLL PRAGMA(GCC unroll 8)
#define TARGET(name) PRAGMA(GCC push_options) PRAGMA(GCC target(name))
#define TARGET_END PRAGMA(GCC pop_options)
#endif

namespace {

constexpr int BAND = 16;      // rows that lie side by side
constexpr int W_GROUP = 32;   // columns that share a weight scale, where weights are grouped
constexpr int X_GROUP = 128;  // columns that share an activation scale, where they are not
constexpr int AHEAD = 4096;   // bytes to prefetch in front of what is read
constexpr int CHUNK = 128;    // tokens that pass by the weights together
constexpr int SPIN = 1000;    // microseconds that a thread without work stays awake

INLINE void pause() {
#if defined(__x86_64__)
    _mm_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

INLINE int32_t float_bits(float value) {
    int32_t bits;
    std::memcpy(&bits, &value, 4);
    return bits;
}

INLINE float bits_float(int32_t bits) {
    float value;
    std::memcpy(&value, &bits, 4);
    return value;
}

INLINE float half_to_float(uint16_t half) {
    const int32_t exponent = half >> 10 & 31, mantissa = half & 1023;
    const float size = exponent == 0    ? (float)mantissa * 0x1p-24f
                       : exponent == 31 ? (mantissa ? NAN : INFINITY)
                                        : bits_float((exponent + 112) << 23 | mantissa << 13);
    return half & 0x8000 ? -size : size;
}

// The nearest integer, ties to even, of what is below 2^22: adding 1.5 * 2^23 leaves it in the low bits.
INLINE int32_t nearest(float value) { return float_bits(value + 12582912.0f) - 0x4b400000; }

// A float's bits as an integer of the same order, and back.
INLINE int32_t ordered(int32_t bits) { return bits ^ (bits >> 31 & 0x7fffffff); }

// To the nearest half, ties to even.
INLINE uint16_t float_to_half(float value) {
    const uint32_t bits = (uint32_t)float_bits(value), sign = bits >> 16 & 0x8000, size = bits & 0x7fffffff;
    if (size > 0x7f800000) return (uint16_t)(sign | 0x7e00);
    if (size >= 0x477ff000) return (uint16_t)(sign | 0x7c00);  // beyond the largest half
    if (size < 0x38800000)  // below the smallest normal one: adding 0.5 leaves the half's bits at the end
        return (uint16_t)(sign | (uint32_t)(float_bits(bits_float((int32_t)size) + 0.5f) - 0x3f000000));
    return (uint16_t)(sign | (((size + 0xfff + (size >> 13 & 1)) >> 13) - (112 << 10)));
}

// Bytes 0, 2, 4 and 6, side by side.
INLINE uint64_t even_bytes(uint64_t bytes) {
    bytes &= 0x00ff00ff00ff00ff;
    bytes = (bytes | bytes >> 8) & 0x0000ffff0000ffff;
    return (bytes | bytes >> 16) & 0xffffffff;
}

#include "pool.h"

// A matrix (rows, columns) in bands, with rows in multiples of 16 and columns of 32. bits: 4 or 8.
struct Weights {
    const uint8_t *weight;
    const void *scales;  // float (rows,), or half in bands of 16 rows, group by group
    const float *bias;   // (rows,) or null
    int64_t rows, columns;
    int bits, grouped;  // grouped: whether scales are half and one per 32 columns (4 bits only)
};

struct Product : Weights {
    const float *x;  // (tokens, columns)
    float *y;        // (tokens, rows)
    int64_t tokens;
};

// One new token over what is cached: keys and values (kv_heads, any, head_dim), `stride` numbers from head to head.
struct Attention {
    const float *query;  // (heads, head_dim)
    const void *keys, *values;
    float *result;  // (heads, head_dim)
    int64_t heads, kv_heads, length, stride, head_dim;
    float scale;
    int half;  // whether the cache holds half numbers
};

// A layer of ChatGLM-6B, for one new token that becomes the last one cached.
struct Layer {
    const float *norms[4];  // (hidden,): weight and bias of the norm before the attention, then of that behind it
    Weights linears[4];     // to queries, keys and values (heads, 3, head_dim), from the context, to the wide ones, back
    Attention attention;    // keys and values have room for the token; query and result are not used
    float epsilon, alpha;   // alpha: of the normalised input in the residual sums
};

struct Layers {
    const Layer *layers;
    int64_t count;
    const float *cos, *sin;  // (head_dim,), of `parts` parts whose halves are rotated against each other
    int64_t parts;
    float *states;  // (hidden,), in and out
};

// Some tokens, quantised. starts: what a sum begins with, which takes the weights' offset out again.
struct Tile {
    int64_t token;
    int tokens;
    int32_t *words;
    float *scales;
    int32_t *starts;
};

struct Half {
    uint16_t bits;
};
struct Bfloat {
    uint16_t bits;
};

// Float rows to quantise. source: 0 float, 1 bfloat16, 2 half. scales: float (count,), or half (count, columns / 32).
struct Rows {
    const void *rows;
    int source;
    int64_t count, columns;
    int bits;
    bool grouped;
    uint8_t *weight;
    void *scales;
};

// Memory for one call, cut into pieces that begin at cache lines.
class Scratch {
    std::vector<uint8_t> bytes;
    size_t used = 0;

  public:
    Scratch(size_t size, int pieces) : bytes(size + (pieces + 1) * 64) {}
    void *take(size_t size) {
        uint8_t *const start = bytes.data() + used, *const aligned = (uint8_t *)(((uintptr_t)start + 63) / 64 * 64);
        used += aligned - start + size;
        return aligned;
    }
};

namespace plain {
#include "vector_plain.h"
#include "product.h"
#include "quantize_rows.h"
#include "attention.h"
#include "layer.h"
}  // namespace plain

#if defined(__x86_64__)
TARGET("avx2,fma,f16c")
namespace avx2 {
#include "vector_avx2.h"
#include "dot_avx2.h"
#include "product.h"
#include "quantize_rows.h"
#include "attention.h"
#include "layer.h"
}  // namespace avx2
TARGET_END

TARGET("avxvnni,avx2,fma,f16c")
namespace avx_vnni {
#include "vector_avx2.h"
constexpr int VECTORS = 2, TOKENS = 4, OFFSET4 = 8, OFFSET8 = 128;
INLINE Ints whole(Ints raw) { return _mm256_xor_si256(raw, _mm256_set1_epi8(-128)); }
INLINE Ints dot4(Ints sum, Ints weights, Ints x) { return _mm256_dpbusd_avx_epi32(sum, weights, x); }
#include "dot_four.h"
#include "product.h"
#include "quantize_rows.h"
#include "attention.h"
#include "layer.h"
}  // namespace avx_vnni
TARGET_END

TARGET("avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")
namespace avx512 {
#include "vector_avx512.h"
#include "dot_four.h"
#include "product.h"
#include "quantize_rows.h"
#include "attention.h"
#include "layer.h"
}  // namespace avx512
TARGET_END

bool has_avx_vnni() {
    unsigned eax = 0, ebx, ecx, edx;
    return __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) && (eax >> 4 & 1);
}
#elif defined(__aarch64__)
#if defined(__clang__)
TARGET("dotprod")
#else
TARGET("arch=armv8.2-a+dotprod")
#endif
namespace neon {
#include "vector_neon.h"
#include "dot_four.h"
#include "product.h"
#include "quantize_rows.h"
#include "attention.h"
#include "layer.h"
}  // namespace neon
TARGET_END

bool has_dot_product() {
#if defined(__linux__)
    return getauxval(AT_HWCAP) >> 20 & 1;
#else
    return true;  // all of Apple's
#endif
}
#endif

// Rows of a band side by side, word by word; flip: bits to turn over in each word.
template <typename Word> void interleave(Word *data, int64_t rows, int64_t words, Word flip, int threads) {
    pool().run(rows / BAND, threads, [=](int64_t band) {
        Word *const start = data + band * BAND * words;
        const std::vector<Word> before(start, start + BAND * words);
        for (int64_t word = 0; word < words; word++)
            for (int row = 0; row < BAND; row++) start[word * BAND + row] = before[row * words + word] ^ flip;
    });
}

}  // namespace

extern "C" {

// The vector units that this processor has, as bits 1 << number; the numbers are those of `unit` below: plain C++,
// AVX2, AVX-VNNI, AVX-512 VNNI, NEON.
int glm_vector_units() {
    int units = 1;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        units |= 2;
        if (has_avx_vnni()) units |= 4;
        if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
            __builtin_cpu_supports("avx512vnni"))
            units |= 8;
    }
#elif defined(__aarch64__)
    if (has_dot_product()) units |= 16;
#endif
    return units;
}

#if defined(__x86_64__)
#define RUN_ON(UNIT, ...)                                                                                              \
    switch (UNIT) {                                                                                                    \
        case 3: return avx512::run(__VA_ARGS__);                                                                       \
        case 2: return avx_vnni::run(__VA_ARGS__);                                                                     \
        case 1: return avx2::run(__VA_ARGS__);                                                                         \
        default: return plain::run(__VA_ARGS__);                                                                       \
    }
#elif defined(__aarch64__)
#define RUN_ON(UNIT, ...) return UNIT == 4 ? neon::run(__VA_ARGS__) : plain::run(__VA_ARGS__);
#else
#define RUN_ON(UNIT, ...) return plain::run(__VA_ARGS__);
#endif

// y = x W^T + bias. x: (tokens, columns), y: (tokens, rows), float.
// NaN or infinity in a token's activations makes all of its results NaN.
void glm_linear(int unit, const Weights *weights, const float *x, int64_t tokens, float *y, int threads) {
    const Product product{*weights, x, y, tokens};
    RUN_ON(unit, product, threads)
}

// Attention of one new token. False where head_dim has no kernel.
int glm_attend(int unit, const Attention *attention, int threads) { RUN_ON(unit, *attention, threads) }

// One new token through all layers. False where their head_dim has no kernel; nothing is written then.
int glm_layers(int unit, const Layers *layers, int threads) { RUN_ON(unit, *layers, threads) }

// Quantises float rows into published storage. rows, source, scales: see Rows; columns in multiples of 32.
void glm_quantize(int unit, const void *rows, int source, int64_t count, int64_t columns, int bits, int grouped,
                  uint8_t *weight, void *scales, int threads) {
    const Rows r{rows, source, count, columns, bits, grouped != 0, weight, scales};
    RUN_ON(unit, r, threads)
}

// Moves stored weights (rows, row_bytes) into the order that glm_linear reads, in place.
void glm_interleave(void *weight, int64_t rows, int64_t row_bytes, int bits, int threads) {
    interleave((uint32_t *)weight, rows, row_bytes / 4, bits == 4 ? 0x88888888 : 0, threads);
}

// The same for half scales (rows, groups).
void glm_interleave_scales(void *scales, int64_t rows, int64_t groups, int threads) {
    interleave((uint16_t *)scales, rows, groups, (uint16_t)0, threads);
}

// Reads memory from one end to the other, to measure how fast that goes; the sum is there to be needed.
uint64_t glm_read(const uint64_t *data, int64_t words, int threads) {
    constexpr int64_t PIECE = 1 << 15;
    std::atomic<uint64_t> total{0};
    pool().run(words / PIECE, threads, [&](int64_t piece) {
        uint64_t sums[32] = {};
        for (int64_t i = piece * PIECE; i < (piece + 1) * PIECE; i += 32)
            for (int j = 0; j < 32; j++) sums[j] ^= data[i + j];
        for (uint64_t sum : sums) total.fetch_xor(sum, std::memory_order_relaxed);
    });
    return total;
}
}
