#include "core/distance/kernel.h"

#include "core/distance/kernel_tile.h"
#include "core/distance/quantised_tile.h"

namespace wikitag {

using FloatTile = Tile<4, 4>;
using GridTile = QuantisedTile<4, 4>;
const Kernel portable_kernel = {"portable", 4, FloatTile::nr, FloatTile::product, FloatTile::to_squared_distances,
                             GridTile::product, GridTile::to_codes, GridTile::below};

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
