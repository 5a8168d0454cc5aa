// Attention of one new token over a cache, for one kind of vector registers: each key and value is read once.

INLINE Floats load_cached(const float *from) { return load(from); }
INLINE Floats load_cached(const uint16_t *from) { return load_half(from); }

// What is read some time before it is needed: without it a stream stops at each border of 4 KB.
template <typename Stored, int SIZE> INLINE void prefetch(const Stored *from) {
    UNROLL for (int byte = 0; byte < SIZE * (int)sizeof(Stored); byte += 64)
        __builtin_prefetch((const char *)from + byte + AHEAD / 2);
}

// Each score becomes e^(score - largest), to 1e-7 of itself; returns their sum. Room for a multiple of 16 is needed.
// Written so that a compiler makes vectors of it: 2^whole by the exponent's bits, 2^rest by a polynomial.
INLINE float exponentials(float *scores, int64_t count, float largest) {
    float sums[16] = {};
    for (int64_t i = count; i % 16; i++) scores[i] = -INFINITY;
    for (int64_t i = 0; i < count; i += 16)
        for (int j = 0; j < 16; j++) {
            const float power = std::max((scores[i + j] - largest) * 1.44269504f, -126.0f);
            const int32_t whole = nearest(power);
            const float rest = (power - (float)whole) * 0.693147181f;
            float value = 1 / 720.0f;
            value = value * rest + 1 / 120.0f;
            value = value * rest + 1 / 24.0f;
            value = value * rest + 1 / 6.0f;
            value = value * rest + 0.5f;
            value = value * rest + 1.0f;
            value = (value * rest + 1.0f) * bits_float((whole + 127) << 23);
            scores[i + j] = value;
            sums[j] += value;
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

template <typename Stored> bool attend(const Attention &a, int threads) {
    void (*piece)(const Attention &, int64_t) = nullptr;
    switch (a.head_dim / LANES) {
        case 2: piece = attend<Stored, 2>; break;
        case 4: piece = attend<Stored, 4>; break;
        case 8: piece = attend<Stored, 8>; break;
        case 16: piece = attend<Stored, 16>; break;
    }
    if (!piece || a.head_dim % LANES) return false;
    pool().run(a.kv_heads, threads, [&](int64_t head) { piece(a, head); });
    return true;
}

inline bool attend(const Attention &a, bool half, int threads) {
    return half ? attend<uint16_t>(a, threads) : attend<float>(a, threads);
}
