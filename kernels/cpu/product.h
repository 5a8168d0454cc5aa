// y = x W^T + b for one kind of vector registers: included once for each, in a namespace of its own.

// V * LANES rows from `row` on, times the T tokens of a tile.
template <int BITS, bool GROUPED, int V, int T> void multiply(const Product &p, const Tile &tile, int64_t row) {
    constexpr int GROUP = GROUPED ? W_GROUP : X_GROUP;
    const int64_t row_bytes = p.columns * BITS / 8, groups = (p.columns + GROUP - 1) / GROUP;
    const uint8_t *w[V];
    const uint16_t *w_scales[V];
    Floats total[V][T];
    for (int v = 0; v < V; v++) {
        const int64_t first = row + v * LANES, band = first / BAND, lane = first % BAND;
        w[v] = p.weight + band * BAND * row_bytes + lane * 4;
        w_scales[v] = (const uint16_t *)p.scales + band * BAND * groups + lane;
        for (int t = 0; t < T; t++) total[v][t] = splat(0.0f);
    }
    const int32_t *x = tile.words;
    for (int64_t group = 0; group < groups; group++) {
        const int columns = (int)std::min<int64_t>(GROUP, p.columns - group * GROUP);
        const int32_t *starts = tile.starts + group * T;
        const float *x_scales = tile.scales + group * T;
        Ints sum[V][T];
        for (int v = 0; v < V; v++)
            for (int t = 0; t < T; t++) sum[v][t] = splat(starts[t]);
        if (columns == GROUP)
            dot<BITS, V, T>(w, x, GROUP / 32, sum);
        else
            dot<BITS, V, T>(w, x, columns / 32, sum);
        for (int v = 0; v < V; v++) {
            const Floats scale = GROUPED ? load_half(w_scales[v] + group * BAND) : splat(1.0f);
            for (int t = 0; t < T; t++) {
                const Floats both = GROUPED ? mul(scale, splat(x_scales[t])) : splat(x_scales[t]);
                total[v][t] = fma(to_floats(sum[v][t]), both, total[v][t]);
            }
            w[v] += columns * BITS / 8 * BAND;
        }
        x += columns / 4 * T;
    }
    for (int v = 0; v < V; v++) {
        const int64_t first = row + v * LANES;
        const Floats bias = p.bias ? load(p.bias + first) : splat(0.0f);
        const Floats scale = GROUPED ? splat(1.0f) : load((const float *)p.scales + first);
        for (int t = 0; t < T; t++) store(p.y + (tile.token + t) * p.rows + first, fma(total[v][t], scale, bias));
    }
}

// T tokens as INT8: words of 4 columns (INT4: 4 even, then 4 odd ones of 8), T tokens side by side.
template <int BITS, bool GROUPED, int T> void quantize(const Product &p, const Tile &tile) {
    constexpr int GROUP = GROUPED ? W_GROUP : X_GROUP, OFFSET = BITS == 4 ? OFFSET4 : OFFSET8;
    for (int t = 0; t < T; t++) {
        const float *x = p.x + (tile.token + t) * p.columns;
        for (int64_t first = 0, group = 0; first < p.columns; first += GROUP, group++) {
            const int columns = (int)std::min<int64_t>(GROUP, p.columns - first);
            int32_t largest = 0;  // bit patterns of positive floats are ordered as the floats are, and NaN comes last
            for (int i = 0; i < columns; i++) largest = std::max(largest, float_bits(x[first + i]) & 0x7fffffff);
            const bool finite = largest < 0x7f800000;
            const float range = bits_float(largest), inverse = range > 1e-30f ? 127.0f / range : 0.0f;
            int8_t values[GROUP];
            int32_t total = 0;
            for (int i = 0; i < columns; i++) {
                const int32_t value = nearest(x[first + i] * inverse);
                values[i] = (int8_t)value;
                total += value;
            }
            int32_t *words = tile.words + first / 4 * T + t;
            for (int i = 0; i < columns / 8; i++) {
                uint64_t eight;
                std::memcpy(&eight, values + 8 * i, 8);
                if (BITS == 4) eight = even_bytes(eight) | even_bytes(eight >> 8) << 32;
                words[2 * i * T] = (int32_t)eight;
                words[(2 * i + 1) * T] = (int32_t)(eight >> 32);
            }
            tile.scales[group * T + t] = finite ? range / 127.0f : NAN;
            tile.starts[group * T + t] = finite ? -OFFSET * total : 0;
        }
    }
}

