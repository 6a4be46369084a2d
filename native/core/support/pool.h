// A fixed set of threads that shares out numbered blocks of work.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

namespace wikitag {

/** Thrown out of a long run whose cancellation flag was raised. */
struct Cancelled : std::runtime_error {
  Cancelled() : std::runtime_error("cancelled") {}
};

/** Throws Cancelled when the flag is there and raised. */
inline void check_cancelled(const std::atomic<bool>* cancelled) {
  if (cancelled != nullptr && cancelled->load(std::memory_order_relaxed)) throw Cancelled();
}

/**
 * Threads that live as long as the pool; the calling thread is one of them, so a pool of 1 starts none.
 * One parallel_for at a time, from one thread.
 */
class Pool {
 public:
  /** @param threads 0: one a core. */
  explicit Pool(size_t threads = 0);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  size_t threads() const { return workers_.size() + 1; }

  /**
   * Calls fn(block) once for each block of 0 … blocks-1, in any order, on any thread, and returns when all are done.
   * Whoever wants the same result for any number of threads lets a block write only what is its own.
   * The first exception that a block throws is rethrown here; blocks not yet begun are then skipped.
   */
  void parallel_for(size_t blocks, const std::function<void(size_t)>& fn);

 private:
  void work();
  void drain();

  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable start_, done_;
  const std::function<void(size_t)>* fn_ = nullptr;
  std::atomic<size_t> next_{0};
  size_t blocks_ = 0;
  size_t busy_ = 0;
  size_t round_ = 0;
  bool stopping_ = false;
  std::exception_ptr error_;
};

}  // namespace wikitag
