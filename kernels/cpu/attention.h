// Attention of one new token over a cache, for one kind of vector registers: each key and value is read once.

INLINE Floats load_cached(const float *from) { return load(from); }
INLINE Floats load_cached(const uint16_t *from) { return load_half(from); }

// What is read some time before it is needed: without it a stream stops at each border of 4 KB.
template <typename Stored, int SIZE> INLINE void prefetch(const Stored *from) {
    UNROLL for (int byte = 0; byte < SIZE * (int)sizeof(Stored); byte += 64)
        __builtin_prefetch((const char *)from + byte + AHEAD / 2);
}

// e^x to 1e-7 of itself, for x below 88 and down to e^-87: 2^whole by the exponent's bits, 2^rest by a polynomial.
// Written so that a compiler makes vectors of it.
INLINE float exponential(float x) {
    const float power = std::max(x * 1.44269504f, -126.0f);
    const int32_t whole = nearest(power);
    const float rest = (power - (float)whole) * 0.693147181f;
    float value = 1 / 720.0f;
    value = value * rest + 1 / 120.0f;
    value = value * rest + 1 / 24.0f;
    value = value * rest + 1 / 6.0f;
    value = value * rest + 0.5f;
    value = value * rest + 1.0f;
    return (value * rest + 1.0f) * bits_float((whole + 127) << 23);
}

// Each score becomes e^(score - largest); returns their sum. Room for a multiple of 16 is needed.
INLINE float exponentials(float *scores, int64_t count, float largest) {
    float sums[16] = {};
    for (int64_t i = count; i % 16; i++) scores[i] = -INFINITY;
    for (int64_t i = 0; i < count; i += 16)
        for (int j = 0; j < 16; j++) {
            scores[i + j] = exponential(scores[i + j] - largest);
            sums[j] += scores[i + j];
        }
    float all = 0;
    for (float sum : sums) all += sum;
    return all;
}

// The query heads that share one key and value head. D: vectors in a head.
template <typename Stored, int D> void attend(const Attention &a, int64_t kv_head) {
    constexpr int SIZE = D * LANES;
    const Stored *const keys = (const Stored *)a.keys + kv_head * a.stride;
    const Stored *const values = (const Stored *)a.values + kv_head * a.stride;
    const int64_t group = a.heads / a.kv_heads;
    static thread_local std::vector<float> weights;
    weights.resize((a.length + 15) / 16 * 16);
    for (int64_t head = kv_head * group; head < (kv_head + 1) * group; head++) {
        Floats query[D], sum[D];
        for (int d = 0; d < D; d++) query[d] = load(a.query + head * SIZE + d * LANES);
        float largest = -INFINITY;
        for (int64_t i = 0; i < a.length; i++) {
            prefetch<Stored, SIZE>(keys + i * SIZE);
            Floats product = mul(query[0], load_cached(keys + i * SIZE));
            UNROLL for (int d = 1; d < D; d++) product = fma(query[d], load_cached(keys + i * SIZE + d * LANES), product);
            weights[i] = total(product) * a.scale;
            largest = std::max(largest, weights[i]);
        }
        const float all = exponentials(weights.data(), a.length, largest);
        for (int d = 0; d < D; d++) sum[d] = splat(0.0f);
        for (int64_t i = 0; i < a.length; i++) {
            prefetch<Stored, SIZE>(values + i * SIZE);
            const float weight = weights[i];
            UNROLL for (int d = 0; d < D; d++)
                sum[d] = fma(splat(weight), load_cached(values + i * SIZE + d * LANES), sum[d]);
        }
        for (int d = 0; d < D; d++) store(a.result + head * SIZE + d * LANES, mul(sum[d], splat(1 / all)));
    }
}

using OneHead = void (*)(const Attention &, int64_t kv_head);

// What attends for a head of that size; null where nothing does.
template <typename Stored> OneHead one_head(int64_t head_dim) {
    if (head_dim % LANES) return nullptr;
    switch (head_dim / LANES) {
        case 2: return attend<Stored, 2>;
        case 4: return attend<Stored, 4>;
        case 8: return attend<Stored, 8>;
        case 16: return attend<Stored, 16>;
        default: return nullptr;
    }
}

inline OneHead one_head(const Attention &a) {
    return a.half ? one_head<uint16_t>(a.head_dim) : one_head<float>(a.head_dim);
}

inline bool run(const Attention &a, int threads) {
    const OneHead attend_head = one_head(a);
    if (attend_head) pool().run(a.kv_heads, threads, [&](int64_t head) { attend_head(a, head); });
    return attend_head;
}
