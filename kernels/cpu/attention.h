// Attention of one new token over a cache, for one kind of vector registers: each key and value is read once.

INLINE Floats load_cached(const float *from) { return load(from); }
INLINE Floats load_cached(const uint16_t *from) { return load_half(from); }

// The query heads that share one key and value head. D: vectors in a head.
template <typename Stored, int D> void attend(const Attention &a, int64_t kv_head) {
    constexpr int SIZE = D * LANES;
    const Stored *const keys = (const Stored *)a.keys + kv_head * a.stride;
    const Stored *const values = (const Stored *)a.values + kv_head * a.stride;
    const int64_t group = a.heads / a.kv_heads;
    static thread_local std::vector<float> weights;
    weights.resize(a.length);
    for (int64_t head = kv_head * group; head < (kv_head + 1) * group; head++) {
        Floats query[D], sum[D];
        for (int d = 0; d < D; d++) query[d] = load(a.query + head * SIZE + d * LANES);
        float largest = -INFINITY;
        for (int64_t i = 0; i < a.length; i++) {
            Floats product = mul(query[0], load_cached(keys + i * SIZE));
            UNROLL for (int d = 1; d < D; d++) product = fma(query[d], load_cached(keys + i * SIZE + d * LANES), product);
            weights[i] = total(product) * a.scale;
            largest = std::max(largest, weights[i]);
        }
        float all = 0;
        for (int d = 0; d < D; d++) sum[d] = splat(0.0f);
        for (int64_t i = 0; i < a.length; i++) {
            const float weight = std::exp(weights[i] - largest);
            all += weight;
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
