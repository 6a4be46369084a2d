// Working memory that is used again: fresh pages for every block of work would cost a sixth of the time.
#pragma once
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace wikitag {

/** As many scratches as threads are at work at once. */
template <class Scratch>
class Scratches {
 public:
  /** One that was given back, or a new one made from the arguments. */
  template <class... Args>
  std::unique_ptr<Scratch> take(Args&&... args) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (!free_.empty()) {
        std::unique_ptr<Scratch> taken = std::move(free_.back());
        free_.pop_back();
        return taken;
      }
    }
    return std::make_unique<Scratch>(std::forward<Args>(args)...);
  }
  void give_back(std::unique_ptr<Scratch> scratch) {
    std::lock_guard<std::mutex> lock(mutex_);
    free_.push_back(std::move(scratch));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Scratch>> free_;
};

}  // namespace wikitag
