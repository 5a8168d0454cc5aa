// Products of INT4 and INT8 weights with float activations on CPUs, behind a plain C interface.
//
// Weights lie as kernels/pack.py `interleave_` leaves them: bands of 16 rows, in a band word w (4 bytes) of all 16 rows,
// then word w + 1. A decode step is then one sequential stream, and a vector instruction serves 8 or 16 rows at once.
// Activations become INT8 with a scale per 128 columns (per 32 where weights are grouped), so that an outlier costs
// only its neighbours precision. Every kind of vector unit has its file of primitives; product.h is written on them.

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
#include <vector>
#if defined(__x86_64__)
#include <immintrin.h>
#include <cpuid.h>
#endif

#define INLINE static inline __attribute__((always_inline))
#define PREFETCH(address) __builtin_prefetch(address)
#define KEEP(vector) __asm__("" : "+x"(vector))  // or GCC reorders the sums and spills them
#if defined(__clang__)
#define UNROLL _Pragma("unroll")
#define TARGET_BEGIN(name) _Pragma(name)
#else
#define UNROLL _Pragma("GCC unroll 8")
#endif

namespace {

constexpr int BAND = 16;      // rows that lie side by side
constexpr int W_GROUP = 32;   // columns that share a weight scale, where weights are grouped
constexpr int X_GROUP = 128;  // columns that share an activation scale, where they are not
constexpr int AHEAD = 1024;   // bytes to prefetch in front of what is read
constexpr int64_t CHUNK = 128;  // tokens
#ifndef SPIN
#define SPIN 1000
#endif
#define PAUSE() _mm_pause()


struct Product {
    const float *x;  // (tokens, columns)
    const uint8_t *weight;
    const void *scales;  // float (rows,), or half in bands of 16 rows, group by group
    const float *bias;   // (rows,) or null
    float *y;            // (tokens, rows)
    int64_t tokens, rows, columns;
};

// Some tokens, quantised. starts: what a sum begins with, which takes the weights' offset out again.
struct Tile {
    int64_t token;
    int tokens;
    int32_t *words;
    float *scales;
    int32_t *starts;
};

// Memory for one call, cut into pieces that begin at cache lines.
class Scratch {
    std::vector<uint8_t> bytes;
    size_t used = 0;

  public:
    explicit Scratch(size_t size) : bytes(size + (CHUNK * 3 + 1) * 64) {}
    void *take(size_t size) {
        uint8_t *const start = bytes.data() + used, *const aligned = (uint8_t *)(((uintptr_t)start + 63) / 64 * 64);
        used += aligned - start + size;
        return aligned;
    }
};

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

#include "pool.h"

namespace plain {
#include "vector_plain.h"
#include "product.h"
}  // namespace plain

#if defined(__x86_64__)
#pragma GCC push_options
#pragma GCC target("avx2,fma,f16c")
namespace avx2 {
#include "vector_avx2.h"
#include "dot_avx2.h"
#include "product.h"
}  // namespace avx2
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")
namespace avx512 {
#include "vector_avx512.h"
#include "dot_vnni.h"
#include "product.h"
}  // namespace avx512
#pragma GCC pop_options
#endif

}  // namespace

extern "C" void glm_linear(int isa, const float *x, int64_t tokens, const uint8_t *weight, const void *scales,
                           const float *bias, float *y, int64_t rows, int64_t columns, int bits, int grouped,
                           int threads) {
    const Product product{x, weight, scales, bias, y, tokens, rows, columns};
    switch (isa) {
#if defined(__x86_64__)
        case 2: return avx512::run(product, bits, grouped, threads);
        case 1: return avx2::run(product, bits, grouped, threads);
#endif
        default: return plain::run(product, bits, grouped, threads);
    }
}
