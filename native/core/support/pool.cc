#include "core/support/pool.h"

namespace wikitag {

Pool::Pool(size_t threads) {
  if (threads == 0) threads = std::thread::hardware_concurrency();
  for (size_t t = 1; t < threads; ++t) {
    // A system that refuses more threads gives a smaller pool: the results are the same.
    try {
      workers_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
      break;
    }
  }
}

Pool::~Pool() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  start_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void Pool::parallel_for(size_t blocks, const std::function<void(size_t)>& fn) {
  if (blocks == 0) return;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    fn_ = &fn;
    blocks_ = blocks;
    next_.store(0, std::memory_order_relaxed);
    busy_ = workers_.size();
    error_ = nullptr;
    ++round_;
  }
  start_.notify_all();
  drain();
  std::unique_lock<std::mutex> lock(mutex_);
  done_.wait(lock, [this] { return busy_ == 0; });
  fn_ = nullptr;
  if (error_) std::rethrow_exception(error_);
}

void Pool::work() {
  size_t seen = 0;
  for (;;) {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      start_.wait(lock, [&] { return stopping_ || round_ != seen; });
      if (stopping_) return;
      seen = round_;
    }
    drain();
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (--busy_ == 0) done_.notify_one();
    }
  }
}

void Pool::drain() {
  for (;;) {
    const size_t block = next_.fetch_add(1, std::memory_order_relaxed);
    if (block >= blocks_) return;
    try {
      (*fn_)(block);
    } catch (...) {
      next_.store(blocks_, std::memory_order_relaxed);
      std::lock_guard<std::mutex> lock(mutex_);
      if (!error_) error_ = std::current_exception();
    }
  }
}

}  // namespace wikitag
