// One new token through the layers of ChatGLM-6B (`GLMBlock` of model/glm.py), for one kind of vector registers.

// normed = LayerNorm(x); start = bias + alpha * normed, which is what the product behind it is added to.
inline void normalise(const Layer &l, const float *x, const float *const *norm, const float *bias, int64_t count,
                      float *normed, float *start) {
    const Floats one = splat(1.0f);
    Floats sum = splat(0.0f), squares = splat(0.0f);
    for (int64_t i = 0; i < count; i += LANES) sum = fma(one, load(x + i), sum);
    const Floats less_mean = splat(-total(sum) / count);
    for (int64_t i = 0; i < count; i += LANES) {
        const Floats difference = fma(one, load(x + i), less_mean);
        squares = fma(difference, difference, squares);
    }
    const Floats inverse = splat(1.0f / std::sqrt(total(squares) / count + l.epsilon));
    for (int64_t i = 0; i < count; i += LANES) {
        const Floats difference = fma(one, load(x + i), less_mean);
        const Floats value = fma(mul(difference, inverse), load(norm[0] + i), load(norm[1] + i));
        store(normed + i, value);
        store(start + i, fma(splat(l.alpha), value, load(bias + i)));
    }
}

// Source: RoFormer (arXiv:2104.09864), eq. 34, with the halves of each part paired.
inline void rotate(const Layers &l, int64_t head_dim, const float *from, float *to) {
    const int64_t size = head_dim / l.parts, half = size / 2;
    for (int64_t part = 0; part < l.parts; part++)
        for (int64_t i = part * size; i < part * size + half; i++) {
            const float first = from[i], second = from[i + half];
            to[i] = first * l.cos[i] - second * l.sin[i];
            to[i + half] = second * l.cos[i + half] + first * l.sin[i + half];
        }
}

INLINE void store_cached(float *to, Floats values) { store(to, values); }
INLINE void store_cached(uint16_t *to, Floats values) { store_half(to, values); }

// Keeps the token's key and value (head_dim,) of a head.
template <typename Stored> void keep(const Attention &a, int64_t head, const float *key, const float *value) {
    const int64_t place = head * a.stride + (a.length - 1) * a.head_dim;
    for (int64_t i = 0; i < a.head_dim; i += LANES) {
        store_cached((Stored *)a.keys + place + i, load(key + i));
        store_cached((Stored *)a.values + place + i, load(value + i));
    }
}

// The tanh form of GELU, x / (1 + e^-u), without a power that could overflow.
inline void gelu(float *x, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        const float u = 1.59576912f * (x[i] + 0.044715f * x[i] * x[i] * x[i]), power = exponential(-std::fabs(u));
        x[i] *= (u < 0 ? power : 1.0f) / (1.0f + power);
    }
}

// y = W x + start
inline void multiply_one(const Weights &weights, const float *start, const float *x, float *y, int threads) {
    Product product{weights, x, y, 1};
    product.bias = start;
    run(product, threads);
}

inline void run_layer(const Layers &all, const Layer &l, OneHead attend_head, int threads) {
    const Weights &query_key_value = l.linears[0], &dense = l.linears[1], &widen = l.linears[2], &narrow = l.linears[3];
    const int64_t hidden = dense.rows, width = widen.rows;
    static thread_local std::vector<float> room;
    room.resize(6 * hidden + width);
    float *const normed = room.data(), *const start = normed + hidden, *const fused = start + hidden;
    float *const context = fused + 3 * hidden, *const wide = context + hidden, *const states = all.states;
    Attention a = l.attention;
    a.query = a.result = context;  // a head's query has been read when its result is written

    normalise(l, states, l.norms, dense.bias, hidden, normed, start);
    multiply_one(query_key_value, query_key_value.bias, normed, fused, threads);
    pool().run(a.heads, threads, [&](int64_t head) {
        float *const query = fused + head * 3 * a.head_dim, *const key = query + a.head_dim;
        const float *const value = key + a.head_dim;
        rotate(all, a.head_dim, query, context + head * a.head_dim);
        rotate(all, a.head_dim, key, key);
        a.half ? keep<uint16_t>(a, head, key, value) : keep<float>(a, head, key, value);
        attend_head(a, head);
    });
    multiply_one(dense, start, context, states, threads);
    normalise(l, states, l.norms + 2, narrow.bias, hidden, normed, start);
    multiply_one(widen, widen.bias, normed, wide, threads);
    constexpr int64_t AT_ONCE = 2048;
    pool().run((width + AT_ONCE - 1) / AT_ONCE, threads, [&](int64_t piece) {
        gelu(wide + piece * AT_ONCE, std::min(AT_ONCE, width - piece * AT_ONCE));
    });
    multiply_one(narrow, start, wide, states, threads);
}

inline bool run(const Layers &all, int threads) {
    const OneHead attend_head = one_head(all.layers[0].attention);
    for (int64_t i = 0; attend_head && i < all.count; i++) run_layer(all, all.layers[i], attend_head, threads);
    return attend_head;
}
