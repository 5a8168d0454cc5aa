// Threads that share out the pieces of a loop.
//
// Not OpenMP: its threads meet at the end of every loop, so one that another program has pushed off its core holds up
// all the others for a time slice, and a token takes a hundred loops. Here a piece is taken by whoever is running, and
// only pieces that were taken are waited for.

class Pool {
    std::mutex mutex;  // guards job, running and the sleepers' epoch
    std::condition_variable wake;
    const std::function<void(int64_t)> *job = nullptr;
    std::atomic<uint64_t> epoch{0};
    std::atomic<int64_t> next{0};
    std::atomic<int> running{0};
    int64_t count = 0;
    int helpers = 0, wanted = 0, asleep = 0;
    std::mutex caller;  // one loop at a time

    void work(const std::function<void(int64_t)> &piece) {
        for (int64_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < count;) piece(i);
    }

    // Until a new loop begins: awake for a while, as the next one is near while an answer is written.
    uint64_t await(uint64_t seen) {
        using clock = std::chrono::steady_clock;
        for (const auto start = clock::now(); clock::now() - start < std::chrono::microseconds(SPIN);) {
            for (int i = 0; i < 64; i++) {
                if (epoch.load(std::memory_order_acquire) != seen) return epoch;
                pause();
            }
            std::this_thread::yield();
        }
        std::unique_lock<std::mutex> lock(mutex);
        asleep++;
        wake.wait(lock, [&] { return epoch != seen; });
        asleep--;
        return epoch;
    }

    void help(int index) {
        for (uint64_t seen = 0;;) {
            seen = await(seen);
            const std::function<void(int64_t)> *piece = nullptr;
            {
                std::lock_guard<std::mutex> lock(mutex);
                if (job && index < wanted) {
                    piece = job;
                    running++;
                }
            }
            if (piece) {
                work(*piece);
                running.fetch_sub(1, std::memory_order_release);
            }
        }
    }

  public:
    // piece(0) … piece(pieces - 1), in any order, by up to `threads` threads, the caller among them.
    void run(int64_t pieces, int threads, const std::function<void(int64_t)> &piece) {
        if (threads == 1 || pieces == 1) {
            for (int64_t i = 0; i < pieces; i++) piece(i);
            return;
        }
        std::lock_guard<std::mutex> one(caller);
        {
            std::lock_guard<std::mutex> lock(mutex);
            for (; helpers < threads - 1; helpers++) std::thread(&Pool::help, this, helpers).detach();
            job = &piece;
            count = pieces;
            wanted = threads - 1;
            next = 0;
            epoch++;
            if (asleep) wake.notify_all();
        }
        work(piece);
        {
            std::lock_guard<std::mutex> lock(mutex);
            job = nullptr;
        }
        for (int i = 1; running.load(std::memory_order_acquire); i++)
            i % 64 ? pause() : std::this_thread::yield();  // the one waited for may need this very core
    }
};

inline Pool &pool() {
    static Pool &threads = *new Pool;  // never destroyed: its threads run until the process ends
    return threads;
}
