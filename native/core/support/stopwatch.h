// Seconds of the steps of a run.
#pragma once
#include <chrono>
#include <map>
#include <string>

namespace wikitag {

/** Writes the seconds since the last mark under a name. */
class Stopwatch {
 public:
  explicit Stopwatch(std::map<std::string, double>& into) : into_(into) {}
  void mark(const char* name) {
    const auto now = std::chrono::steady_clock::now();
    into_[name] = std::chrono::duration<double>(now - last_).count();
    last_ = now;
  }

 private:
  std::map<std::string, double>& into_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace wikitag
