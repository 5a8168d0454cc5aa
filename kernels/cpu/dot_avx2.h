// Dot products with vpmaddubsw, which saturates at 16 bits: what enters it must be small.

constexpr int VECTORS = 1, TOKENS = 4;
constexpr int OFFSET4 = 8, OFFSET8 = 0;  // 4 bits: unsigned, 8 bits: the sign goes to the activation

// As in dot_four.h.
template <int BITS, int V, int T>
INLINE void dot(const uint8_t *const *w, const int32_t *x, int blocks, Ints (&sum)[V][T]) {
    const Ints ones = _mm256_set1_epi16(1);
    for (int block = 0; block < blocks; block++) {
        Ints narrow[V][T];  // 16 bits: 16 products of at most 15 * 127 fit
        UNROLL for (int word = 0; word < BITS; word++) {
            const int at = (block * BITS + word) * BAND * 4;
            for (int v = 0; v < V; v++) {
                if (T == 1 && v == 0) __builtin_prefetch(w[v] + at + AHEAD);
                const Ints raw = load_weights(w[v] + at);
                if (BITS == 4) {
                    const Ints first = high(raw), second = low(raw);
                    for (int t = 0; t < T; t++) {
                        const Ints a = _mm256_maddubs_epi16(first, splat(x[t]));
                        narrow[v][t] = word ? _mm256_add_epi16(narrow[v][t], a) : a;
                        narrow[v][t] = _mm256_add_epi16(narrow[v][t], _mm256_maddubs_epi16(second, splat(x[T + t])));
                        __asm__("" : "+x"(narrow[v][t]));  // or GCC reorders the sums and spills them
                    }
                } else {
                    const Ints size = _mm256_abs_epi8(raw);  // -128 becomes 128 of an unsigned byte, as it should
                    for (int t = 0; t < T; t++) {
                        const Ints a = _mm256_maddubs_epi16(size, _mm256_sign_epi8(splat(x[t]), raw));
                        sum[v][t] = add(sum[v][t], _mm256_madd_epi16(a, ones));
                        __asm__("" : "+x"(sum[v][t]));  // or GCC reorders the sums and spills them
                    }
                }
            }
            x += BITS == 4 ? 2 * T : T;
        }
        if (BITS == 4)
            for (int v = 0; v < V; v++)
                for (int t = 0; t < T; t++) sum[v][t] = add(sum[v][t], _mm256_madd_epi16(narrow[v][t], ones));
    }
}