template <int BITS, bool GROUPED, int T> void multiply_rows(const Product &p, const Tile &tile, int64_t row, int64_t end) {
    constexpr int V = T == 1 ? BAND / LANES : VECTORS;
    for (; row + V * LANES <= end; row += V * LANES) multiply<BITS, GROUPED, V, T>(p, tile, row);
    for (; row < end; row += LANES) multiply<BITS, GROUPED, 1, T>(p, tile, row);
}

// Calls the template for a tile's number of tokens, a power of two up to TOKENS.
#define FOR_TOKENS(FUNCTION, ...)                                                                                      \
    switch (tile.tokens) {                                                                                             \
        case 8: return FUNCTION<BITS, GROUPED, TOKENS < 8 ? TOKENS : 8>(__VA_ARGS__);                                  \
        case 4: return FUNCTION<BITS, GROUPED, TOKENS < 4 ? TOKENS : 4>(__VA_ARGS__);                                  \
        case 2: return FUNCTION<BITS, GROUPED, 2>(__VA_ARGS__);                                                        \
        case 1: return FUNCTION<BITS, GROUPED, 1>(__VA_ARGS__);                                                        \
    }
template <int BITS, bool GROUPED> void quantize_tile(const Product &p, const Tile &tile) {
    FOR_TOKENS(quantize, p, tile)
}
template <int BITS, bool GROUPED> void multiply_tile(const Product &p, const Tile &tile, int64_t row, int64_t end) {
    FOR_TOKENS(multiply_rows, p, tile, row, end)
}
#undef FOR_TOKENS

template <int BITS, bool GROUPED> void linear(const Product &p, int threads) {
    constexpr int GROUP = GROUPED ? W_GROUP : X_GROUP;
    const int64_t groups = (p.columns + GROUP - 1) / GROUP;
    // tokens go through in chunks, whose INT8 values stay in the caches while the weights pass by once per chunk
    for (int64_t begin = 0; begin < p.tokens; begin += CHUNK) {
        const int64_t end = std::min<int64_t>(p.tokens, begin + CHUNK);
        const int64_t rows_at_once = end - begin == 1 ? 4 * BAND : 2 * BAND;
        Scratch scratch((end - begin) * (p.columns + 8 * groups), 3 * CHUNK);
        std::vector<Tile> tiles;
        for (int64_t token = begin; token < end; token += tiles.back().tokens) {
            int tokens = TOKENS;
            while (tokens > end - token) tokens /= 2;
            tiles.push_back({token, tokens, (int32_t *)scratch.take(tokens * p.columns),
                             (float *)scratch.take(tokens * groups * 4), (int32_t *)scratch.take(tokens * groups * 4)});
        }
        pool().run((int64_t)tiles.size(), threads, [&](int64_t i) { quantize_tile<BITS, GROUPED>(p, tiles[i]); });
        pool().run((p.rows + rows_at_once - 1) / rows_at_once, threads, [&](int64_t i) {
            for (const Tile &tile : tiles)
                multiply_tile<BITS, GROUPED>(p, tile, i * rows_at_once, std::min(p.rows, (i + 1) * rows_at_once));
        });
    }
}

void run(const Product &p, int threads) {
    if (p.bits == 8)
        linear<8, false>(p, threads);
    else if (p.grouped)
        linear<4, true>(p, threads);
    else
        linear<4, false>(p, threads);
}
