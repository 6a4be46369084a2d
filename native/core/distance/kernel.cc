#include "core/distance/kernel.h"

#include "core/distance/kernel_tile.h"

namespace wikitag {

const Kernel portable_kernel = {"portable", 4, Tile<4, 4>::nr, Tile<4, 4>::product, Tile<4, 4>::to_squared_distances};

const Kernel& best_kernel() {
#if defined(__x86_64__)
  static const Kernel& best = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
                                  ? avx512_kernel
                              : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? avx2_kernel
                                                                                                : portable_kernel;
  return best;
#else
  return portable_kernel;
#endif
}

}  // namespace wikitag
