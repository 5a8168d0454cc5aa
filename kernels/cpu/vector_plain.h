// 16 rows in whatever registers there are, by the compiler's own vectors: for processors without a path of their own.

constexpr int LANES = 16;
constexpr int VECTORS = 1, TOKENS = 2;
constexpr int OFFSET4 = 0, OFFSET8 = 0;

typedef int32_t Ints __attribute__((vector_size(64), aligned(4), may_alias));
typedef float Floats __attribute__((vector_size(64), aligned(4), may_alias));

INLINE Ints splat(int32_t value) { return Ints{} + value; }
INLINE Floats splat(float value) { return Floats{} + value; }
INLINE Floats to_floats(const Ints &values) { return __builtin_convertvector(values, Floats); }
INLINE Floats mul(const Floats &a, const Floats &b) { return a * b; }
INLINE Floats fma(const Floats &a, const Floats &b, const Floats &sum) { return a * b + sum; }
INLINE Floats load(const float *from) { return *(const Floats *)from; }
INLINE void store(float *to, const Floats &values) { *(Floats *)to = values; }
INLINE float total(const Floats &values) {
    float sum = 0;
    for (int lane = 0; lane < LANES; lane++) sum += values[lane];
    return sum;
}
INLINE Floats load_half(const uint16_t *from) {
    Floats values;
    for (int lane = 0; lane < LANES; lane++) values[lane] = half_to_float(from[lane]);
    return values;
}
INLINE void store_half(uint16_t *to, const Floats &values) {
    for (int lane = 0; lane < LANES; lane++) to[lane] = float_to_half(values[lane]);
}

// As in dot_four.h.
template <int BITS, int V, int T>
INLINE void dot(const uint8_t *const *w, const int32_t *x, int blocks, Ints (&sum)[V][T]) {
    for (int word = 0; word < blocks * BITS; word++) {
        for (int v = 0; v < V; v++) {
            Ints raw = *(const Ints *)(w[v] + (size_t)word * BAND * 4);
            if (BITS == 4) raw ^= 0x88888888;
            for (int column = 0; column < 32 / BITS; column++) {
                // nibbles come high, low from each byte; activation words hold the high ones' first, then the low ones'
                const int byte = BITS == 4 ? column % 4 : column, left = 24 - 8 * byte + (column >= 4 ? 4 : 0);
                const Ints weight = (Ints)((raw << left) >> (32 - BITS));
                for (int t = 0; t < T; t++)
                    sum[v][t] += weight * (int32_t)((const int8_t *)(x + (column >= 4 ? T : 0) + t))[byte];
            }
        }
        x += BITS == 4 ? 2 * T : T;
    }
}
