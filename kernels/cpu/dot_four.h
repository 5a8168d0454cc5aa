// Dot products by an instruction that takes four weights times four activations in each row (`dot4`).

// Adds to sum[v][t] the products of `blocks` times 32 columns.
// w[v]: the words of LANES rows, BAND * 4 bytes from one to the next; x: activation words, T side by side.
template <int BITS, int V, int T>
INLINE void dot(const uint8_t *const *w, const int32_t *x, int blocks, Ints (&sum)[V][T]) {
    constexpr int WORDS = BITS, WAYS = T == 1 ? 4 : 1;  // one token: several chains, as an instruction takes 4 cycles
    Ints part[WAYS][V][T];
    for (int way = 0; way < WAYS; way++)
        for (int v = 0; v < V; v++)
            for (int t = 0; t < T; t++) part[way][v][t] = way ? splat(0) : sum[v][t];
    for (int block = 0; block < blocks; block++)
        UNROLL for (int word = 0; word < WORDS; word++) {
            const int at = (block * WORDS + word) * BAND * 4;
            Ints first[V], second[V];
            for (int v = 0; v < V; v++) {
                if (T == 1 && v * LANES % BAND == 0) __builtin_prefetch(w[v] + at + AHEAD);
                const Ints raw = load_weights(w[v] + at);
                first[v] = BITS == 4 ? high(raw) : whole(raw);
                if (BITS == 4) second[v] = low(raw);
            }
            for (int t = 0; t < T; t++, x++) {
                const Ints xt = splat(*x);
                for (int v = 0; v < V; v++) {
                    Ints &to = part[word * (8 / BITS) % WAYS][v][t];
                    to = dot4(to, first[v], xt);
                }
            }
            if (BITS == 4)
                for (int t = 0; t < T; t++, x++) {
                    const Ints xt = splat(*x);
                    for (int v = 0; v < V; v++) {
                        Ints &to = part[(word * 2 + 1) % WAYS][v][t];
                        to = dot4(to, second[v], xt);
                    }
                }
        }
    for (int v = 0; v < V; v++)
        for (int t = 0; t < T; t++) {
            sum[v][t] = part[0][v][t];
            for (int way = 1; way < WAYS; way++) sum[v][t] = add(sum[v][t], part[way][v][t]);
        }
}
