#if defined(__x86_64__)
#include "core/distance/kernel_tile.h"

namespace wikitag {

const Kernel avx512_kernel = {"avx512", 12, Tile<16, 12>::nr, Tile<16, 12>::product, Tile<16, 12>::to_squared_distances};

}  // namespace wikitag
#endif
