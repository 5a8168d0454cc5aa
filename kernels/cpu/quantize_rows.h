// Float rows to INT8 or INT4, number for number as kernels/pack.py does it, for one kind of vector registers.

constexpr int PART = LANES * W_GROUP;  // columns that are floats at a time

INLINE void read_floats(const float *from, int count, float *to) { std::memcpy(to, from, count * sizeof(float)); }
INLINE void read_floats(const Bfloat *from, int count, float *to) {
    for (int i = 0; i < count; i++) to[i] = bits_float((int32_t)from[i].bits << 16);
}
INLINE void read_floats(const Half *from, int count, float *to) {
    for (int i = 0; i < count; i += LANES) store(to + i, load_half(&from[i].bits));
}

INLINE void round_to_half(float *values, int count) {
    uint16_t halves[LANES];
    for (int i = 0; i < count; i += LANES) {
        store_half(halves, load(values + i));
        store(values + i, load_half(halves));
    }
}

// Rounds, limits and stores `count` values, INT4 with the even columns in the high nibbles.
template <int BITS> INLINE void write_values(const float *values, int count, int lowest, int largest, uint8_t *to) {
    int32_t whole[PART];
    for (int i = 0; i < count; i++) whole[i] = std::min(std::max(nearest(values[i]), lowest), largest);
    if (BITS == 8)
        for (int i = 0; i < count; i++) to[i] = (uint8_t)whole[i];
    else
        for (int i = 0; i < count / 2; i++) to[i] = (uint8_t)(whole[2 * i] << 4 | (whole[2 * i + 1] & 15));
}

// One scale for the row; from halves all arithmetic is rounded to halves.
template <int BITS, typename Source> void quantize_row(const Source *row, int64_t columns, uint8_t *to, float *scale) {
    constexpr int LARGEST = BITS == 8 ? 127 : 7;
    constexpr bool HALF = std::is_same<Source, Half>::value;
    float values[PART];
    int32_t largest = 0;  // as bits, which are ordered as the floats are, with NaN last
    for (int64_t first = 0; first < columns; first += PART) {
        const int count = (int)std::min<int64_t>(PART, columns - first);
        read_floats(row + first, count, values);
        for (int i = 0; i < count; i++) largest = std::max(largest, float_bits(values[i]) & 0x7fffffff);
    }
    std::fill(values, values + LANES, bits_float(largest) / LARGEST);
    if (HALF) round_to_half(values, LANES);
    *scale = values[0];
    const float divisor = values[0] == 0 ? 1 : values[0];
    for (int64_t first = 0; first < columns; first += PART) {
        const int count = (int)std::min<int64_t>(PART, columns - first);
        read_floats(row + first, count, values);
        for (int i = 0; i < count; i++) values[i] /= divisor;
        if (HALF) round_to_half(values, count);
        write_values<BITS>(values, count, -LARGEST, LARGEST, to + first * BITS / 8);
    }
}

// A half scale for every 32 columns, INT4.
template <typename Source> void quantize_groups(const Source *row, int64_t columns, uint8_t *to, uint16_t *scales) {
    for (int64_t first = 0; first < columns; first += PART) {
        const int count = (int)std::min<int64_t>(PART, columns - first), groups = count / W_GROUP;
        float values[PART], divisors[LANES] = {};
        read_floats(row + first, count, values);
        for (int group = 0; group < groups; group++) {
            int32_t high = INT32_MIN, low = INT32_MAX;
            for (int i = 0; i < W_GROUP; i++) {
                const int32_t key = ordered(float_bits(values[group * W_GROUP + i]));
                high = std::max(high, key);
                low = std::min(low, key);
            }
            const float most = bits_float(ordered(high)), least = bits_float(ordered(low));
            divisors[group] = (most > -least || most != most ? most : least) / -8;
        }
        uint16_t halves[LANES];
        store_half(halves, load(divisors));
        std::copy(halves, halves + groups, scales + first / W_GROUP);
        store(divisors, load_half(halves));
        for (int group = 0; group < groups; group++) {
            const float divisor = divisors[group] == 0 ? 1 : divisors[group];
            for (int i = 0; i < W_GROUP; i++) values[group * W_GROUP + i] /= divisor;
        }
        write_values<4>(values, count, -8, 7, to + first / 2);
    }
}

template <typename Source> void quantize_rows(const Rows &r, const Source *rows, int threads) {
    constexpr int64_t AT_ONCE = 16;
    pool().run((r.count + AT_ONCE - 1) / AT_ONCE, threads, [&](int64_t piece) {
        for (int64_t i = piece * AT_ONCE; i < std::min(r.count, (piece + 1) * AT_ONCE); i++) {
            const Source *const row = rows + i * r.columns;
            uint8_t *const to = r.weight + i * r.columns * r.bits / 8;
            if (r.grouped)
                quantize_groups(row, r.columns, to, (uint16_t *)r.scales + i * r.columns / W_GROUP);
            else if (r.bits == 8)
                quantize_row<8>(row, r.columns, to, (float *)r.scales + i);
            else
                quantize_row<4>(row, r.columns, to, (float *)r.scales + i);
        }
    });
}

void run(const Rows &r, int threads) {
    switch (r.source) {
        case 2: return quantize_rows(r, (const Half *)r.rows, threads);
        case 1: return quantize_rows(r, (const Bfloat *)r.rows, threads);
        default: return quantize_rows(r, (const float *)r.rows, threads);
    }
}
