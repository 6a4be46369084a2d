// Large arrays of numbers, aligned for vector instructions, on huge pages where the system has them.
#pragma once
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace wikitag {

struct FreeDeleter {
  void operator()(void* memory) const { std::free(memory); }
};
template <class Number>
using Buffer = std::unique_ptr<Number[], FreeDeleter>;
using FloatBuffer = Buffer<float>;

/** An uninitialised buffer of `count` numbers, aligned to 64 bytes. @throws std::bad_alloc */
template <class Number = float>
Buffer<Number> make_buffer(size_t count) {
  constexpr size_t huge = size_t{1} << 21;
  const size_t bytes = count * sizeof(Number);
  const size_t alignment = bytes >= huge ? huge : 64;
  const size_t rounded = (bytes + alignment - 1) / alignment * alignment;
  if (rounded < bytes || count > static_cast<size_t>(-1) / sizeof(Number)) throw std::bad_alloc();
  void* memory = std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
  if (memory == nullptr) throw std::bad_alloc();
#if defined(__linux__)
  // 400 MB in 4 KB pages costs 0.1 s of page faults.
  if (bytes >= huge) madvise(memory, rounded, MADV_HUGEPAGE);
#endif
  return Buffer<Number>(static_cast<Number*>(memory));
}

}  // namespace wikitag
